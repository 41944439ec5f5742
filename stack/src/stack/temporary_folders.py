"""Folders for servers and stacks that tests make and remove, in memory where the machine has enough of it.

Copies of a database are made thousands of times, and a disk that is busy takes a tenth of a second for one.
"""

import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's; mkdtemp makes a folder of its own in it
_PREFIX = "ai-micro-tests-"
_ENOUGH_BYTES = 6 << 30  # max_wal_size, the databases, and more than as much again for the tests themselves
_ABANDONED_SECONDS = 3600


def temporary_folder(purpose: str) -> Path:
    """Make a folder that the server's account can enter too; who asks for it removes it.

    Args:
        purpose: a part of its name.
    """
    memory = _memory()
    if memory:
        remove_abandoned(memory)
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{purpose}-", dir=memory))
    folder.chmod(0o755)
    return folder


def remove_abandoned(parent: Path) -> None:
    """Remove the folders of runs that were killed: in memory they would stay until the machine starts again.

    Args:
        parent: where the folders are. What is younger than an hour, or has a server that runs, is left alone.
    """
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # its own run removes it meanwhile
            if time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS and not _has_server(folder):
                shutil.rmtree(folder, ignore_errors=True)


def _memory() -> Path | None:
    """Return the folder whose files are in memory.

    None where TMPDIR says where files go, where the system has no such folder, and where it, or the memory, is small.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return None
    free_bytes = min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available)
    return _MEMORY if free_bytes >= _ENOUGH_BYTES else None


def _has_server(folder: Path) -> bool:
    """Return True if the server of a data folder in it runs; the first line of postmaster.pid is its process id."""
    for file in folder.glob("*/postmaster.pid"):
        with suppress(FileNotFoundError, ValueError):  # it ends, or begins to write
            if psutil.pid_exists(int(file.read_text().split("\n")[0])):
                return True
    return False
