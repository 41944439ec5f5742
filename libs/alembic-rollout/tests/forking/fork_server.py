"""Runs `alembic` and `alembic-rollout` in forked processes: a hundred starts cost as much as a few fresh ones.

Importing Alembic and SQLAlchemy is most of what a start costs. This process imports them once and forks. Each child has
a folder, an environment, output files and connections of its own, and runs a command line from env.py to exit status.
Requests come in as JSON lines and are answered one by one; `forks.py` is the other end. A command is run to its end, or
only started: then its output goes into pipes with names, and a later request asks for its exit status.

With `kill_at` a child ends itself with SIGKILL there: neither Python nor libpq can say goodbye, as after `kill -9`.
"""

import gc
import importlib.util
import json
import os
import pkgutil
import signal
import sys
import threading
import traceback
from pathlib import Path
from typing import Any

import forked_reader
import free_memory
from alembic.config import CommandLine
from sqlalchemy import Engine, create_engine, event

import alembic_rollout
from alembic_rollout import command_line

_ATTEMPT_BEGINS = "INSERT INTO alembic_rollout_history"
_ALL_IS_DONE = "SELECT pg_advisory_unlock"
_IMPORTED_LATE = ("psycopg2.extras", "pwd", "mako.template", "rich.table", "rich.console")
_READ_NO_REVISION = {"status", "current", "history", "backup", "restore", "drill", "wait"}  # verbs
_PROGRAMS = {
    "alembic": CommandLine(prog="alembic"),
    "alembic-rollout": command_line.CommandLine(prog="alembic-rollout"),
}


def main() -> None:
    """Answer requests until standard input ends."""
    _import_everything()
    gc.freeze()  # what is imported stays shared between the children
    free_memory.take_all()
    for line in sys.stdin:
        request = json.loads(line)
        answer = _status(request["ended"]) if "ended" in request else _run(request)
        print(json.dumps(answer), flush=True)  # noqa: T201 - the answer


def _import_everything() -> None:
    """Import every module of the library, and what drivers and SQLAlchemy import with the first engine."""
    for module in pkgutil.walk_packages(alembic_rollout.__path__, "alembic_rollout."):
        importlib.import_module(module.name)
    for name in _IMPORTED_LATE:
        importlib.import_module(name)
    for driver in ("psycopg", "psycopg2"):
        if importlib.util.find_spec(driver):  # a project has one of them
            create_engine(f"postgresql+{driver}://").dispose()


def _run(request: dict[str, Any]) -> list[int]:
    """Run one command in several children, which begin at the same moment; return their exit statuses.

    Where the request says so, do not wait for their ends, and return their process ids.
    """
    ready, gate = os.pipe(), os.pipe()
    children = []
    for number in range(request["count"]):
        pid = os.fork()
        if pid == 0:
            os.close(gate[1])
            _become_command(request, number, ready[1], gate[0])
        children.append(pid)
    waited_for = len(children)
    while waited_for:
        waited_for -= len(os.read(ready[0], waited_for))
    for descriptor in (*gate, *ready):
        os.close(descriptor)
    return [pid if request["goes_on"] else _status(pid) for pid in children]


def _status(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _become_command(request: dict[str, Any], number: int, ready: int, gate: int) -> None:
    status = 1
    try:
        _redirect(Path(request["output"]), f"{request['name']}{number}")
        os.write(ready, b".")
        os.read(gate, 1)  # ends when the parent closes the other end
        os.environ.clear()
        os.environ.update(request["environment"])
        os.chdir(request["folder"])
        if not _READ_NO_REVISION.intersection(request["command"]):
            forked_reader.prepare()
        if request["kill_at"]:
            _kill_at(*request["kill_at"])
        sys.path.insert(0, "")  # as where a program lies in the folder that it is started in
        _PROGRAMS[request["program"]].main(request["command"])
        status = 0
    except SystemExit as exit_:
        status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    except BaseException:  # a process of its own would end so too
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status & 0xFF)


def _redirect(output: Path, name: str) -> None:
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    for descriptor, stream in ((1, "out"), (2, "err")):
        file = os.open(output / f"{name}.{stream}", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, descriptor)


def _kill_at(revision: str, number: int) -> None:
    """End this process before a statement or a COMMIT.

    Args:
        revision: in the attempt to apply which; empty is before the first attempt, `end` after the last.
        number: which one of that attempt, from 0 on: the statement that writes its row into the history.
    """
    now: dict[str, Any] = {"revision": "", "number": -1}

    def statement(_connection: Any, _cursor: Any, sql: str, parameters: Any, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's
        if _ATTEMPT_BEGINS in sql:
            now.update(revision=parameters["revision"], number=-1)
        elif sql.startswith(_ALL_IS_DONE):
            now.update(revision="end", number=-1)
        count()

    def count(*_: Any) -> None:  # noqa: ANN401
        if threading.current_thread() is not threading.main_thread():
            return  # the thread that watches for blockers asks at no certain time
        now["number"] += 1
        if now == {"revision": revision, "number": number}:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Engine, "commit", count)


if __name__ == "__main__":
    main()
