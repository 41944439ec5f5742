"""Notes where a revision asks which process runs it: by its frames, its number, or the kernel's files about it.

A revision that asks may show another SQL here than it runs. What Python does not announce (`sys.modules`, the time) is
not seen; the upgrade compares what is run with what was shown.
"""

import os
import re
from collections.abc import Callable
from types import FrameType
from typing import Any

from alembic_rollout.project.rendering.watch import is_of_revision, is_watching, note

QUESTIONS = ("sys._getframe", "sys._current_frames", "open")
_MODULES_ABOUT_FRAMES = ("inspect", "traceback")
_NUMBERS = ("getpid", "getppid", "getsid", "getpgid", "getpgrp")
_ABOUT_A_PROCESS = re.compile(r"/proc/(?:self|thread-self|\d+)(?:/|$)")


def note_question(event: str, arguments: tuple[Any, ...]) -> None:
    """Note what an event that Python announces asks.

    Args:
        event: one of `QUESTIONS`.
        arguments: the event's.
    """
    if not is_watching():
        return
    if event == "open":
        path = arguments[0]
        if isinstance(path, str | bytes) and _ABOUT_A_PROCESS.match(os.fsdecode(path)):
            note(f"the revision asks which process runs it ({os.fsdecode(path)})")
    elif _is_asked(_caller(above=3)):  # this function, and the hook that calls it
        note("the revision asks which code calls it")


def note_questions() -> None:
    """Note where a revision asks for the number of its process; it cannot be undone."""
    for name in _NUMBERS:
        setattr(os, name, _noting(getattr(os, name), name))


def _noting(original: Callable[..., int], name: str) -> Callable[..., int]:
    def asked(*arguments: int) -> int:
        if is_watching() and is_of_revision(_caller(above=2)):
            note(f"the revision asks which process runs it (os.{name})")
        return original(*arguments)

    return asked


def _caller(*, above: int) -> FrameType | None:
    """Return a frame above this one; `sys._getframe` would be a question again.

    Args:
        above: how many frames; 1 is that of the code which calls this.
    """
    frame: FrameType | None = None
    try:
        raise LookupError  # noqa: TRY301 - an error has the frame in which it is raised
    except LookupError as error:
        frame = error.__traceback__.tb_frame if error.__traceback__ else None
    for _ in range(above):
        frame = frame.f_back if frame else None
    return frame


def _is_asked(frame: FrameType | None) -> bool:
    """Return True if a revision asks, itself or by way of a module about frames."""
    while frame is not None and frame.f_globals.get("__name__") in _MODULES_ABOUT_FRAMES:
        frame = frame.f_back
    return is_of_revision(frame)
