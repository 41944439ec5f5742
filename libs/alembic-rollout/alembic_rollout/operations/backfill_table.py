"""The table `alembic_rollout_backfill`: how far each backfill of a revision that is not applied yet has come.

A batch moves its backfill's row in its own transaction, so that the two cannot disagree, whatever is killed when. The
row outlives its backfill until the revision is applied, because a revision that is started again runs all of its
helpers again; then it is deleted in the revision's own transaction, and the table with the last one.

A position is true as long as the columns are those that it was reached with. Meanwhile a downgrade may have dropped
them, and an upgrade may have added empty ones of the same names: then the backfill starts again.

A table that an earlier version left lacks columns; they are added, and what they would hold is read from the catalogue.
"""

import logging
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Connection

from alembic_rollout.operations.table_facts import Columns
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.postgres.version_table import exists
from alembic_rollout.settings import BACKFILL_TABLE

_DATABASE = "(SELECT oid FROM pg_database WHERE datname = current_database())"
# Each may be NULL: an image of an earlier version, started again after a failed release, does not know them all.
_LATER_COLUMNS = {"database": "oid", "made_with": "text", "last_ctid": "text", "page_limit": "bigint"}

# Were the columns made after the row was last written? A column that was dropped and added again has a number behind
# that of the dropped one, whose entry was written when it was dropped. A table that was made again has a new entry for
# ctid, which nothing else writes.
_MADE_LATER = """
    EXISTS (
        SELECT FROM pg_attribute AS system
        WHERE system.attrelid = %s AND system.attnum = -1 AND age(system.xmin) < age(progress.xmin)
    ) OR EXISTS (
        SELECT FROM pg_attribute AS used JOIN pg_attribute AS dropped USING (attrelid)
        WHERE attrelid = %s AND used.attnum = ANY(%s::int2[]) AND age(used.xmin) < age(progress.xmin)
        AND dropped.attisdropped AND dropped.attnum < used.attnum AND age(dropped.xmin) < age(progress.xmin)
    )
"""

Key = tuple[str, ...]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a backfill has come.

    Attributes:
        last_key: the key of the last row that is done, as text; None at the start.
        last_ctid: in the order of pages, the place of the last row that is done; None in the order of the key.
        page_limit: in the order of pages, the number of pages that the table had at the start.
        rows_seen: how many rows are done; estimated in the order of pages.
        rows_changed: how many of them were changed.
        finished: no row is left.
    """

    last_key: Key | None
    last_ctid: str | None
    page_limit: int | None
    rows_seen: int
    rows_changed: int
    finished: bool

    @property
    def has_begun(self) -> bool:
        """True after the first batch."""
        return self.rows_seen > 0 or self.rows_changed > 0


class BackfillRow:
    """The row of one backfill in the table.

    Args:
        schema: where the version table is; None for the search path.
        revision: which runs.
        statement: the whole backfill as one statement: another one in the same revision is another backfill.
        order: the columns of the key.
    """

    def __init__(self, schema: str | None, revision: str, statement: str, order: str) -> None:
        self._schema = schema
        self._revision = revision
        self._statement = statement
        self._digest = sha256(f"{statement}\n{order}".encode()).hexdigest()
        self._table = for_driver(qualified(schema, BACKFILL_TABLE))

    def begin(self, connection: Connection, columns: Columns, start: Position) -> Position:
        """Make the table and the row where they are missing; return the position.

        Args:
            connection: in autocommit.
            columns: that the backfill uses.
            start: position of a backfill that is new, or starts again.
        """
        self._make_table(connection)
        connection.exec_driver_sql(
            f"INSERT INTO {self._table} (revision, digest, statement, database, made_with,"  # noqa: S608 - quoted name
            f" last_ctid, page_limit) VALUES (%s, %s, %s, {_DATABASE}, %s, %s, %s) ON CONFLICT DO NOTHING",
            (self._revision, self._digest, self._statement, columns.identity, start.last_ctid, start.page_limit),
        )
        self._compare_columns(connection, columns, start)
        return self._read(connection, "")

    def _make_table(self, connection: Connection) -> None:
        if not exists(connection, self._schema, BACKFILL_TABLE):
            later = "".join(f"{name} {type_}, " for name, type_ in _LATER_COLUMNS.items())
            connection.exec_driver_sql(
                f"""
                CREATE TABLE IF NOT EXISTS {self._table} (
                    revision text NOT NULL,
                    digest text NOT NULL,
                    statement text NOT NULL,
                    {later}
                    last_key text[],
                    rows_seen bigint NOT NULL DEFAULT 0,
                    rows_changed bigint NOT NULL DEFAULT 0,
                    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                    finished_at timestamptz,
                    PRIMARY KEY (revision, digest)
                )
                """
            )
            return
        there = connection.exec_driver_sql(
            "SELECT attname FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = ANY(%s)",
            (self._table, list(_LATER_COLUMNS)),
        ).scalars()
        if missing := _LATER_COLUMNS.keys() - set(there):
            additions = (f"ADD COLUMN IF NOT EXISTS {name} {_LATER_COLUMNS[name]}" for name in sorted(missing))
            connection.exec_driver_sql(f"ALTER TABLE {self._table} {', '.join(additions)}")

    def _compare_columns(self, connection: Connection, columns: Columns, start: Position) -> None:
        mine = "revision = %s AND digest = %s"
        me = (self._revision, self._digest)
        # An empty text is the identity of no column: it makes the backfill start again below.
        connection.exec_driver_sql(
            f"UPDATE {self._table} AS progress SET database = {_DATABASE},"  # noqa: S608 - quoted name
            f" made_with = CASE WHEN {_MADE_LATER} THEN '' ELSE %s END WHERE {mine} AND made_with IS NULL",
            (columns.table, columns.table, list(columns.numbers), columns.identity, *me),
        )
        # A database that was restored has other numbers for the same columns, and the same rows in them.
        connection.exec_driver_sql(
            f"UPDATE {self._table} SET made_with = %s, database = {_DATABASE}"  # noqa: S608 - quoted name
            f" WHERE {mine} AND made_with <> %s AND database <> {_DATABASE}",
            (columns.identity, *me, columns.identity),
        )
        again = connection.exec_driver_sql(
            f"UPDATE {self._table} SET made_with = %s, last_key = NULL, last_ctid = %s, page_limit = %s,"  # noqa: S608
            f" rows_seen = 0, rows_changed = 0, finished_at = NULL WHERE {mine} AND made_with <> %s",
            (columns.identity, start.last_ctid, start.page_limit, *me, columns.identity),
        )
        if again.rowcount:
            logger.info(
                "Columns were dropped and added again since the backfill of %s was interrupted: it starts again.",
                self._revision,
            )

    def lock(self, connection: Connection) -> Position:
        """Return the position, and keep every other process from moving it until the transaction ends."""
        return self._read(connection, " FOR UPDATE")

    def move(self, connection: Connection, to: Position) -> None:
        """Write the position; call it in the batch's transaction."""
        connection.exec_driver_sql(
            f"UPDATE {self._table} SET last_key = %s::text[], last_ctid = %s, page_limit = %s, rows_seen = %s,"  # noqa: S608
            " rows_changed = %s, moved_at = clock_timestamp(), finished_at = CASE WHEN %s THEN clock_timestamp() END"
            " WHERE revision = %s AND digest = %s",
            (
                None if to.last_key is None else list(to.last_key),
                to.last_ctid,
                to.page_limit,
                to.rows_seen,
                to.rows_changed,
                to.finished,
                self._revision,
                self._digest,
            ),
        )

    def _read(self, connection: Connection, locking: str) -> Position:
        row = connection.exec_driver_sql(
            "SELECT last_key, last_ctid, page_limit, rows_seen, rows_changed, finished_at IS NOT NULL"  # noqa: S608
            f" FROM {self._table} WHERE revision = %s AND digest = %s{locking}",
            (self._revision, self._digest),
        ).one()
        return Position(None if row[0] is None else tuple(row[0]), *row[1:])


def forget_when_applied(context: MigrationContext) -> None:
    """Have the rows of the revision that runs deleted in the transaction that records it as applied."""
    if _forget not in context.on_version_apply_callbacks:
        context.on_version_apply_callbacks = (*context.on_version_apply_callbacks, _forget)


def _forget(*, ctx: MigrationContext, step: MigrationInfo, **_: Any) -> None:  # noqa: ANN401 - Alembic's protocol
    connection, schema = ctx.connection, ctx.version_table_schema
    assert connection is not None  # noqa: S101 - for the type checker: online
    if not exists(connection, schema, BACKFILL_TABLE):
        return
    name = for_driver(qualified(schema, BACKFILL_TABLE))
    connection.exec_driver_sql(f"DELETE FROM {name} WHERE revision = ANY(%s)", (list(step.up_revision_ids),))  # noqa: S608
    if not connection.exec_driver_sql(f"SELECT EXISTS (SELECT FROM {name})").scalar():  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {name}")
