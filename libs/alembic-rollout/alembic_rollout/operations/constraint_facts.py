"""What PostgreSQL's catalogue says about constraints."""

from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.errors import RolloutError
from alembic_rollout.operations.table_facts import Table, empty_copy
from alembic_rollout.postgres.identifiers import for_driver

NOT_VALID = " NOT VALID"

_CONSTRAINT = """
    SELECT convalidated, pg_get_constraintdef(oid),
        ARRAY[
            contype::text, confrelid::text, confdeltype::text, confupdtype::text, condeferrable::text, condeferred::text
        ],
        ARRAY(
            SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place
        ),
        ARRAY(
            SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place
        )
    FROM pg_constraint WHERE conrelid = %s AND conname = %s
"""
# From PostgreSQL 18 on, NOT NULL is a constraint too, and may be one that was never validated.
_IS_NOT_NULL = """
    SELECT attnotnull AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = attrelid AND contype = 'n' AND conkey = ARRAY[attnum] AND NOT convalidated
    )
    FROM pg_attribute WHERE attrelid = %s AND attname = %s AND attnum > 0 AND NOT attisdropped
"""


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint that exists.

    Attributes:
        is_valid: every row was checked.
        definition: as SQL, in PostgreSQL's words.
        traits: kind, referred table, actions on delete and update, deferrable, initially deferred; as the catalogue has
            them.
        columns: names of its columns.
        referred: names of the columns that a foreign key refers to.
    """

    is_valid: bool
    definition: str
    traits: list[str]
    columns: list[str]
    referred: list[str]

    @property
    def condition(self) -> str:
        """The definition without NOT VALID."""
        return self.definition.removesuffix(NOT_VALID)


def find_constraint(connection: Connection, table: Table, name: str) -> Constraint | None:
    """Return a constraint of a table; None where there is none of that name."""
    found = connection.exec_driver_sql(_CONSTRAINT, (table.oid, name)).one_or_none()
    return None if found is None else Constraint(*found)


def in_servers_words(connection: Connection, table: Table, definition: str) -> str:
    """Return a definition as PostgreSQL would store it for this table."""
    with empty_copy(connection, table) as copy:
        connection.exec_driver_sql(for_driver(f"ALTER TABLE {copy.sql} ADD CONSTRAINT wanted {definition}"))
        made = find_constraint(connection, copy, "wanted")
    assert made is not None  # noqa: S101 - just created
    return made.condition


def is_not_null(connection: Connection, table: Table, column: str) -> bool:
    """Return True if a column is NOT NULL, and that was checked for every row.

    Raises:
        RolloutError: there is no such column.
    """
    found = connection.exec_driver_sql(_IS_NOT_NULL, (table.oid, column)).one_or_none()
    if found is None:
        raise RolloutError(
            f"{table.sql} has no column {column}: correct the name, or add it in a revision before this one."
        )
    return bool(found[0])
