"""How this service starts a Python process of its own that must learn nothing of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import structlog

from app.ingestion.failures import ParseCancelled

SERVICE_FOLDER = Path(__file__).resolve().parents[2]
"""Folder to start it in; modules are found from here."""

_INHERITED_VARIABLES = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH")

_STOP_POLL_SECONDS = 0.2
_MODULE = 5
"""Place of the module in a command line."""

logger = structlog.get_logger(__name__)


def command(module: str, *arguments: str) -> list[str]:
    """Return the command line that runs a module of this service."""
    return [sys.executable, "-s", "-X", "utf8", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Return the environment without anything that is the service's: no address, no password."""
    inherited = {name: os.environ[name] for name in _INHERITED_VARIABLES if name in os.environ}
    # The file system may be read-only.
    return {**inherited, "PYTHONDONTWRITEBYTECODE": "1"}


def run(
    arguments: list[str], file: BinaryIO, output: BinaryIO, *, seconds: float, stop: threading.Event | None = None
) -> None:
    """Run a process of our own to its end, and end what it has started; however it ends, what it has written counts.

    Args:
        arguments: the command (`command`).
        file: its standard input.
        output: its standard output.
        seconds: how long it may take.
        stop: set by another thread to give up.

    Raises:
        ParseCancelled: `stop` was set.
    """
    process = subprocess.Popen(  # noqa: S603 - a command of our own, and nothing of the file is in it
        arguments,
        stdin=file,
        stdout=output,
        stderr=subprocess.DEVNULL,
        cwd=SERVICE_FOLDER,
        env={**environment(), "OMP_THREAD_LIMIT": "1"},
        start_new_session=True,
    )
    deadline = time.monotonic() + seconds
    try:
        while (remaining := deadline - time.monotonic()) > 0:
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=min(remaining, _STOP_POLL_SECONDS))
                return
            if stop is not None and stop.is_set():
                raise ParseCancelled("stopped while a file was being read")
        logger.warning("reading_process_timed_out", module=arguments[_MODULE], seconds=seconds)
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
