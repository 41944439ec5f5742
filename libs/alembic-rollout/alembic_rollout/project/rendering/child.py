"""The child process: runs env.py and the code of revisions where no database can be reached, and answers with values.

A line of JSON a request, a line a message, over two pipes of its own: standard output is the revisions'.
"""

import importlib.util
import json
import os
import re
import signal
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import IO, Any

from alembic.util import CommandError

from alembic_rollout.errors import RolloutError
from alembic_rollout.project.alembic_private import revisions_loaded_by, upgrade_steps
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.project.rendering.configuration import from_message, plain
from alembic_rollout.project.rendering.offline import described, line_of, render
from alembic_rollout.project.rendering.refusals import refuse_everything
from alembic_rollout.project.rendering.statements import Direction, Rendered
from alembic_rollout.project.rendering.watch import RefusedError, watching

_DECLARED = ("accepted", "statement_timeout", "lock_timeout", "checks", "verify")
_DIRECTIONS: tuple[Direction, ...] = ("upgrade", "downgrade")
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
    with os.fdopen(reading, "rb") as requests, os.fdopen(writing, "wb") as messages:
        child = _Child(messages)
        for line in requests:
            child.answer(json.loads(line))


class _Child:
    def __init__(self, messages: IO[bytes]) -> None:
        self._messages = messages
        self._environment: Environment
        self._seconds = 0.0
        self._modules: dict[Path, _Module] = {}

    def answer(self, request: Mapping[str, Any]) -> None:
        """Do what a request asks for; say `done` at its end, or `failed` with an exit status and a line."""
        try:
            if request["do"] == "load":
                self._load(request)
            elif request["do"] == "order":
                self._order(request["to"], request["current"])
            else:
                self._read(request["revisions"], request["directions"])
        except (CommandError, _LoadError) as error:
            status = error.exit_status if isinstance(error, RolloutError | _LoadError) else 1
            self._say("failed", status=status, text=str(error))
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
        module = self._module(path)
        if module.error is not None:
            where = f"{path.name}:{module.error_line}" if module.error_line else path.name
            raise _LoadError(f"{where}: the file cannot be imported: {module.error}") from module.cause
        return module.names

    def _read(self, revisions: Sequence[tuple[str, str]], directions: Sequence[Direction]) -> None:
        for revision, path in revisions:
            module = self._module(Path(path))
            rendered = {
                direction: self._render(module, revision, direction)
                if direction in directions
                else Rendered(revision, direction, ())
                for direction in _DIRECTIONS
            }
            self._say(
                "read",
                revision=revision,
                **module.as_message(),
                **{name: one.as_message() for name, one in rendered.items()},
            )

    def _render(self, module: "_Module", revision: str, direction: Direction) -> Rendered:
        self._begin(module.path, direction)
        if module.error is not None:
            error = f"the file cannot be imported: {module.error}"
            return Rendered(revision, direction, (), error=error, error_line=module.error_line)
        return render(self._environment, module.names, revision, direction)

    def _module(self, path: Path) -> "_Module":
        path = path.resolve()
        if path not in self._modules:
            self._begin(path, "import")
            self._modules[path] = _Module(path)
        return self._modules[path]

    def _begin(self, path: Path, what: str) -> None:
        self._say("begin", path=str(path), what=what)
        if hasattr(signal, "setitimer"):
            signal.setitimer(signal.ITIMER_REAL, self._seconds + _GRACE_SECONDS)

    def _say(self, kind: str, **message: Any) -> None:  # noqa: ANN401 - what JSON can write
        self._messages.write(json.dumps({"kind": kind, **message}).encode() + b"\n")
        self._messages.flush()


class _LoadError(Exception):
    """env.py or a revision's file cannot be imported."""

    exit_status = 2


class _Module:
    """A revision's file, imported.

    Attributes:
        path: the file.
        names: the module, as far as importing it came.
        error: why it cannot be read, or what it asked while it was imported; None where nothing is wrong.
        error_line: of the file.
        cause: what importing it raised.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.cause: BaseException | None = None
        spec = importlib.util.spec_from_file_location(re.sub(r"\W", "_", path.name), path)
        if spec is None or spec.loader is None:
            raise _LoadError(f"{path.name} is not a Python file.")
        self.names = importlib.util.module_from_spec(spec)
        with watching(vars(self.names)) as watch:
            try:
                spec.loader.exec_module(self.names)
            except BaseException as error:
                self.cause = error
        self.error, self.error_line = watch.problem, watch.line
        if self.error is None and self.cause is not None:
            self.error, self.error_line = described(self.cause), self._line_of_cause()

    def _line_of_cause(self) -> int | None:
        if isinstance(self.cause, SyntaxError) and self.cause.filename == str(self.path):
            return self.cause.lineno
        return None if self.cause is None else line_of(self.cause, vars(self.names))

    def as_message(self) -> dict[str, Any]:
        """Return what the file declares, as JSON can write it."""
        names = vars(self.names)
        functions = {name: getattr(names.get(name), "__code__", None) for name in _DIRECTIONS}
        return {
            "path": str(self.path),
            "doc": str(names.get("__doc__") or "").strip().partition("\n\n")[0],
            "phase": plain(names.get("phase", "expand")),
            "declared": {name: plain(names[name]) for name in _DECLARED if name in names},
            "lines": {name: code.co_firstlineno for name, code in functions.items() if code is not None},
        }
