"""What the history says: its rows, how many there are, since when revisions are held. Nothing here writes."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from alembic_rollout.history.attempt import HistoryRow
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.postgres.version_table import exists

_COLUMNS = (
    "id, revision, direction, phase, outcome, started_at, duration_ms, lock_wait_ms, attempts, error, statement,"
    " checksum, app_version, host, os_user, db_user, backup"
)
# Columns that came later: a table from before has none of them, and is read all the same.
_LATER_COLUMNS = (
    "coalesce((to_jsonb(history) ->> 'occurrences')::int, 1),"
    " coalesce((to_jsonb(history) ->> 'last_started_at')::timestamptz, started_at),"
    " to_jsonb(history) ->> 'cause'"
)


def text_literal(text: str) -> str:
    """Return a text as SQL that goes to the driver, which reads percent signs as its own."""
    return for_driver("'" + text.replace("'", "''") + "'")


def rows_of(version_table: str) -> str:
    """Return the condition by which the rows of `history` are of one tree: others may share the database.

    A row from before there was such a column is everyone's.

    Args:
        version_table: the name of the tree's.
    """
    own = text_literal(version_table)
    return f"coalesce(to_jsonb(history) ->> 'version_table', {own}) = {own}"


class HistoryRows:
    """The history of one tree in one database, to read from; other trees may have rows in the same table.

    Args:
        schema: where the version table is; None for the search path.
        table: the table's name.
        version_table: the name of the tree's version table.

    Attributes:
        name: of the table, quoted, with its schema.
        sql: the same in a statement of a driver's.
        own: the condition by which rows of `history` are of this tree.
        version_table: the name of the tree's version table.
    """

    def __init__(self, schema: str | None, table: str, version_table: str = "alembic_version") -> None:
        self._schema = schema
        self._table = table
        self.name = qualified(schema, table)
        self.sql = for_driver(self.name)
        self.own = rows_of(version_table)
        self.version_table = version_table

    def exists(self, connection: Connection) -> bool:
        """Return True if the table is there: not before the first migration, nor where plain Alembic migrated."""
        return exists(connection, self._schema, self._table)

    def rows(
        self, connection: Connection, *, before: int | None = None, revision: str | None = None, limit: int
    ) -> list[HistoryRow]:
        """Return the newest rows, or the newest below an id, of one revision or all; the newest first."""
        found = connection.exec_driver_sql(
            f"SELECT {_COLUMNS}, {_LATER_COLUMNS} FROM {self.sql} history"  # noqa: S608
            f" WHERE {self.own} AND id < coalesce(%s, 9223372036854775807) AND (%s::text IS NULL OR revision = %s)"
            " ORDER BY id DESC LIMIT %s",
            (before, revision, revision, limit),
        )
        return [HistoryRow(*row) for row in found]

    def count(self, connection: Connection, *, revision: str | None = None) -> int:
        """Return how many rows there are, of one revision or all."""
        found = connection.exec_driver_sql(
            f"SELECT count(*) FROM {self.sql} history"  # noqa: S608
            f" WHERE {self.own} AND (%s::text IS NULL OR revision = %s)",
            (revision, revision),
        )
        return int(found.scalar_one())

    def held_since(self, connection: Connection, revisions: Sequence[str]) -> dict[str, datetime]:
        """Return since when revisions are held, for those that an upgrade came to.

        Args:
            connection: to the database, which has the table.
            revisions: ids.
        """
        found = connection.exec_driver_sql(
            "SELECT DISTINCT ON (revision) revision, outcome, started_at"  # noqa: S608
            f" FROM {self.sql} history WHERE {self.own} AND revision = ANY(%s) ORDER BY revision, id DESC",
            (list(revisions),),
        )
        return {revision: started_at for revision, outcome, started_at in found if outcome == "held"}
