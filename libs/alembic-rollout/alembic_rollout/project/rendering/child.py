"""The child process: runs env.py and the code of revisions where no database can be reached, and answers with values.

A line of JSON a request, a line a message, over two pipes of its own: standard output is the revisions'.
"""

import json
import os
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from alembic.util import CommandError

from alembic_rollout.ending import Explained, explain
from alembic_rollout.errors import UsageError
from alembic_rollout.garbage_collection import collect_rarely
from alembic_rollout.project.alembic_private import revisions_loaded_by, upgrade_steps
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.project.rendering.configuration import from_message
from alembic_rollout.project.rendering.loading import LoadedRevision
from alembic_rollout.project.rendering.offline import described
from alembic_rollout.project.rendering.sandbox.refusals import refuse_everything
from alembic_rollout.project.rendering.statements import DIRECTIONS, Direction, Rendered
from alembic_rollout.project.rendering.watch import RefusedError

_GRACE_SECONDS = 5.0
"""The parent ends this process first; where it is gone, a timer does."""


def main(reading: int, writing: int) -> None:
    """Answer requests until there are no more.

    Args:
        reading: the descriptor of the pipe with requests.
        writing: that of the pipe for messages.
    """
    for descriptor in (reading, writing):
        os.set_inheritable(descriptor, False)
    collect_rarely()
    with os.fdopen(reading, "rb") as requests, os.fdopen(writing, "wb") as messages:
        child = _Child(messages)
        for line in requests:
            child.answer(json.loads(line))


class _Child:
    def __init__(self, messages: IO[bytes]) -> None:
        self._messages = messages
        self._environment: Environment
        self._seconds = 0.0
        self._files: dict[Path, LoadedRevision] = {}

    def answer(self, request: Mapping[str, Any]) -> None:
        """Do what a request asks for; say `done` at its end, or `failed` and why, in one line."""
        try:
            if request["do"] == "load":
                self._load(request)
            elif request["do"] == "order":
                self._order(request["to"], request["current"])
            else:
                self._read(request["revisions"], request["directions"])
        except (CommandError, _LoadError) as error:
            ended = explain(error) if isinstance(error, CommandError) else Explained(str(error), UsageError.exit_status)
            self._say("failed", status=ended.status, text=ended.text)
        else:
            self._say("done")

    def _load(self, request: Mapping[str, Any]) -> None:
        self._seconds = request["seconds"]
        refuse_everything()
        try:
            self._environment = load_environment(from_message(request["config"]))
        except CommandError:
            raise
        except BaseException as error:
            hint = ""
            if isinstance(error, RefusedError):
                hint = " It is loaded here without a database: connect in functions, not when a module is imported."
            raise _LoadError(f"env.py cannot be loaded: {described(error)}.{hint}") from error

    def _order(self, to: str, current: Sequence[str]) -> None:
        """Say which revisions Alembic would apply, in order."""
        with revisions_loaded_by(self._load_module):
            steps = upgrade_steps(self._environment.script, to, current)
        self._say("order", revisions=[(step.revision.revision, step.revision.path) for step in steps])

    def _load_module(self, path: Path) -> ModuleType:
        file = self._file(path)
        if file.cause is not None:
            where = f"{path.name}:{file.error_line}" if file.error_line else path.name
            raise _LoadError(f"{where}: {file.error}. Correct it, or install what it imports.") from file.cause
        return file.names

    def _read(self, revisions: Sequence[tuple[str, str]], directions: Sequence[Direction]) -> None:
        for revision, path in revisions:
            file = self._file(Path(path))
            rendered = {}
            for direction in DIRECTIONS:
                if direction in directions:
                    self._begin(file.path, direction)
                    rendered[direction] = file.render(self._environment, revision, direction).as_message()
                else:
                    rendered[direction] = Rendered(revision, direction, ()).as_message()
            self._say("read", revision=revision, **file.as_message(), **rendered)

    def _file(self, path: Path) -> LoadedRevision:
        path = path.resolve()
        if path not in self._files:
            self._begin(path, "import")
            self._files[path] = LoadedRevision(path)
        return self._files[path]

    def _begin(self, path: Path, what: str) -> None:
        self._say("begin", path=str(path), what=what)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, self._seconds + _GRACE_SECONDS)

    def _say(self, kind: str, **message: Any) -> None:  # noqa: ANN401 - what JSON can write
        self._messages.write(json.dumps({"kind": kind, **message}).encode() + b"\n")
        self._messages.flush()


class _LoadError(Exception):
    """env.py or a revision's file cannot be imported."""
