"""The version table: which revisions a database is at. In plain SQL, because what Alembic does here logs."""

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import qualified


def exists(connection: Connection, schema: str | None, table: str) -> bool:
    """Whether there is such a table; in the search path where no schema is named."""
    found = connection.exec_driver_sql("SELECT to_regclass(%s) IS NOT NULL", (qualified(schema, table),))
    return bool(found.scalar())


def current_revisions(connection: Connection, schema: str | None, table: str) -> tuple[str, ...]:
    """Return the revisions that a database is at; none before the first migration, several where branches are open.

    Args:
        connection: to the database, in any isolation level.
        schema: of the version table; None for the search path.
        table: name of the version table.
    """
    if not exists(connection, schema, table):
        return ()
    rows = connection.exec_driver_sql(f"SELECT version_num FROM {qualified(schema, table)} ORDER BY 1")  # noqa: S608 - quoted above
    return tuple(row[0] for row in rows)
