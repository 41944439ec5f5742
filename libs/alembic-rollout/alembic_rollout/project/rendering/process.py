"""Starts the process that reads revisions: a new Python of its own session, which inherits nothing but two pipes."""

import json
import os
import subprocess
import sys
from typing import Protocol

# The path is the parent's, so that both find the same modules; `-P` keeps the working folder out of it until then.
_START = (
    "import json, sys; arguments = sys.argv[1:]; sys.argv, sys.path[:] = map(json.loads, arguments[2:4]);"
    "from alembic_rollout.project.rendering.child import main; main(*map(int, arguments[:2]))"
)


class Process(Protocol):
    """What the parent asks of the process; `subprocess.Popen` has it."""

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit status, negative for a signal.

        Raises:
            TimeoutExpired: it had not ended after so many seconds.
        """

    def kill(self) -> None:
        """End it."""


def environment() -> dict[str, str]:
    """Return the variables that it gets."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


def start(descriptors: tuple[int, int]) -> Process:
    """Start it.

    Args:
        descriptors: the ends of the pipes that are its own: to read requests from, and to write messages to.
    """
    return subprocess.Popen(  # noqa: S603 - this Python, with arguments of our own
        [sys.executable, "-P", "-c", _START, *map(str, descriptors), json.dumps(sys.argv), json.dumps(sys.path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        pass_fds=descriptors,
        start_new_session=True,  # Ctrl-C reaches the parent alone
        env=environment(),
    )
