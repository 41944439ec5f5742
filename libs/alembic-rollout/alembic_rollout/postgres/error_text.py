"""What an error of the database says, in one line, and its remedy where it has one."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.sqlstates import (
    ADMIN_SHUTDOWN,
    DEADLOCK_DETECTED,
    DISK_FULL,
    IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
    INSUFFICIENT_PRIVILEGE,
    INVALID_SCHEMA_NAME,
    READ_ONLY_SQL_TRANSACTION,
    TRANSACTION_TIMEOUT,
)

_REMEDIES = {
    INSUFFICIENT_PRIVILEGE: "Migrate as the role that owns the database and its tables (MIGRATION_DATABASE_URL).",
    INVALID_SCHEMA_NAME: "Create the schema first, or name one that exists: ALTER ROLE ... SET search_path = public for"
    " the role that migrates.",
    READ_ONLY_SQL_TRANSACTION: "The server is a standby, or default_transaction_read_only is on: name the primary in"
    " MIGRATION_DATABASE_URL, or switch the setting off.",
    DISK_FULL: "Free disk space on the database server, then run the command again.",
    DEADLOCK_DETECTED: "Run the command again; a revision that locks one table at a time cannot deadlock.",
    ADMIN_SHUTDOWN: "Run the command again once the server answers.",
    IDLE_IN_TRANSACTION_SESSION_TIMEOUT: "ALTER ROLE ... SET idle_in_transaction_session_timeout = 0 for the role that"
    " migrates.",
    TRANSACTION_TIMEOUT: "ALTER ROLE ... SET transaction_timeout = 0 for the role that migrates.",
}


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error, whatever the driver calls it."""
    from alembic_rollout.redaction.errors_as_text import original  # noqa: PLC0415 - see `one_line`
    from alembic_rollout.redaction.server_errors import sqlstate_of  # noqa: PLC0415

    return sqlstate_of(original(error))


def one_line(error: BaseException, *, code: Iterable[str] = ()) -> str:
    """Return what may be said of an error, on one line: no value of a row or a statement, no secret.

    Args:
        error: any.
        code: sources that may hold the text of a `RAISE`; see `redaction.errors_as_text`.
    """
    # Its patterns take milliseconds to build, which a start that succeeds does not need to spend.
    from alembic_rollout.redaction.errors_as_text import text_of  # noqa: PLC0415

    return text_of(error, code=code)


def with_remedy(error: BaseException, *, code: Iterable[str] = ()) -> str:
    """Return `one_line` of an error, followed by the remedy if its SQLSTATE has one."""
    remedy = _REMEDIES.get(sqlstate(error) or "")
    said = one_line(error, code=code)
    return f"{said.rstrip('.')}. {remedy}" if remedy else said


@contextmanager
def database_errors(url: str) -> Iterator[None]:
    """Turn an error of the database that is not handled elsewhere into one line with a remedy.

    Args:
        url: the database's.
    """
    try:
        yield
    except DBAPIError as error:
        from alembic_rollout.postgres.database_url import parse_url, url_without_password  # noqa: PLC0415

        where = url_without_password(parse_url(url, "the database URL"))
        raise RolloutError(f"{where}: {with_remedy(error)}") from error
