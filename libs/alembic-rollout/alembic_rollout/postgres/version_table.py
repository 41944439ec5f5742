"""The version table: which revisions a database is at. In plain SQL, because what Alembic does here logs."""

from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import for_driver, qualified

_ALEMBICS_LENGTH = 32
_TYPMOD_HEADER = 4  # a length is kept with four more, VARHDRSZ of PostgreSQL's c.h


@dataclass(frozen=True, slots=True)
class VersionTable:
    """Where a database keeps the revisions that it is at.

    Attributes:
        schema: of the table; None for the search path.
        name: of the table.
    """

    schema: str | None
    name: str

    @property
    def sql(self) -> str:
        """Its name as SQL, quoted where it has to be."""
        return qualified(self.schema, self.name)

    def revisions(self, connection: Connection) -> tuple[str, ...]:
        """Return the revisions that a database is at: none before the first migration, several on open branches.

        Args:
            connection: to the database, in any isolation level.
        """
        if not exists(connection, self.schema, self.name):
            return ()
        rows = connection.exec_driver_sql(f"SELECT version_num FROM {for_driver(self.sql)} ORDER BY 1")  # noqa: S608 - quoted
        return tuple(row[0] for row in rows)

    def longest_id(self, connection: Connection) -> int | None:
        """Return how many characters an id may have: 32 before Alembic has made the table; None for any number."""
        if not exists(connection, self.schema, self.name):
            return _ALEMBICS_LENGTH
        typmod = connection.exec_driver_sql(
            "SELECT atttypmod FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = 'version_num'",
            (self.sql,),
        ).scalar()
        return typmod - _TYPMOD_HEADER if typmod is not None and typmod > 0 else None


def exists(connection: Connection, schema: str | None, table: str) -> bool:
    """Return True if there is such a table; in the search path where no schema is named."""
    found = connection.exec_driver_sql("SELECT to_regclass(%s) IS NOT NULL", (qualified(schema, table),))
    return bool(found.scalar())
