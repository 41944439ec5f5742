"""A database's schema as sorted lines, one an object, so that two states can be compared line by line.

Read from PostgreSQL's catalogues by `catalogue.sql`, in the words of PostgreSQL's own pg_get_*def functions
(https://www.postgresql.org/docs/current/functions-info.html). Names carry their schema. The order of a table's columns
and the names of NOT NULL constraints (PostgreSQL 18 has them) do not count: no downgrade can restore the first, and
PostgreSQL makes up the second. What belongs to an extension is that extension's.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.settings import BACKFILL_TABLE, CATALOGUE_TABLE

CATALOGUE_QUERY = Path(__file__).with_suffix(".sql").read_text()
"""Returns kind, name, parent and detail; takes `hidden` (oids) and `partitions`. Run it with `read_catalogue`."""
LOCK_TIMEOUT = "2s"
WITHOUT_WAITING = "1ms"
"""The shortest `lock_timeout` there is; 0 would be none."""


def catalogue(connection: Connection, *, without: Collection[str] = ()) -> list[str]:
    """Return the schema of a database, sorted.

    Args:
        connection: as any role; its search path is afterwards what it was before.
        without: tables to leave out with all that belongs to them, named as SQL would.
    """
    hidden = oids(connection, without)
    with reads_catalogue(connection):
        found = connection.exec_driver_sql(CATALOGUE_QUERY, {"hidden": hidden, "partitions": True})
        return sorted(_line(kind, name, detail) for kind, name, _, detail in found)


def own_tables(version_table: VersionTable, history_table: str) -> tuple[str, ...]:
    """Return the tables of Alembic and of this library, named as SQL would, to leave out of a comparison.

    Args:
        version_table: Alembic's own; ours are in its schema.
        history_table: the name of the history.
    """
    tables = (version_table.name, history_table, BACKFILL_TABLE, CATALOGUE_TABLE)
    return tuple(qualified(version_table.schema, table) for table in tables)


def has_tables(connection: Connection, *, without: Collection[str] = ()) -> bool:
    """Return True if a database has tables, besides those of extensions.

    Args:
        connection: as any role.
        without: tables that do not count, named as SQL would.
    """
    found = connection.exec_driver_sql(
        "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.oid::bigint <> ALL (%s::bigint[])"
        " AND n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'"
        " AND NOT EXISTS (SELECT FROM pg_depend d"
        " WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))",
        (oids(connection, without),),
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
def reads_catalogue(connection: Connection, *, lock_timeout: str = LOCK_TIMEOUT) -> Iterator[None]:
    """Make a connection ready for `CATALOGUE_QUERY`: PostgreSQL writes the schema of every name, and compiles nothing.

    The settings are those of one transaction: a connection pooler hands the session to others afterwards. PostgreSQL
    opens a table to write its expressions: in autocommit, a lock of another session is waited for no longer than
    `lock_timeout`.

    Args:
        connection: in autocommit, or in a transaction, which goes on with the settings that it had.
        lock_timeout: as PostgreSQL writes it.
    """
    driver: Any = connection.connection.dbapi_connection
    if not driver.autocommit:
        former = connection.exec_driver_sql("SELECT current_setting('search_path'), current_setting('jit')").one()
        _configure(connection, "", "off")
        yield
        _configure(connection, *former)
        return
    with waits_briefly(connection, lock_timeout=lock_timeout):
        _configure(connection, "", "off")
        yield


@contextmanager
def waits_briefly(connection: Connection, *, lock_timeout: str = LOCK_TIMEOUT) -> Iterator[None]:
    """Wait for a lock of another session no longer than `lock_timeout`; in a transaction, as long as it says already.

    Args:
        connection: in autocommit, or in a transaction.
        lock_timeout: as PostgreSQL writes it.
    """
    driver: Any = connection.connection.dbapi_connection
    if not driver.autocommit:
        yield
        return
    connection.exec_driver_sql("BEGIN")
    try:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{lock_timeout}'")
        yield
    except BaseException:
        if not connection.invalidated:
            connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _configure(connection: Connection, search_path: str, jit: str) -> None:
    connection.exec_driver_sql(
        "SELECT set_config('search_path', %s, true), set_config('jit', %s, true)", (search_path, jit)
    )


def _line(kind: str, name: str, detail: str | None) -> str:
    text = f"{kind} {name}: {detail}" if detail else f"{kind} {name}"
    return text.replace("\\", "\\\\").replace("\n", "\\n")
