"""Refuses connections while Alembic imports the files of revisions in this process.

`check` and trees that cannot be read as text need Alembic's own import. What stands in a revision outside of its
functions runs then, and must not reach a database. (`project.rendering` is stricter, in a process of its own.)
"""

import importlib
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from typing import Any

from sqlalchemy import Engine

from alembic_rollout.errors import UsageError

_REFUSED_EVENTS = ("socket.connect", "subprocess.Popen", "os.system", "os.posix_spawn", "os.exec", "os.fork")
_DRIVERS = (
    ("psycopg2", "", "connect"),
    ("psycopg", "", "connect"),
    ("psycopg", "Connection", "connect"),
    ("psycopg", "AsyncConnection", "connect"),
)
_here = threading.local()


@contextmanager
def connections_refused() -> Iterator[None]:
    """Refuse connections and programs of this thread inside of the block; afterwards everything is as before.

    Raises:
        UsageError: a revision opened one, and did not catch the refusal.
    """
    _install()
    outer = is_refusing()
    _here.refuses = True
    try:
        yield
    finally:
        _here.refuses = outer


def is_refusing() -> bool:
    """Return True inside of `connections_refused`."""
    return bool(getattr(_here, "refuses", False))


@cache
def _install() -> None:
    """Wrap what opens connections, once a process: a module that was imported meanwhile may have kept a wrapper."""
    sys.addaudithook(_refuse_event)
    for name in ("connect", "raw_connection"):
        setattr(Engine, name, _guarded(getattr(Engine, name)))
    for module_name, class_name, name in _DRIVERS:
        try:
            module = importlib.import_module(module_name)
        except ImportError:
            continue  # a driver that is not installed opens nothing
        if not class_name:
            setattr(module, name, _guarded(getattr(module, name)))
            continue
        owner = getattr(module, class_name)
        setattr(owner, name, classmethod(_guarded(vars(owner)[name].__func__)))


def _guarded(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def guarded(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - those of the original
        _refuse_here()
        return original(*arguments, **options)

    return guarded


def _refuse_event(event: str, _: tuple[Any, ...]) -> None:
    if event in _REFUSED_EVENTS:
        _refuse_here()


def _refuse_here() -> None:
    if is_refusing():
        raise UsageError(
            "A revision opens a connection or starts a program when its file is imported. Do that in upgrade(), where"
            " it is done once."
        )
