"""Files that a revision writes stay as they are: while its code runs, what is opened for writing is the null device.

A revision that appends to a log or an export does so when it is applied. It must not when it is only read, nor does it
become unreadable by it.
"""

import builtins
import io
import os
from typing import Any

from alembic_rollout.project.rendering.watch import is_watching

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_MODES = frozenset("wax+")


def discard_writes() -> None:
    """Replace the functions of Python that open files; it cannot be undone."""
    original_open, original_os_open = builtins.open, os.open

    def open_(file: Any, mode: str = "r", *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - those of `open`
        if is_watching() and not isinstance(file, int) and _MODES.intersection(mode):
            file, mode = os.devnull, mode.replace("x", "w")
        return original_open(file, mode, *arguments, **options)

    def os_open(path: Any, flags: int, *arguments: Any, **options: Any) -> int:  # noqa: ANN401 - those of `os.open`
        if is_watching() and flags & _WRITING:
            path, flags = os.devnull, flags & ~(os.O_CREAT | os.O_EXCL)
        return original_os_open(path, flags, *arguments, **options)

    builtins.open = io.open = open_
    os.open = os_open
