"""The SQL that a revision would run, made by Alembic's own offline mode, statement by statement.

`upgrade()` is called for real, with a connection that only writes down: what it does besides SQL, it does.
"""

import logging
import sys
import traceback
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, redirect_stdout
from dataclasses import dataclass
from io import StringIO
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal

from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script

from alembic_rollout.project.alembic_private import proxies_restored

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

HELPER_MARK = "-- alembic-rollout: "
"""In front of a statement, followed by the helper of `alembic_rollout.operations` that takes care of how it runs."""

# psycopg2's dialect writes values as they are; psycopg's adds casts that PostgreSQL does not need in a literal.
_DIALECT = "postgresql+psycopg2"


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a revision.

    Attributes:
        sql: as it would be sent.
        in_transaction: whether the revision's transaction is open; it is not in an autocommit block.
        line: of the revision's file, where it is issued; None where the file has no part in it.
    """

    sql: str
    in_transaction: bool
    line: int | None = None

    @property
    def helper(self) -> str | None:
        """The helper that has written it, and takes care of how it runs."""
        if not self.sql.startswith(HELPER_MARK):
            return None
        return self.sql.removeprefix(HELPER_MARK).partition("\n")[0].strip()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one direction of a revision would run.

    Attributes:
        revision: its id.
        direction: `upgrade` or `downgrade`.
        statements: in order; those before the error where there is one.
        error: why it could not be rendered to its end: it asks the database something, or it is broken.
        error_line: of the revision's file, where that happened.
        is_missing: it is not defined, or says itself that it is not implemented.
    """

    revision: str
    direction: Literal["upgrade", "downgrade"]
    statements: tuple[Statement, ...]
    error: str | None = None
    error_line: int | None = None
    is_missing: bool = False


def render(environment: "Environment", script: Script, direction: Literal["upgrade", "downgrade"]) -> Rendered:
    """Return the SQL of one direction of a revision, without that of the version table.

    Args:
        environment: its options decide how Alembic writes.
        script: the revision.
        direction: `upgrade` or `downgrade`.

    Returns:
        Its statements. A revision that needs a live connection gives what it did until then, and an error.
    """
    module = script.module
    function = getattr(module, direction, None)
    if function is None:
        return Rendered(script.revision, direction, (), error=f"there is no {direction}()", is_missing=True)
    recorder = _Recorder(vars(module))
    try:
        with _offline(environment, recorder):
            function()
    except Exception as error:  # a revision is anybody's code: whatever it raises is the answer
        return Rendered(
            script.revision,
            direction,
            tuple(recorder.statements),
            error=" ".join(f"{type(error).__name__}: {error}".split()).removesuffix(":"),
            error_line=_line_of(error, vars(module)),
            is_missing=isinstance(error, NotImplementedError),
        )
    return Rendered(script.revision, direction, tuple(recorder.statements))


class _Recorder:
    """The output buffer of Alembic's offline mode, which gets one statement a write.

    Args:
        module: the names of the revision's module; a frame that has them is a line of its file.
    """

    def __init__(self, module: dict[str, Any]) -> None:
        self.statements: list[Statement] = []
        self.in_transaction = True
        self._module = module

    def write(self, text: str) -> None:
        sql = text.rstrip("; \n")
        command = sql.strip().upper()
        if command in ("BEGIN", "COMMIT"):
            self.in_transaction = command == "BEGIN"
        elif command:
            self.statements.append(Statement(sql.strip(), self.in_transaction, self._line()))

    def flush(self) -> None:
        """Alembic flushes after every write; what was written is here already."""

    def _line(self) -> int | None:
        frame: FrameType | None = sys._getframe(2)  # `inspect.stack` would read source files
        while frame is not None and frame.f_globals is not self._module:
            frame = frame.f_back
        return frame.f_lineno if frame else None


def _line_of(error: Exception, module: dict[str, Any]) -> int | None:
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_globals is module]
    return lines[-1] if lines else None


@contextmanager
def _offline(environment: "Environment", recorder: _Recorder) -> Iterator[None]:
    """Let `op` and `context` stand for an offline run that writes to a recorder."""
    options = environment.configure_options() | {
        "dialect_name": _DIALECT,
        "dialect_opts": {"paramstyle": "named"},
        "literal_binds": True,
        "output_buffer": recorder,
    }
    with ExitStack() as stack:
        stack.enter_context(proxies_restored())
        inner = stack.enter_context(EnvironmentContext(environment.config, environment.script, as_sql=True))
        with _silence(logging.getLogger("alembic.runtime.migration")):
            inner.configure(**options)
        recorder.in_transaction = bool(inner.get_impl().transactional_ddl)
        stack.enter_context(Operations.context(inner.get_context()))
        stack.enter_context(redirect_stdout(StringIO()))
        yield


@contextmanager
def _silence(logger: logging.Logger) -> Iterator[None]:
    def nothing(_: logging.LogRecord) -> bool:
        return False

    logger.addFilter(nothing)
    try:
        yield
    finally:
        logger.removeFilter(nothing)
