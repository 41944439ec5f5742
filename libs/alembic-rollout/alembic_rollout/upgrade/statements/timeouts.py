"""`lock_timeout` and `statement_timeout` for every transaction of a migration.

They are set when a transaction begins, through the driver: a statement of SQLAlchemy's before `context.configure` would
make Alembic give up its own transactions. In an autocommit block they are set for the session. What may take long and
blocks no reads or writes (a concurrent index build, VALIDATE CONSTRAINT) runs without either; in a transaction, which
may hold other locks, it still gives way when it has to wait for one.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, event

from alembic_rollout.errors import UsageError
from alembic_rollout.sql.meaning import is_unbounded
from alembic_rollout.wording.durations import parse_duration

TRANSACTION_MARK = "alembic_rollout.transaction"
"""A setting that lives as long as the transaction: gone where a revision has sent COMMIT or ROLLBACK as SQL."""


@dataclass
class Timeouts:
    """The limits of the revision that runs now, seconds; 0 is none."""

    lock: float
    statement: float


def statement_timeout(declared: object, default: float, *, revision: str) -> float:
    """Return how long a statement of a revision may take, seconds.

    Args:
        declared: its own `statement_timeout`; None where it declares none.
        default: the setting.
        revision: its id.

    Raises:
        UsageError: what it declares is no duration.
    """
    if declared is None:
        return default
    try:
        return parse_duration(str(declared))
    except ValueError as error:
        raise UsageError(f"{revision}: statement_timeout: {error}") from None


def limit(engine: Engine, timeouts: Timeouts) -> None:
    """Apply limits to every transaction of an engine.

    Args:
        engine: the one that migrates.
        timeouts: may be changed between two transactions.
    """

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        apply(connection, timeouts)

    @event.listens_for(engine, "before_cursor_execute")
    def lift(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - the driver's
        if is_unbounded(statement):
            apply(connection, Timeouts(0 if _in_autocommit(connection) else timeouts.lock, 0))

    @event.listens_for(engine, "after_cursor_execute")
    def put_back(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401
        if is_unbounded(statement):
            apply(connection, timeouts)


def apply(connection: Connection, timeouts: Timeouts) -> None:
    """Set both limits: for the transaction that is open, or for the session in an autocommit block."""
    driver = _driver(connection)
    command = "SET" if driver.autocommit else "SET LOCAL"  # in autocommit a local setting would be gone at once
    lock, statement = round(timeouts.lock * 1000), round(timeouts.statement * 1000)
    cursor = driver.cursor()
    mark = "" if driver.autocommit else f"; SET LOCAL {TRANSACTION_MARK} = 'open'"
    cursor.execute(f"{command} lock_timeout = {lock}; {command} statement_timeout = {statement}{mark}")
    cursor.close()


def _driver(connection: Connection) -> Any:  # noqa: ANN401 - psycopg2's connection or psycopg's
    driver = connection.connection.dbapi_connection
    assert driver is not None  # noqa: S101 - for the type checker: the connection is open
    return driver


def _in_autocommit(connection: Connection) -> bool:
    return bool(_driver(connection).autocommit)
