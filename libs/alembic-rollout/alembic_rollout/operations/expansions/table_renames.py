"""A table's rename over two releases: under the former name a view stays, through which the previous release works.

PostgreSQL passes SELECT, INSERT (with ON CONFLICT), UPDATE, DELETE and row locks on such a view to the table
(https://www.postgresql.org/docs/current/sql-createview.html#SQL-CREATEVIEW-UPDATABLE-VIEWS), with its defaults,
triggers and policies. It does not pass TRUNCATE and COPY FROM, takes no constraint of the table in ON CONFLICT ON
CONSTRAINT, and wants every selected column in GROUP BY, where a table's key is enough.
"""

from collections.abc import Sequence

from alembic_rollout.operations.expansions.plain_statements import execute
from alembic_rollout.operations.table_facts import column_list
from alembic_rollout.postgres.identifiers import qualified


def expand_table_rename(old: str, new: str, *, columns: Sequence[str], schema: str | None = None) -> None:
    """Rename a table, and make a view of its former name, in one transaction.

    Rights on the view are those that `ALTER DEFAULT PRIVILEGES` gives on tables; grant them where there are none. The
    view checks rights and policies of its user.

    Args:
        old: the table's name.
        new: the name that it gets.
        columns: those that the previous release knows.
        schema: the table's; the search path by default.
    """
    execute(f"ALTER TABLE {qualified(schema, old)} RENAME TO {qualified(None, new)}")
    restore_former_name(old, new, columns=columns, schema=schema)


def undo_table_rename(old: str, new: str, *, schema: str | None = None) -> None:
    """Undo `expand_table_rename`.

    Args:
        old: the name that the table gets back.
        new: its name.
        schema: the table's; the search path by default.
    """
    contract_table_rename(old, schema=schema)
    execute(f"ALTER TABLE {qualified(schema, new)} RENAME TO {qualified(None, old)}")


def contract_table_rename(old: str, *, schema: str | None = None) -> None:
    """Drop the view of a table's former name.

    The previous release reads it: this belongs in a revision with `phase = "contract"`.

    Args:
        old: the former name.
        schema: the table's; the search path by default.
    """
    execute(f"DROP VIEW {qualified(schema, old)}")


def restore_former_name(old: str, new: str, *, columns: Sequence[str], schema: str | None = None) -> None:
    """Make the view of a table's former name; it undoes `contract_table_rename`.

    Args:
        old: the former name.
        new: the table's name.
        columns: those that the previous release knows.
        schema: the table's; the search path by default.
    """
    view, table, names = qualified(schema, old), qualified(schema, new), column_list(columns)
    execute(f"CREATE VIEW {view} WITH (security_invoker = true) AS SELECT {names} FROM {table}")  # noqa: S608 - quoted names
