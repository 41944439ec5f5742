"""A restore point before contract revisions: the name by which a recovery to a point in time finds the moment before.

PostgreSQL writes it into its log, so it costs nothing and is of use only where that log is archived. It belongs to the
whole server, and by default only a superuser may set one.
"""

import logging
from datetime import UTC, datetime

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.identifiers import quote
from alembic_rollout.settings import RestorePointPolicy

_LONGEST_NAME = 63
_TIMESTAMP = "%Y%m%dT%H%M%SZ"

logger = logging.getLogger(__name__)


def set_restore_point(connection: Connection, revision: str, policy: RestorePointPolicy) -> str | None:
    """Set a restore point, and say its name; or say why there is none.

    Args:
        connection: to the database, in autocommit.
        revision: the contract revision that follows it.
        policy: `try` goes on without one, `require` does not, `never` does nothing.

    Returns:
        Its name; None where there is none.

    Raises:
        RolloutError: there is none, and the policy is `require`.
    """
    if policy == "never":
        return None
    database, role, is_allowed = connection.exec_driver_sql(
        "SELECT current_database(), current_user, has_function_privilege('pg_create_restore_point(text)', 'EXECUTE')"
    ).one()
    if not is_allowed:
        _say_there_is_none(
            policy,
            revision,
            f"{role} may not call pg_create_restore_point. Let it, as a superuser in {database}:"
            f" GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO {quote(role)};",
        )
        return None
    name = restore_point_name(database, revision, datetime.now(UTC))
    try:
        place = connection.exec_driver_sql("SELECT pg_create_restore_point(%s)", (name,)).scalar_one()
    except DBAPIError as error:  # wal_level = minimal, for instance
        _say_there_is_none(policy, revision, f"{one_line(error).rstrip('.')}.")
        return None
    logger.info("Restore point %s before %s, at %s.", name, revision, place, extra={"restore_point": name})
    return name


def restore_point_name(database: str, revision: str, when: datetime) -> str:
    """Return a name that PostgreSQL can store, with as much of the database's as there is room for."""
    ending = f"-before-{revision}-{when.strftime(_TIMESTAMP)}"
    beginning = database.encode()[: _LONGEST_NAME - len(ending.encode())].decode(errors="ignore")
    return f"{beginning}{ending}"


def _say_there_is_none(policy: RestorePointPolicy, revision: str, reason: str) -> None:
    if policy == "require":
        raise RolloutError(
            f"There is no restore point before {revision}, so nothing was done: {reason}"
            " ROLLOUT_RESTORE_POINT=try goes on without one."
        )
    logger.info("No restore point before %s: %s", revision, reason)
