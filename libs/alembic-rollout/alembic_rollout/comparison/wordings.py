"""Definitions in PostgreSQL's words: what it makes of a condition or an index when it stores it.

Created on an empty copy of the table, which is rolled back, and read from the catalogue: that costs milliseconds, takes
no lock that blocks another session and reads no row. The checks of all tables share as few copies as their columns
allow: a copy for each would take longer than the whole comparison.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.identifiers import qualified, quote
from alembic_rollout.project.undone import undone

logger = logging.getLogger(__name__)

Check = tuple[str, str]
"""A check constraint: its table, as SQL names it, and its name."""

_MARK = "alembic_rollout_wordings"
_RAW = {"no_parameters": True}  # the driver takes a % as it is
_RIGHTS = """
    SELECT pg_is_in_recovery(), has_database_privilege(current_database(), 'TEMPORARY'),
        current_setting('transaction_read_only')::bool, current_user
"""
_CHECKS = """
    SELECT named, conname::text, pg_get_constraintdef(pg_constraint.oid)
    FROM unnest(%s::text[]) AS named JOIN pg_constraint ON conrelid = to_regclass(named) WHERE contype = 'c'
"""
_COLUMNS = """
    SELECT named, attname::text, format_type(atttypid, atttypmod) || coalesce((
        SELECT format(' COLLATE %%I.%%I', nspname, collname)
        FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace
        WHERE c.oid = attcollation AND attcollation <> typcollation), '')
    FROM unnest(%s::text[]) AS named JOIN pg_attribute ON attrelid = to_regclass(named)
    JOIN pg_type ON pg_type.oid = atttypid WHERE attnum > 0 AND NOT attisdropped
"""
_INDEXES = """
    SELECT relname::text, pg_get_indexdef(indexrelid) FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE indrelid = to_regclass(%s)
"""


def can_ask(connection: Connection, kind: str) -> bool:
    """Return True if copies may be made here; where not, say once that objects of a kind are not compared so.

    Args:
        connection: to the database.
        kind: such as `check constraints`.
    """
    is_standby, may_create, is_read_only, role = connection.exec_driver_sql(_RIGHTS).one()
    if is_standby:
        wrong = "the server is a standby: name the primary"
    elif not may_create:
        wrong = f"{role} may not create temporary tables: GRANT TEMPORARY ON DATABASE ... TO {quote(role)}"
    elif is_read_only and kind == "domains":
        wrong = "the session may only read: switch default_transaction_read_only off"
    else:
        return True
    said: set[str] = connection.info.setdefault(_MARK, set())
    if kind not in said:
        said.add(kind)
        logger.warning("Definitions of %s were not compared in PostgreSQL's words: %s.", kind, wrong)
    return False


def checks(connection: Connection, tables: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the check constraints of tables, as SQL by table and name."""
    found: dict[str, dict[str, str]] = {table: {} for table in tables}
    for table, name, text in connection.exec_driver_sql(_CHECKS, (list(tables),)):
        found[table][name] = text.removesuffix(" NOT VALID")
    return found


def indexes(connection: Connection, table: str) -> dict[str, str]:
    """Return the indexes of a table, as SQL by name, without their own name and their table's."""
    return {name: _essence(text) for name, text in connection.exec_driver_sql(_INDEXES, (table,))}


def checks_of(connection: Connection, conditions: Mapping[Check, str]) -> dict[Check, str | None]:
    """Return what PostgreSQL would store of conditions, by table and name; None where it refuses one.

    Where it refuses any, or one reads a whole row, each is asked for on a copy of its own table.
    """
    if not conditions:
        return {}
    copies = _copies(connection, conditions)
    tables = [f"{_COPY}_{number}" for number in range(len(copies))]
    try:
        with undone(connection, _MARK):
            for table, copy in zip(tables, copies, strict=True):
                connection.exec_driver_sql(copy.statement(table), execution_options=_RAW)
            made = checks(connection, tables)
    except DBAPIError:
        if connection.invalidated:
            raise
        return {check: _check_alone(connection, check, condition) for check, condition in conditions.items()}
    return {
        check: made[table][_numbered(place)]
        for table, copy in zip(tables, copies, strict=True)
        for place, check in enumerate(copy.checks)
    }


def index_of(connection: Connection, table: str, statement: str, name: str) -> str | None:
    """Return what PostgreSQL would store of an index, as `indexes` does; None where it refuses it.

    Args:
        connection: to the database.
        table: whose.
        statement: `CREATE INDEX ... ON pg_temp.alembic_rollout_copy ...`.
        name: of the index that it creates.
    """
    return _made(connection, table, statement, lambda: indexes(connection, _COPY).get(name))


_NAME = "alembic_rollout_copy"
_COPY = f"pg_temp.{_NAME}"
_MOST_COLUMNS = 1000  # PostgreSQL allows 1600


@dataclass(slots=True)
class _Copy:
    """A table with the columns that conditions name.

    Attributes:
        columns: types by name.
        checks: conditions by table and name.
    """

    columns: dict[str, str] = field(default_factory=dict)
    checks: dict[Check, str] = field(default_factory=dict)

    def has_room(self, columns: Mapping[str, str]) -> bool:
        """Return True if no column of the same name has another type."""
        fits = len(self.columns) + len(columns) <= _MOST_COLUMNS
        return fits and all(self.columns.get(name, type_) == type_ for name, type_ in columns.items())

    def statement(self, name: str) -> str:
        """Return SQL that creates it."""
        columns = [f"{qualified(None, column)} {type_}" for column, type_ in self.columns.items()]
        constraints = [
            f"CONSTRAINT {_numbered(place)} CHECK ({condition}\n)"
            for place, condition in enumerate(self.checks.values())
        ]
        return f"CREATE TABLE {name} ({', '.join(columns + constraints)})"


def _numbered(place: int) -> str:
    return f"wanted_{place}"


def _copies(connection: Connection, conditions: Mapping[Check, str]) -> list[_Copy]:
    """Put conditions on as few tables as the types of the columns that they name allow."""
    tables = sorted({table for table, _ in conditions})
    types: dict[str, dict[str, str]] = {table: {} for table in tables}
    for table, column, type_ in connection.exec_driver_sql(_COLUMNS, (tables,)):
        types[table][column] = type_
    copies: list[_Copy] = []
    for check, condition in conditions.items():
        words = condition.lower()
        named = {column: type_ for column, type_ in types[check[0]].items() if column.lower() in words}
        copy = next((one for one in copies if one.has_room(named)), None)
        if copy is None:
            copy = _Copy()
            copies.append(copy)
        copy.columns |= named
        copy.checks[check] = condition
    return copies


def _check_alone(connection: Connection, check: Check, condition: str) -> str | None:
    statement = f"ALTER TABLE {_COPY} ADD CONSTRAINT wanted CHECK ({condition}\n)"
    return _made(connection, check[0], statement, lambda: checks(connection, [_COPY])[_COPY].get("wanted"))


def _made(connection: Connection, table: str, statement: str, read: Callable[[], str | None]) -> str | None:
    """Return what is read after a statement about a copy of a table; None where PostgreSQL refuses it."""
    try:
        with undone(connection, _MARK):
            connection.exec_driver_sql(f"CREATE TEMPORARY TABLE {_NAME} (LIKE {table})", execution_options=_RAW)
            connection.exec_driver_sql(statement, execution_options=_RAW)
            return read()
    except DBAPIError:
        if connection.invalidated:
            raise
        return None


def _essence(definition: str) -> str:
    kind, _, rest = definition.partition(" INDEX ")
    return f"{kind} {rest.partition(' USING ')[2]}"
