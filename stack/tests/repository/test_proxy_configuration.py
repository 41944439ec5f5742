"""HAProxy takes the configurations of deploy/haproxy."""

import shutil
import subprocess
from pathlib import Path

import pytest

from stack.paths import ROOT

_PROGRAM = shutil.which("haproxy", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
FOLDER = ROOT / "deploy/haproxy"


def check(*files: Path) -> None:
    """Fail with what HAProxy says of these files, warnings included."""
    if _PROGRAM is None:
        pytest.skip("haproxy is not installed (Debian's package has that name)")
    options = [part for file in files for part in ("-f", str(file))]
    done = subprocess.run(
        [_PROGRAM, "-c", "-dW", *options], check=False, cwd=FOLDER, capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 0, done.stderr


def test_replicas_in_containers() -> None:
    check(FOLDER / "defaults.cfg", FOLDER / "proxy.cfg", FOLDER / "scale.cfg")
