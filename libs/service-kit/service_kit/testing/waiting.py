"""Waiting for what happens in the background."""

import time
from collections.abc import Callable

_LIMIT_SECONDS = 20.0


def eventually(condition: Callable[[], bool]) -> None:
    """Return as soon as a condition holds; fail when it has not for a long time."""
    deadline = time.monotonic() + _LIMIT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
