"""The names of the two databases of a restore: the new one until it takes its place, the former one afterwards."""

import re
from datetime import UTC, datetime

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import name_beside

_RESTORED = "_restored_"
_FORMER = "_before_"
_TIMESTAMP = "%Y%m%d%H%M%S%f"  # microseconds, because two restores within a second need two names
_TIMESTAMP_DIGITS = 20


def names_of_restore(database: str) -> tuple[str, str]:
    """Return the names of the new and of the former database of a restore that begins now."""
    timestamp = datetime.now(UTC).strftime(_TIMESTAMP)
    return name_beside(database, f"{_RESTORED}{timestamp}"), name_beside(database, f"{_FORMER}{timestamp}")


def unfinished_restores(admin: Connection, database: str) -> list[str]:
    """Return the databases that restores of this one left behind when they were killed."""
    beginning = name_beside(database, f"{_RESTORED}{'0' * _TIMESTAMP_DIGITS}")[:-_TIMESTAMP_DIGITS]
    names = admin.exec_driver_sql("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (beginning,))
    return [
        name for name in names.scalars() if re.fullmatch(rf"\d{{{_TIMESTAMP_DIGITS}}}", name.removeprefix(beginning))
    ]
