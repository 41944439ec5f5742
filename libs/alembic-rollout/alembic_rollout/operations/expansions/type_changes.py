"""A column's change of type that would rewrite the table: beside it a column of the new type, which takes its place.

A trigger converts what is written meanwhile. A value that cannot be converted is no error of the release that writes
it: the new column is NULL there, and making it NOT NULL, or a check, finds that before the old one goes.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import TypeEngine

from alembic_rollout.operations.expansions.plain_statements import execute
from alembic_rollout.postgres.identifiers import LONGEST_NAME, name_beside, qualified

_SUFFIX = "_new_type"
_SWAPPED = "_swapped"
_VALUE = "{value}"
# PostgreSQL fires the triggers of a table in the order of their names: behind one that sets `updated_at`.
_PREFIX = "zz_type"
_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        NEW.{new} = {converted};
    EXCEPTION WHEN data_exception THEN
        NEW.{new} = NULL;
    END;{kept}
    RETURN NEW;
END
$$
"""
_KEPT = """
    -- The value is what it was: a backfill, and no change of the row.
    IF TG_OP = 'UPDATE' AND NEW.{old} IS NOT DISTINCT FROM OLD.{old} AND NEW.{new} IS DISTINCT FROM OLD.{new} THEN
        {restored}
    END IF;"""


def new_column(column: str) -> str:
    """Return the name of the column that takes another one's place."""
    return name_beside(column, _SUFFIX)


def expand_type_change(
    table: str,
    column: str,
    *,
    type_: TypeEngine[Any],
    using: str = "",
    keep: Sequence[str] = (),
    schema: str | None = None,
) -> None:
    """Add a column of another type, NULL in every row, and convert into it what is written into one.

    Fill the rows from before in the next revision: `backfill(table, set_="a = a", where="a IS NOT NULL AND a_new_type
    IS NULL")`, which lets the trigger convert them.

    Args:
        table: whose column.
        column: its name.
        type_: the new type.
        using: SQL that converts `{value}`; a cast by default.
        keep: columns that a backfill leaves as they are although a trigger sets them, such as `updated_at`.
        schema: the table's; the search path by default.
    """
    table_sql, old, new = qualified(schema, table), qualified(None, column), qualified(None, new_column(column))
    function, trigger = _names(schema, table, column)
    type_sql = type_.compile(dialect=PGDialect())  # type: ignore[no-untyped-call] # SQLAlchemy's
    converted = (using or f"{_VALUE}::{type_sql}").replace(_VALUE, f"NEW.{old}")
    restored = "\n        ".join(f"NEW.{qualified(None, name)} = OLD.{qualified(None, name)};" for name in keep)
    kept = _KEPT.format(restored=restored, old=old, new=new) if keep else ""
    execute(f"ALTER TABLE {table_sql} ADD COLUMN IF NOT EXISTS {new} {type_sql}")
    execute(_FUNCTION.format(function=function, new=new, converted=converted, kept=kept))
    execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table_sql}")
    execute(
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE OF {old}, {new} ON {table_sql}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def undo_type_change(table: str, column: str, *, schema: str | None = None) -> None:
    """Undo `expand_type_change`.

    Args:
        table: whose column.
        column: its name.
        schema: the table's; the search path by default.
    """
    _drop(table, column, new_column(column), schema)


def swap_type_change(
    table: str,
    column: str,
    *,
    type_: TypeEngine[Any],
    using: str = "",
    keep: Sequence[str] = (),
    schema: str | None = None,
) -> None:
    """Exchange a column and the one of another type beside it, and convert the other way from then on.

    A downgrade restores what `contract_type_change` found: it expands to the former type, fills it, and exchanges.

    Args:
        table: whose column.
        column: its name.
        type_: the type that the column had, and to which it is converted.
        using: SQL that converts `{value}`; a cast by default.
        keep: see `expand_type_change`.
        schema: the table's; the search path by default.
    """
    table_sql = qualified(schema, table)
    names = [qualified(None, name) for name in (column, new_column(column), name_beside(column, _SWAPPED))]
    _drop_trigger(table, column, schema)
    for former, name in ((0, 2), (1, 0), (2, 1)):
        execute(f"ALTER TABLE {table_sql} RENAME COLUMN {names[former]} TO {names[name]}")
    execute(f"ALTER TABLE {table_sql} ALTER COLUMN {names[1]} DROP DEFAULT")
    expand_type_change(table, column, type_=type_, using=using, keep=keep, schema=schema)


def contract_type_change(table: str, column: str, *, schema: str | None = None) -> None:
    """Drop a column, and give its name to the one of the new type, in one transaction.

    Indexes and constraints of the old column go with it. The previous release may not know the new type: this belongs
    in a revision with `phase = "contract"`.

    Args:
        table: whose column.
        column: its name.
        schema: the table's; the search path by default.
    """
    _drop(table, column, column, schema)
    old, new = qualified(None, column), qualified(None, new_column(column))
    execute(f"ALTER TABLE {qualified(schema, table)} RENAME COLUMN {new} TO {old}")


def _drop_trigger(table: str, column: str, schema: str | None) -> None:
    function, trigger = _names(schema, table, column)
    execute(f"DROP TRIGGER {trigger} ON {qualified(schema, table)}")
    execute(f"DROP FUNCTION {function}()")


def _drop(table: str, column: str, dropped: str, schema: str | None) -> None:
    _drop_trigger(table, column, schema)
    execute(f"ALTER TABLE {qualified(schema, table)} DROP COLUMN {qualified(None, dropped)}")


def _names(schema: str | None, table: str, column: str) -> tuple[str, str]:
    """Return the names of the function and the trigger."""
    name = "_".join((_PREFIX, table, column))
    if len(name.encode()) > LONGEST_NAME:
        name = f"{_PREFIX}_{sha256(name.encode()).hexdigest()[:16]}"
    return qualified(schema, name), qualified(None, name)
