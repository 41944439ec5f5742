"""Waits for what another process does."""

import time
from collections.abc import Callable

import pytest


def wait_for(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail("did not happen in time")
        time.sleep(0.05)
