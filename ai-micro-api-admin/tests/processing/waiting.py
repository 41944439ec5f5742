"""Waits for what another process does."""

import subprocess
import time
from collections.abc import Callable

import pytest


def wait_for(
    condition: Callable[[], bool], seconds: float = 60, *, process: "subprocess.Popen[str] | None" = None
) -> None:
    """Wait until something is so; fail with what the process that is to do it has said."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline or (process is not None and process.poll() is not None):
            pytest.fail(f"did not happen in time\n{_words_of(process)}")
        time.sleep(0.05)


def _words_of(process: "subprocess.Popen[str] | None") -> str:
    if process is None:
        return ""
    ended = process.poll()
    process.kill()
    return f"it ended with {ended}; it said:\n{process.communicate()[1]}"
