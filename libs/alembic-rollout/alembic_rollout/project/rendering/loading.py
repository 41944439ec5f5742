"""Imports a revision's file and tells what it declares."""

import importlib.util
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic_rollout.checks.declared_checks import declared_checks
from alembic_rollout.errors import UsageError
from alembic_rollout.project.rendering.configuration import plain
from alembic_rollout.project.rendering.offline import described, line_of, render
from alembic_rollout.project.rendering.statements import DIRECTIONS, Direction, Rendered
from alembic_rollout.project.rendering.watch import watching

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_DECLARED = ("accepted", "statement_timeout", "lock_timeout")


class LoadedRevision:
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
            raise UsageError(f"{path.name} is not a Python file.")
        self.names = importlib.util.module_from_spec(spec)
        with watching(vars(self.names)) as watch:
            try:
                spec.loader.exec_module(self.names)
            except BaseException as error:
                self.cause = error
        self.error, self.error_line = watch.problem, watch.line
        if self.error is None and self.cause is not None:
            self.error, self.error_line = described(self.cause), self._line_of_cause()
        if self.error is not None:
            self.error = f"the file cannot be imported: {self.error}"

    def render(self, environment: "Environment", revision: str, direction: Direction) -> Rendered:
        """Return what one direction would run."""
        if self.error is not None:
            return Rendered(revision, direction, (), error=self.error, error_line=self.error_line)
        return render(environment, self.names, revision, direction)

    def _line_of_cause(self) -> int | None:
        if isinstance(self.cause, SyntaxError) and self.cause.filename == str(self.path):
            return self.cause.lineno
        return None if self.cause is None else line_of(self.cause, vars(self.names))

    def as_message(self) -> dict[str, Any]:
        """Return what the file declares, as JSON can write it."""
        names = vars(self.names)
        functions = {name: getattr(names.get(name), "__code__", None) for name in DIRECTIONS}
        return {
            "path": str(self.path),
            "doc": str(names.get("__doc__") or "").strip().partition("\n\n")[0],
            "phase": plain(names.get("phase", "expand")),
            "declared": {name: plain(names[name]) for name in _DECLARED if name in names},
            "checks": declared_checks(names).as_message(),
            "lines": {name: code.co_firstlineno for name, code in functions.items() if code is not None},
        }
