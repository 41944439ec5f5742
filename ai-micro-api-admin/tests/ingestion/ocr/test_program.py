"""The program that recognises text, taken over: what it could do then."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.ingestion.seal_report import _try

SERVICE = Path(__file__).parents[3]


# The version of its interface, from a process of its own: this one stays free.
HAS_LANDLOCK = _try().landlock > 0


def confined(*command: str) -> subprocess.CompletedProcess[str]:
    arguments = [str(os.getpid()), "30", "30", str(2 * 1024**3), "--", *command]
    return subprocess.run(
        [sys.executable, "-m", "app.ingestion.ocr.program", *arguments],
        cwd=SERVICE,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
    )


def test_it_runs_and_its_output_comes_back() -> None:
    ended = confined("/bin/echo", "text")
    assert (ended.returncode, ended.stdout) == (0, "text\n"), ended.stderr


@pytest.mark.skipif(not HAS_LANDLOCK, reason="Landlock is not there")
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", str(SERVICE / "app" / "main.py")])
def test_it_reads_no_file_outside_the_folders_of_the_system(path: str) -> None:
    ended = confined("/bin/cat", path)
    assert (ended.returncode != 0, ended.stdout) == (True, "")


@pytest.mark.skipif(not HAS_LANDLOCK, reason="Landlock is not there")
def test_it_writes_no_file(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    assert confined("/usr/bin/touch", str(tmp_path / "x")).returncode != 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="macOS has no seccomp")
def test_it_starts_no_process() -> None:
    ended = confined("/bin/sh", "-c", "/bin/echo before; /bin/echo one | /bin/cat")
    assert "one" not in ended.stdout
