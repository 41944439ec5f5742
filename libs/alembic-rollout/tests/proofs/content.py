"""What a database holds, to be compared with what another one holds, and how to empty it."""

from databases import Database
from sqlalchemy import Connection

from alembic_rollout.project.catalogue import catalogue

_OWN = ("alembic_version", "alembic_rollout_history", "alembic_rollout_catalogue")
_TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND oid::regclass::text <> ALL(%s)
"""


def content(connection: Connection) -> list[str]:
    """The schema of a database and its rows, but for the time when they were made; Alembic's and ours left out."""
    tables = connection.exec_driver_sql(_TABLES, (list(_OWN),)).scalars().all()
    return catalogue(connection, without=_OWN) + [f"{table}: {_rows(connection, table)}" for table in sorted(tables)]


def _rows(connection: Connection, table: str) -> str:
    row = "(to_jsonb(t) - ARRAY['created_at', 'updated_at'])::text"
    query = f"SELECT count(*), md5(string_agg({row}, ',' ORDER BY {row})) FROM {table} AS t"  # noqa: S608 - of the catalogue
    count, digest = connection.exec_driver_sql(query).one()
    return f"{count} rows, {digest}"


def empty(connection: Connection, database: Database) -> None:
    """Remove everything that a database's owner has made.

    Args:
        connection: the superuser's; the extensions are his, and stay.
        database: which one.
    """
    connection.exec_driver_sql(f"DROP OWNED BY {database.owner}")
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {database.owner}")
