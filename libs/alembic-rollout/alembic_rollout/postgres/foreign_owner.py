"""The owner of what a role may not change: the remedy of `must be owner of table orders`."""

import re

from sqlalchemy import Connection

_MUST_BE_OWNER = re.compile(r"must be owner of (?:[a-z]+ )+\"?([^\"\s]+)\"?")
# The message names a relation without its schema; one that the search path finds is preferred.
_OWNER = """
    SELECT c.oid::regclass::text, pg_get_userbyid(c.relowner), current_user FROM pg_class c
    WHERE c.relname = %s AND NOT pg_has_role(c.relowner, 'USAGE')
    ORDER BY pg_table_is_visible(c.oid) DESC, c.oid LIMIT 1
"""


def ownership_remedy(connection: Connection, message: str) -> str | None:
    """Return which role owns a relation and which one migrates, with the remedy.

    Args:
        connection: as the role that migrates.
        message: the server's, of SQLSTATE 42501.

    Returns:
        None where the message names no relation of another owner.
    """
    found = _MUST_BE_OWNER.match(message)
    row = connection.exec_driver_sql(_OWNER, (found[1],)).first() if found else None
    if row is None:
        return None
    relation, owner, role = row
    return (
        f"{relation} belongs to {owner}, and {role} migrates: migrate as {owner} (MIGRATION_DATABASE_URL),"
        f" or as {owner} or a superuser run ALTER TABLE {relation} OWNER TO {role}."
    )
