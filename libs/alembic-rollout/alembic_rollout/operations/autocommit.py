"""How a helper runs statements: outside the revision's transaction, or as SQL text (`alembic upgrade --sql`)."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar

from alembic import op
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE
from alembic_rollout.project.alembic_private import has_own_transaction

# The class of what PostgreSQL calls a syntax error or access rule violation, such as a column that does not exist.
_MISTAKE_CLASS = "42"
_running: ContextVar[str | None] = ContextVar("alembic_rollout.helper", default=None)
# Where no limit is set: a statement that waits for an exclusive lock blocks every session that comes after it.
_LOCK_TIMEOUT = "2s"


class Session:
    """What a helper may do inside `autocommit`.

    Args:
        context: Alembic's.
        helper: the helper's name, which precedes its statements as a comment: in `--sql`, in the server's log and in
            `pg_stat_activity`.
    """

    def __init__(self, context: MigrationContext, helper: str) -> None:
        self.offline = context.as_sql
        self.helper = helper
        self._context = context

    @property
    def connection(self) -> Connection:
        """The connection, in autocommit; there is none offline."""
        connection = self._context.connection
        assert connection is not None  # noqa: S101 - for the type checker: online
        return connection

    def execute(self, sql: str) -> None:
        """Run a statement that has no parameters, or write it down when offline."""
        statement = f"-- alembic-rollout: {self.helper}\n{sql}"
        if self.offline:
            # Not by way of `op.execute`: it would take `:name` in an author's SQL for a parameter.
            self._context.impl.static_output(statement + self._context.impl.command_terminator)
        else:
            self.connection.exec_driver_sql(for_driver(statement))

    def check(self, sql: str) -> None:
        """Have the server plan a statement without running it, so that a mistake in it is found before anything runs.

        Raises:
            RolloutError: the statement cannot be run; see `autocommit`.
        """
        self.connection.exec_driver_sql(for_driver(f"EXPLAIN {sql}"))

    @contextmanager
    def without_limits(self) -> Iterator[None]:
        """Run what may take long and blocks no session: no lock_timeout, no statement_timeout."""
        with settings(self.connection, lock_timeout="0", statement_timeout="0"):
            yield

    @contextmanager
    def with_lock_timeout(self) -> Iterator[None]:
        """Run what takes a lock that blocks other sessions: stop waiting for it soon, also where no limit is set."""
        former = self.connection.exec_driver_sql("SELECT current_setting('lock_timeout')").scalar_one()
        with settings(self.connection, lock_timeout=_LOCK_TIMEOUT if former == "0" else former):
            yield


@contextmanager
def autocommit(helper: str) -> Iterator[Session]:
    """Leave the revision's transaction, which commits what the revision did before, and begin another one afterwards.

    Args:
        helper: name of the helper.

    Raises:
        RolloutError: the transaction is not Alembic's own, or the server finds a mistake in what the revision asks for.
    """
    context = op.get_context()
    connection = context.connection
    # What Alembic itself says to this is an AssertionError without a word.
    if (
        not context.as_sql
        and connection is not None
        and connection.in_transaction()
        and not has_own_transaction(context)
    ):
        raise RolloutError(
            f"operations.{helper} has to commit, and the transaction is not Alembic's own: "
            "execute nothing on the connection before context.configure, or pass one that is not in a transaction."
        )
    failures: list[BaseException] = []
    outer = _running.set(helper)
    try:
        with context.autocommit_block():
            try:
                yield Session(context, helper)
            except BaseException as error:
                failure = _explained(helper, error)
                failures.append(failure)
                if failure is error:
                    raise
                raise failure from error
    except BaseException as error:
        if failures and error is not failures[0]:
            # On a connection that is gone, leaving the block fails too, and would hide what happened.
            raise failures[0] from None
        raise
    finally:
        _running.reset(outer)


def running_helper() -> str | None:
    """Return the name of the helper that runs now; None where none does."""
    return _running.get()


def _explained(helper: str, error: BaseException) -> BaseException:
    """Return the error to raise: with a remedy where the revision's author has to correct something."""
    state = sqlstate(error) or ""
    if not state.startswith(_MISTAKE_CLASS) or state == INSUFFICIENT_PRIVILEGE:
        return error
    return RolloutError(f"operations.{helper}: {one_line(error)}. Correct the call in the revision.")


@contextmanager
def settings(connection: Connection, **values: str) -> Iterator[None]:
    """Change settings of the session and put them back.

    Args:
        connection: in autocommit, outside a transaction.
        values: by name.
    """
    former = {name: connection.exec_driver_sql("SELECT current_setting(%s)", (name,)).scalar_one() for name in values}
    set_config(connection, values, local=False)
    try:
        yield
    except BaseException:
        with suppress(DBAPIError):  # the connection may be what failed
            if not connection.invalidated:
                set_config(connection, former, local=False)
        raise
    set_config(connection, former, local=False)


@contextmanager
def transaction(connection: Connection, *, commit: bool = True) -> Iterator[None]:
    """Run one transaction inside an autocommit block.

    READ COMMITTED whatever the default is: an update then continues with the newest version of a row that another
    session has just changed, instead of failing.

    Args:
        connection: in autocommit.
        commit: whether to keep what was done.
    """
    connection.exec_driver_sql("BEGIN ISOLATION LEVEL READ COMMITTED")
    try:
        yield
        connection.exec_driver_sql("COMMIT" if commit else "ROLLBACK")
    except BaseException:
        with suppress(DBAPIError):  # the connection may be what failed
            if not connection.invalidated:
                connection.exec_driver_sql("ROLLBACK")
        raise


def set_config(connection: Connection, values: dict[str, str], *, local: bool) -> None:
    """Set several settings in one round trip.

    Args:
        connection: to the database.
        values: by name.
        local: until the end of the transaction; else for the session.
    """
    calls = ", ".join(f"set_config(%s, %s, {str(local).lower()})" for _ in values)
    connection.exec_driver_sql(f"SELECT {calls}", tuple(text for pair in values.items() for text in pair))


def closed(sql: str) -> str:
    """Return an author's SQL so that something can follow it: a comment at its end would swallow that."""
    return f"{sql}\n" if "--" in sql.rpartition("\n")[2] else sql
