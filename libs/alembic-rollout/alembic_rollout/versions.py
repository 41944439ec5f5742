"""Names as SQL, and the version table: where a database is. In plain SQL, because what Alembic does here logs."""

from sqlalchemy import Connection, quoted_name
from sqlalchemy.dialects.postgresql.base import PGDialect

_preparer = PGDialect().identifier_preparer  # type: ignore[no-untyped-call]


def quote(name: str) -> str:
    """Return a name as SQL, in quotes."""
    return _preparer.quote_identifier(name)


def qualified(schema: str | None, table: str) -> str:
    """Return a table's name as SQL, quoted where it has to be."""
    names = [quoted_name(name, quote=None) for name in (schema, table) if name]
    return ".".join(_preparer.quote(name) for name in names)


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
