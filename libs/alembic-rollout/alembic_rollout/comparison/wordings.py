"""Definitions in PostgreSQL's words: what it makes of a condition or an index when it stores it.

Created on an empty copy of the table, which is rolled back, and read from the catalogue: that costs milliseconds, takes
no lock that blocks another session and reads no row.
"""

from collections.abc import Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.project.undone import undone

_MARK = "alembic_rollout_wordings"
_RAW = {"no_parameters": True}  # the driver takes a % as it is
_CHECKS = """
    SELECT conname::text, pg_get_constraintdef(oid) FROM pg_constraint
    WHERE conrelid = to_regclass(%s) AND contype = 'c'
"""
_INDEXES = """
    SELECT relname::text, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = to_regclass(%s)
"""


def checks(connection: Connection, table: str) -> dict[str, str]:
    """Return the check constraints of a table, as SQL by name."""
    return {name: text.removesuffix(" NOT VALID") for name, text in connection.exec_driver_sql(_CHECKS, (table,))}


def indexes(connection: Connection, table: str) -> dict[str, str]:
    """Return the indexes of a table, as SQL by name, without their own name and their table's."""
    return {name: _essence(text) for name, text in connection.exec_driver_sql(_INDEXES, (table,))}


def checks_of(connection: Connection, table: str, conditions: Mapping[str, str]) -> dict[str, str | None]:
    """Return what PostgreSQL would store of conditions, by name; None where it refuses one."""
    stored: dict[str, str | None] = {}
    for name, condition in conditions.items():
        statement = f"ALTER TABLE {_COPY} ADD CONSTRAINT wanted CHECK ({condition})"
        stored[name] = _made(connection, table, statement, _CHECKS, "wanted")
    return {name: text.removesuffix(" NOT VALID") if text else None for name, text in stored.items()}


def index_of(connection: Connection, table: str, statement: str, name: str) -> str | None:
    """Return what PostgreSQL would store of an index, as `indexes` does; None where it refuses it.

    Args:
        connection: to the database.
        table: whose.
        statement: `CREATE INDEX ... ON pg_temp.alembic_rollout_copy ...`.
        name: of the index that it creates.
    """
    made = _made(connection, table, statement, _INDEXES, name)
    return None if made is None else _essence(made)


_COPY = "pg_temp.alembic_rollout_copy"


def _made(connection: Connection, table: str, statement: str, query: str, name: str) -> str | None:
    try:
        with undone(connection, _MARK):
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE alembic_rollout_copy (LIKE {table})")
            connection.exec_driver_sql(statement, execution_options=_RAW)
            return dict(tuple(row) for row in connection.exec_driver_sql(query, (_COPY,))).get(name)
    except DBAPIError:
        if connection.invalidated:
            raise
        return None


def _essence(definition: str) -> str:
    kind, _, rest = definition.partition(" INDEX ")
    return f"{kind} {rest.partition(' USING ')[2]}"
