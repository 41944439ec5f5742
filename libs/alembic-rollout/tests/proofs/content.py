"""What a database holds, to be compared with what another one holds, and how to empty it."""

from databases import Database
from sqlalchemy import Connection

from alembic_rollout.project.catalogue import catalogue

_OWN = ("alembic_version", "alembic_rollout_history", "alembic_rollout_catalogue")
_TABLES = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND oid::regclass::text <> ALL(%s)
"""
_MADE = ("created_at", "updated_at")
_MEASURED = (*_MADE, "started_at", "finished_at", "moved_at", "stored_at", "duration_ms", "lock_wait_ms")


def content(connection: Connection) -> list[str]:
    """The schema of a database and its rows, but for the time when they were made; Alembic's and ours left out."""
    return catalogue(connection, without=_OWN) + _rows(connection, without=_OWN, but_for=_MADE)


def everything(connection: Connection) -> tuple[str, ...]:
    """All that a process finds in a database, but for times: its schema, rows and sequences, Alembic's and ours too."""
    sequences = connection.exec_driver_sql("SELECT sequencename || ': ' || coalesce(last_value, 0) FROM pg_sequences")
    return (*catalogue(connection), *_rows(connection, without=(), but_for=_MEASURED), *sorted(sequences.scalars()))


def _rows(connection: Connection, *, without: tuple[str, ...], but_for: tuple[str, ...]) -> list[str]:
    tables = connection.exec_driver_sql(_TABLES, (list(without),)).scalars().all()
    row = "(to_jsonb(t) - %s::text[])::text"
    digest = f"count(*) || ' rows, ' || coalesce(md5(string_agg({row}, ',' ORDER BY {row})), '')"
    found = []
    for table in sorted(tables):
        query = f"SELECT {digest} FROM {table} AS t"  # noqa: S608 - of the catalogue
        found.append(f"{table}: {connection.exec_driver_sql(query, (list(but_for),) * 2).scalar_one()}")
    return found


def empty(connection: Connection, database: Database) -> None:
    """Remove everything that a database's owner has made.

    Args:
        connection: the superuser's; the extensions are his, and stay.
        database: which one.
    """
    connection.exec_driver_sql(f"DROP OWNED BY {database.owner}")
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {database.owner}")
