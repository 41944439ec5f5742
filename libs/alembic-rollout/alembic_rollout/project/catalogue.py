"""A database's schema as sorted lines, one an object, so that two states can be compared line by line.

Read from PostgreSQL's catalogues by `catalogue.sql`, in the words of PostgreSQL's own pg_get_*def functions
(https://www.postgresql.org/docs/current/functions-info.html). Names carry their schema. The order of a table's columns
and the names of NOT NULL constraints (PostgreSQL 18 has them) do not count: no downgrade can restore the first, nobody
chose the second. What belongs to an extension is that extension's.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.settings import BACKFILL_TABLE

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_QUERY = Path(__file__).with_suffix(".sql")


def catalogue(connection: Connection, *, without: Collection[str] = ()) -> list[str]:
    """Return the schema of a database, sorted.

    Args:
        connection: as any role; its search path is afterwards what it was before.
        without: tables to leave out with all that belongs to them, named as SQL would.
    """
    hidden = oids(connection, without)
    with _empty_search_path(connection):
        found = connection.exec_driver_sql(_QUERY.read_text(), {"hidden": hidden})
        return sorted(_line(kind, name, detail) for kind, name, detail in found)


def own_tables(environment: "Environment") -> tuple[str, ...]:
    """Return the tables that are Alembic's and ours, named as SQL would, to be left out of a comparison."""
    tables = (environment.version_table.name, environment.settings.history_table, BACKFILL_TABLE)
    return tuple(qualified(environment.version_table.schema, table) for table in tables)


def has_tables(connection: Connection, environment: "Environment") -> bool:
    """Whether anybody has tables in a database, besides extensions and what Alembic and this library keep there."""
    found = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.oid::bigint <> ALL (%s::bigint[])"
        " AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'"
        " AND NOT EXISTS (SELECT FROM pg_depend d"
        " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))",
        (oids(connection, own_tables(environment)),),
    )
    return bool(found.scalar())


def oids(connection: Connection, tables: Collection[str]) -> list[int]:
    """Return the oids of those tables that exist."""
    found = connection.exec_driver_sql("SELECT to_regclass(name)::oid FROM unnest(%s::text[]) AS name", (list(tables),))
    return [oid for oid in found.scalars() if oid is not None]


def difference(before: Sequence[str], after: Sequence[str]) -> list[str]:
    """Return what left, as `- line`, and what came, as `+ line`; the two states of an object beside each other."""
    gone = [("-", line) for line in set(before) - set(after)]
    come = [("+", line) for line in set(after) - set(before)]
    signed = sorted(gone + come, key=lambda item: (item[1].partition(": ")[0], item[0] == "+", item[1]))
    return [f"{sign} {line}" for sign, line in signed]


@contextmanager
def _empty_search_path(connection: Connection) -> Iterator[None]:
    """Make PostgreSQL write the schema of every name."""
    former = connection.exec_driver_sql("SELECT current_setting('search_path')").scalar_one()
    connection.exec_driver_sql("SELECT set_config('search_path', '', false)")
    yield
    connection.exec_driver_sql("SELECT set_config('search_path', %s, false)", (former,))


def _line(kind: str, name: str, detail: str | None) -> str:
    text = f"{kind} {name}: {detail}" if detail else f"{kind} {name}"
    return text.replace("\\", "\\\\").replace("\n", "\\n")
