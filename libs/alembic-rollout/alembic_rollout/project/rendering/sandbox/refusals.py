"""Every way to a database or to another process, refused in Python. The child process calls it once, before env.py.

Python announces what opens connections and starts programs (`sys.addaudithook`); drivers that are written in C are
refused by name, and by the kernel where it can (see `system_calls`), so that one that is unknown here is refused too.
"""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Engine
from sqlalchemy.pool import Pool

from alembic_rollout.project.rendering.sandbox.discarded_writes import discard_writes
from alembic_rollout.project.rendering.sandbox.drivers import refuse_drivers
from alembic_rollout.project.rendering.sandbox.questions import QUESTIONS, note_question, note_questions
from alembic_rollout.project.rendering.sandbox.system_calls import refuse_by_kernel
from alembic_rollout.project.rendering.watch import is_watching, note, refuse


def refuse_everything() -> None:
    """Refuse whatever can reach a database or another process from now on; it cannot be undone."""
    signal.signal(signal.SIGSYS, _kernel_refused)
    sys.addaudithook(_refuse_event)
    _refuse_sqlalchemy()
    refuse_drivers()
    _refuse_forks()
    note_questions()
    discard_writes()
    refuse_by_kernel()


def _refuse_sqlalchemy() -> None:
    """Refuse connections of SQLAlchemy's engines, whichever the driver."""
    for owner, name, shown in (
        (Engine, "connect", "engine.connect()"),
        (Engine, "raw_connection", "engine.raw_connection()"),
        (Pool, "connect", "a pool's connect()"),
    ):
        setattr(owner, name, _refusing(f"a connection of its own is opened ({shown})"))


def _refusing(problem: str) -> Callable[..., NoReturn]:
    """Return a function that refuses."""

    def refused(*_: object, **__: object) -> NoReturn:
        refuse(problem)

    return refused


def _refuse_forks() -> None:
    import _posixsubprocess  # noqa: PLC0415 - of this platform only

    # What `multiprocessing` starts is announced nowhere.
    _posixsubprocess.fork_exec = _refusing("a process is started")


def _refuse_event(event: str, arguments: tuple[Any, ...]) -> None:
    if event in QUESTIONS:
        note_question(event, arguments)
        return
    describe = _EVENTS.get(event)
    if describe is not None and (describe is not _file or is_watching()):  # env.py may keep a log
        refuse(describe(arguments))
    if event == "ctypes.dlsym" and arguments[1] in _STARTING:
        refuse(f"a program is started (C's {arguments[1]})")


def _connection(arguments: tuple[Any, ...]) -> str:
    address = arguments[1] if len(arguments) > 1 else ""
    shown = ":".join(map(str, address[:2])) if isinstance(address, tuple) else str(address)
    return f"a connection is opened to {shown}"


def _lookup(arguments: tuple[Any, ...]) -> str:
    return f"the address of {arguments[0]!r} is looked up"


def _program(arguments: tuple[Any, ...]) -> str:
    # Without its arguments, which may hold a password.
    words = os.fsdecode(arguments[0] or "").split()
    return f"a program is started ({Path(words[0]).name if words else ''})"


def _process(_: tuple[Any, ...]) -> str:
    return "a process is started"


def _signal(_: tuple[Any, ...]) -> str:
    return "a signal is sent to a process"


def _file(_: tuple[Any, ...]) -> str:
    return "files are changed"


def _file_database(_: tuple[Any, ...]) -> str:
    return "a database file is opened (sqlite3)"


# The kernel refuses the program, but in the process that these have forked, where it cannot be noted.
_STARTING = frozenset({"system", "popen", "fork", "vfork", "posix_spawn", "posix_spawnp", "clone", "clone3"})
_EVENTS: dict[str, Callable[[tuple[Any, ...]], str]] = {
    "socket.connect": _connection,
    "socket.sendto": _connection,
    "socket.sendmsg": _connection,
    "socket.getaddrinfo": _lookup,
    "socket.gethostbyname": _lookup,
    "socket.gethostbyaddr": _lookup,
    "subprocess.Popen": _program,
    "os.system": _program,
    "os.exec": _program,
    "os.posix_spawn": _program,
    "os.spawn": _program,
    "os.startfile": _program,
    "pty.spawn": _program,
    "os.fork": _process,
    "os.forkpty": _process,
    "os.kill": _signal,
    "os.killpg": _signal,
    "sqlite3.connect": _file_database,
    "os.remove": _file,
    "os.rename": _file,
    "os.rmdir": _file,
    "os.mkdir": _file,
    "os.truncate": _file,
    "os.link": _file,
    "os.symlink": _file,
}


def _kernel_refused(*_: object) -> None:
    """Note what the kernel has refused: a system call of a driver that is unknown here."""
    note("a connection is opened, or a program started, by a library outside of Python")
