"""What an error of the database says, in one line, and its remedy where it has one."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import make_url
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE, READ_ONLY_SQL_TRANSACTION

_REMEDIES = {
    INSUFFICIENT_PRIVILEGE: "Migrate as the role that owns the database (MIGRATION_DATABASE_URL).",
    READ_ONLY_SQL_TRANSACTION: "It is a standby, or default_transaction_read_only is on: migrate the primary.",
}
# libpq repeats the statement up to the mistake, and points at it from the line below.
_EXCERPT = re.compile(r"^LINE \d+: .*\n\s*\^\s*$", re.MULTILINE)


def sqlstate(error: BaseException) -> str | None:
    """Return the SQLSTATE of a driver's error, whatever the driver calls it."""
    original = error.orig if isinstance(error, DBAPIError) else error
    for attribute in ("sqlstate", "pgcode"):
        value = getattr(original, attribute, None)
        if isinstance(value, str):
            return value
    return None


def one_line(error: BaseException) -> str:
    """Return what an error says, on one line: of a driver's error its own words, without SQLAlchemy's around them."""
    original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return " ".join(_EXCERPT.sub("", str(original)).split()) or type(original).__name__


@contextmanager
def database_errors(url: str) -> Iterator[None]:
    """Turn an error of the database that nobody else accounts for into one line with a remedy.

    Args:
        url: the database's.
    """
    try:
        yield
    except DBAPIError as error:
        where = make_url(url).render_as_string(hide_password=True)
        remedy = _REMEDIES.get(sqlstate(error) or "")
        said = f"{one_line(error)}. {remedy}" if remedy else one_line(error)
        raise RolloutError(f"{where}: {said}") from error
