"""Notes what a revision asks that only a database, or only a real run, can answer.

A revision may swallow the refusal (`try: ... except Exception: pass`) and return as if all were well. What it does then
is not what it would do for real, so the note counts, not the exception.
"""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any, NoReturn

_ALEMBIC = ("alembic", "alembic_rollout")
_PROXIES = ("alembic.context", "alembic.op")


class RefusedError(PermissionError):
    """A revision that is only read tried something that needs a database, or that would change something.

    A subclass of OSError, because drivers, sockets and `subprocess` fail with that: a library that can do
    without goes on.
    """


class Watch:
    """What one run of a revision's code asked.

    Args:
        names: the names of the revision's module; a frame that has them is a line of its file.

    Attributes:
        problem: the first question, None while there is none.
        line: of the revision's file, where it was asked.
    """

    def __init__(self, names: dict[str, Any]) -> None:
        self.problem: str | None = None
        self.line: int | None = None
        self._names = names
        self._earlier = {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}

    def note(self, problem: str) -> None:
        """Keep a question, unless it is not the first or comes from a thread that was there before the run."""
        if self.problem is None and threading.get_ident() not in self._earlier:
            self.problem, self.line = problem, self.line_now()

    def has(self, frame: FrameType) -> bool:
        """Return True if a frame is code of the revision's file."""
        return frame.f_globals is self._names

    def line_now(self) -> int | None:
        """Return the line of the revision's file that runs now; None where the file has no part in it."""
        frame: FrameType | None = sys._getframe(1)  # `inspect.stack` would read source files
        while frame is not None and frame.f_globals is not self._names:
            frame = frame.f_back
        return frame.f_lineno if frame else None


class _Current:
    """The watch of the run that goes on, None between two."""

    watch: Watch | None = None


@contextmanager
def watching(names: dict[str, Any]) -> Iterator[Watch]:
    """Note what is asked inside of the block.

    Args:
        names: see `Watch`.
    """
    watch = _Current.watch = Watch(names)
    try:
        yield watch
    finally:
        _Current.watch = None


def is_watching() -> bool:
    """Return True while a revision's code runs."""
    return _Current.watch is not None


def is_of_revision(frame: FrameType | None) -> bool:
    """Return True if a frame is code of the revision's file that runs now."""
    watch = _Current.watch
    return watch is not None and frame is not None and watch.has(frame)


def note(problem: str) -> None:
    """Note a question of the revision that runs now."""
    if _Current.watch is not None:
        _Current.watch.note(problem)


def refuse(problem: str) -> NoReturn:
    """Note a question and do not answer it.

    Raises:
        RefusedError: always.
    """
    note(problem)
    raise RefusedError(f"{problem}: refused, because revisions are only read here")


def is_asked_by_machinery(frame: FrameType | None) -> bool:
    """Return True if a frame is code of Alembic, SQLAlchemy or this library, and not of a revision.

    Args:
        frame: whose code asks; the functions of `alembic.context` and `alembic.op` ask for their caller.
    """
    return _package_of(frame) in (*_ALEMBIC, "sqlalchemy")


def is_asked_by_alembic(frame: FrameType | None) -> bool:
    """Return True if a frame is code of Alembic or this library."""
    return _package_of(frame) in _ALEMBIC


def _package_of(frame: FrameType | None) -> str:
    while frame is not None and frame.f_globals.get("__name__") in _PROXIES:
        frame = frame.f_back
    name = str(frame.f_globals.get("__name__", "")) if frame else ""
    return name.partition(".")[0]
