"""What a parser that a hostile file has taken over cannot read of the service that started it."""

import ctypes
import os
import subprocess
import sys

import pytest

SCRIPT = """
import os, subprocess, sys
from app.ingestion.confinement.process import conceal_process
conceal_process()
reader = "import os; print(open(f'/proc/{os.getppid()}/environ').read())"
done = subprocess.run([sys.executable, "-c", reader], capture_output=True, text=True, env={})
sys.exit(0 if "PermissionError" in done.stderr and "a-password" not in done.stdout else done.stdout + done.stderr)
"""


_PR_CAPBSET_DROP = 24  # linux/prctl.h
_CAPABILITIES = 64


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_child_of_the_same_user_cannot_read_the_services_environment() -> None:
    def drop_capabilities() -> None:
        # Root may read everything by its capabilities; the program to be executed must not get them.
        if os.getuid() == 0:
            for capability in range(_CAPABILITIES):
                libc.prctl(_PR_CAPBSET_DROP, capability)

    libc = ctypes.CDLL(None)
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        check=False,
        env={"DATABASE_URL": "a-password", "PATH": os.environ["PATH"]},
        preexec_fn=drop_capabilities,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
