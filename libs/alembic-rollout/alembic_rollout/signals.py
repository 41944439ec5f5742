"""SIGTERM ends a migration the way Ctrl-C does: as an exception of the main thread, which undoes on its way out.

Its default action would leave a running pg_dump behind, and where this is a container's first process it does nothing.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupted(SystemExit):
    """SIGTERM asked this process to end; the status is the shell's for that."""

    def __init__(self) -> None:
        super().__init__(128 + signal.SIGTERM)


@contextmanager
def sigterm_raises() -> Iterator[None]:
    """Turn SIGTERM into `Interrupted` while inside, so that `finally` blocks run and programs of ours end with us.

    A handler that is in place already, and every thread but the main one, are left as they are: a program that calls
    Alembic's commands has its own idea of signals.
    """
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


@contextmanager
def signals_deferred() -> Iterator[None]:
    """Let SIGINT and SIGTERM wait until the end of the block; then they do what they would have done.

    For what has to be known before it can be undone, such as a process that is being started. The signals are not
    blocked, because a child would inherit that.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    arrived: list[int] = []
    numbers = (signal.SIGINT, signal.SIGTERM)
    former = {number: signal.signal(number, lambda given, _: arrived.append(given)) for number in numbers}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)
        for first in arrived[:1]:
            signal.raise_signal(first)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise Interrupted
