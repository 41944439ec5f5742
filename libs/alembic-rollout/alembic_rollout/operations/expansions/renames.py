"""A column's rename over two releases: both names exist meanwhile, and a trigger keeps them equal.

The two helpers undo each other with the names exchanged: `contract_rename(t, new, old)` reverts `expand_rename(t, old,
new)`, and the reverse. Both are plain statements in the revision's transaction, and may be repeated.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.types import TypeEngine

from alembic_rollout.operations.expansions.plain_statements import execute
from alembic_rollout.postgres.identifiers import LONGEST_NAME, qualified

# PostgreSQL fires the triggers of a table in the order of their names: behind one that sets `updated_at`.
_PREFIX = "zz_both"
_FUNCTION = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.{new} = coalesce(NEW.{new}, NEW.{old});
        NEW.{old} = NEW.{new};
        RETURN NEW;
    END IF;
    IF NEW.{new} IS DISTINCT FROM OLD.{new} THEN
        NEW.{old} = NEW.{new};
    ELSIF NEW.{old} IS DISTINCT FROM OLD.{old} THEN
        NEW.{new} = NEW.{old};
    END IF;{kept}
    RETURN NEW;
END
$$
"""
_KEPT = """
    -- An empty name becomes what the other one was: a backfill, and no change of the row.
    IF (OLD.{new} IS NULL AND NEW.{new} = OLD.{old}) OR (OLD.{old} IS NULL AND NEW.{old} = OLD.{new}) THEN
        {restored}
    END IF;"""


def expand_rename(
    table: str,
    old: str,
    new: str,
    *,
    type_: TypeEngine[Any],
    keep: Sequence[str] = (),
    schema: str | None = None,
) -> None:
    """Add a column under its new name, NULL in every row, and keep both equal, whichever name a release writes.

    Fill the rows from before in the next revision: `backfill(table, set_="new = old", where="new IS DISTINCT FROM
    old")`.

    Args:
        table: whose column.
        old: its name.
        new: the name that it gets.
        type_: its type.
        keep: columns that a backfill leaves as they are although a trigger sets them, such as `updated_at`.
        schema: the table's; the search path by default.
    """
    table_sql, names = qualified(schema, table), {"old": qualified(None, old), "new": qualified(None, new)}
    function, trigger = _names(schema, table, old, new)
    type_sql = type_.compile(dialect=PGDialect())  # type: ignore[no-untyped-call] # SQLAlchemy's
    restored = "\n        ".join(f"NEW.{qualified(None, name)} = OLD.{qualified(None, name)};" for name in keep)
    kept = _KEPT.format(restored=restored, **names) if keep else ""
    execute(f"ALTER TABLE {table_sql} ADD COLUMN IF NOT EXISTS {names['new']} {type_sql}")
    execute(_FUNCTION.format(function=function, kept=kept, **names))
    execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table_sql}")
    execute(
        f"CREATE TRIGGER {trigger} BEFORE INSERT OR UPDATE OF {names['old']}, {names['new']} ON {table_sql}"
        f" FOR EACH ROW EXECUTE FUNCTION {function}()"
    )


def contract_rename(table: str, old: str, new: str, *, schema: str | None = None) -> None:
    """Drop a column's old name and the trigger that kept it equal to the new one.

    The previous release reads the old name: this belongs in a revision with `phase = "contract"`.

    Args:
        table: whose column.
        old: its former name.
        new: its name.
        schema: the table's; the search path by default.
    """
    function, trigger = _names(schema, table, old, new)
    table_sql = qualified(schema, table)
    execute(f"DROP TRIGGER {trigger} ON {table_sql}")
    execute(f"DROP FUNCTION {function}()")
    execute(f"ALTER TABLE {table_sql} DROP COLUMN {qualified(None, old)}")


def _names(schema: str | None, table: str, old: str, new: str) -> tuple[str, str]:
    """Return the names of the function and the trigger; the same for both directions."""
    name = "_".join((_PREFIX, table, *sorted((old, new))))
    if len(name.encode()) > LONGEST_NAME:
        name = f"{_PREFIX}_{sha256(name.encode()).hexdigest()[:16]}"
    return qualified(schema, name), qualified(None, name)
