"""Runs one direction of a revision in Alembic's offline mode and records its SQL, statement by statement."""

import inspect
import sys
import threading
import traceback
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any

import sqlalchemy
from alembic.operations import Operations
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from sqlalchemy import ColumnElement, TableClause
from sqlalchemy.types import ARRAY, NullType, TypeEngine

from alembic_rollout.project.alembic_private import proxies_restored
from alembic_rollout.project.rendering.bind import Bind
from alembic_rollout.project.rendering.statements import Direction, Rendered, Statement
from alembic_rollout.project.rendering.watch import Watch, is_asked_by_machinery, note, watching

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

# psycopg2's dialect writes values as they are; psycopg's adds casts that PostgreSQL does not need in a literal.
_DIALECT = "postgresql+psycopg2"


def render(environment: "Environment", module: ModuleType, revision: str, direction: Direction) -> Rendered:
    """Return the SQL of one direction of a revision, without that of the version table.

    Args:
        environment: its options decide how Alembic writes.
        module: the revision's.
        revision: its id.
        direction: `upgrade` or `downgrade`.

    Returns:
        Its statements, as far as they could be seen, and why they may not be those of a real run.
    """
    function = getattr(module, direction, None)
    if function is None:
        return Rendered(revision, direction, (), error=f"there is no {direction}()", is_missing=True)
    with watching(vars(module)) as watch:
        recorder = _Recorder(watch)
        error: BaseException | None = None
        threads = threading.active_count()
        try:
            with _offline(environment, recorder):
                _check_result(function(), direction)
        except BaseException as caught:
            error = caught
        if threading.active_count() > threads:
            watch.note(f"{direction}() leaves a thread running, which may go on after it")
        recorder.close()
    problem, line = watch.problem, watch.line
    if problem is None and error is not None:
        problem, line = described(error), line_of(error, vars(module))
    return Rendered(
        revision,
        direction,
        tuple(recorder.statements),
        error=problem,
        error_line=line,
        is_missing=isinstance(error, NotImplementedError),
    )


def described(error: BaseException) -> str:
    """Return an exception in one line."""
    name = type(error).__name__
    if isinstance(error, SystemExit):
        return " ".join(f"it ends the process (SystemExit: {error.code})".split())
    return " ".join(f"{name}: {error}".split()).removesuffix(":")


def line_of(error: BaseException, names: dict[str, Any]) -> int | None:
    """Return the line of a module at which an exception passed through it.

    Args:
        error: the exception.
        names: the module's.
    """
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_globals is names]
    return lines[-1] if lines else None


def _check_result(result: object, direction: Direction) -> None:
    """Note it where calling a function has only made something that would have to be run."""
    if inspect.iscoroutine(result) or inspect.isgenerator(result):
        result.close()
    elif not (inspect.isasyncgen(result) or isinstance(result, Awaitable)):
        return
    note(f"{direction}() is a coroutine or generator, so that Alembic calls it and nothing in it runs")


class _Recorder:
    """The output buffer of Alembic's offline mode, which gets one statement a write."""

    def __init__(self, watch: Watch) -> None:
        self.statements: list[Statement] = []
        self.in_transaction = True
        self._watch = watch
        self._thread = threading.get_ident()
        self._is_open = True

    def write(self, text: str) -> None:
        if not self._is_open:
            return
        if threading.get_ident() != self._thread:
            self._watch.note("SQL is run in another thread, in an order that a real run may not have")
        sql = text.rstrip("; \n").strip()
        if sql:
            self.statements.append(Statement(sql, self.in_transaction, self._watch.line_now()))

    def flush(self) -> None:
        """Alembic flushes after every write; what was written is here already."""

    def leave_transaction(self) -> None:
        self.in_transaction = False

    def enter_transaction(self) -> None:
        self.in_transaction = True

    def close(self) -> None:
        """Take no more: a thread that goes on writes into the next direction otherwise."""
        self._is_open = False


class _Options(dict[str, Any]):
    """The options of a context, of which `as_sql` is a question as well."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__({**options, "as_sql": False})

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - an option
        return _is_offline(sys._getframe(1)) if name == "as_sql" else super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - an option
        return _is_offline(sys._getframe(1)) if name == "as_sql" else super().get(name, default)


def _is_offline(asking: FrameType) -> bool:
    """Alembic's own code runs offline; a revision that asks is answered as in a real run, and the question is noted."""
    if is_asked_by_machinery(asking):
        return True
    note("the revision asks whether it runs offline")
    return False


def _version(asking: FrameType) -> None:
    if not is_asked_by_machinery(asking):
        note("the revision asks for the server's version")


@contextmanager
def _offline(environment: "Environment", recorder: _Recorder) -> Iterator[None]:
    """Let `op` and `context` stand for a run that writes to a recorder and looks like a real one."""
    options = environment.configure_options() | {
        "dialect_name": _DIALECT,
        "dialect_opts": {"paramstyle": "named"},
        "literal_binds": True,
        "output_buffer": recorder,
    }
    options.pop("output_encoding", None)  # of `--sql`'s output: the recorder takes text
    with ExitStack() as stack:
        stack.enter_context(proxies_restored())
        inner = stack.enter_context(EnvironmentContext(environment.config, environment.script, as_sql=True))
        inner.configure(**options)
        context = inner.get_context()
        recorder.in_transaction = bool(context.impl.transactional_ddl)
        _watch_questions(inner, context)
        _give_bind(context, recorder)
        stack.enter_context(Operations.context(context))
        yield


def _watch_questions(inner: EnvironmentContext, context: MigrationContext) -> None:
    def is_offline_mode() -> bool:
        return _is_offline(sys._getframe(1))

    inner.is_offline_mode = is_offline_mode  # type: ignore[method-assign] # Alembic finds its proxies by the class
    inner.context_opts = _Options(inner.context_opts)
    context.opts = context.impl.context_opts = _Options(context.opts)
    for asked, name, answer in (
        (context, "as_sql", _is_offline),
        (context.impl, "as_sql", _is_offline),
        (context.dialect, "server_version_info", _version),
    ):
        _answer_by(asked, name, answer)


def _answer_by(asked: object, name: str, answer: Callable[[FrameType], object]) -> None:
    """Let a function that looks at the asking frame answer for one attribute of one object."""
    question = property(lambda _: answer(sys._getframe(1)), lambda *_: None)  # Alembic and SQLAlchemy also set it
    asked.__class__ = type(type(asked).__name__, (type(asked),), {name: question})
    if name in vars(asked):  # `vars(context)` shows what it would in a real run
        vars(asked)[name] = False


def _give_bind(context: MigrationContext, recorder: _Recorder) -> None:
    """Put our own bind in the place of Alembic's, and tell its BEGIN and COMMIT from a revision's."""
    impl: Any = context.impl
    bind: Any = Bind(context.dialect, impl.execute, recorder.write)
    impl.connection = context.connection = bind
    impl.bulk_insert = _typed(impl.bulk_insert)
    impl.emit_commit = recorder.leave_transaction
    impl.emit_begin = recorder.enter_transaction


def _typed(bulk_insert: Callable[..., None]) -> Callable[..., None]:
    """Let a bulk insert into columns without a type write its values: a driver knows their types without one."""

    def insert(table: TableClause, rows: Sequence[Mapping[str, Any]], **options: Any) -> None:  # noqa: ANN401 - Alembic's
        if any(isinstance(column.type, NullType) for column in table.c):
            columns = (sqlalchemy.column(column.name, _type_of(column, rows)) for column in table.c)
            table = sqlalchemy.table(table.name, *columns, schema=getattr(table, "schema", None))
        bulk_insert(table, rows, **options)

    return insert


def _type_of(column: ColumnElement[Any], rows: Sequence[Mapping[str, Any]]) -> TypeEngine[Any]:
    if not isinstance(column.type, NullType):
        return column.type
    values = (row.get(str(column.name)) for row in rows)
    return next((_type_of_value(value) for value in values if value is not None), column.type)


def _type_of_value(value: object) -> TypeEngine[Any]:
    if isinstance(value, list) and value:
        return ARRAY(_type_of_value(value[0]))
    return sqlalchemy.literal(value).type
