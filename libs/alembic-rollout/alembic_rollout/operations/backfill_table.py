"""The table `alembic_rollout_backfill`: how far each backfill of a revision that is not applied yet has come.

A batch moves its backfill's row in its own transaction, so that the two cannot disagree, whatever is killed when. The
row outlives its backfill until the revision is applied, because a revision that is started again runs all of its
helpers again; then it goes, in the revision's own transaction, and the table with the last one.

A position is true as long as the columns are those that it was made with. A downgrade may have dropped them meanwhile,
and an upgrade may have made them anew, with nothing in them: then the backfill begins again.
"""

import logging
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from alembic.runtime.migration import MigrationContext, MigrationInfo
from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.version_table import exists
from alembic_rollout.settings import BACKFILL_TABLE

_DATABASE = "(SELECT oid FROM pg_database WHERE datname = current_database())"

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Position:
    """How far a backfill has come.

    Attributes:
        last_key: the key of the last row that is behind it, as text; None at the start.
        rows_seen: how many rows are behind it.
        rows_changed: how many of them it changed.
        finished: whether it is through.
    """

    last_key: tuple[str, ...] | None
    rows_seen: int
    rows_changed: int
    finished: bool


class Positions:
    """The row of one backfill.

    Args:
        schema: where the version table is; None for the search path.
        revision: which runs.
        statement: the whole backfill as one statement: another one in the same revision is another backfill.
        order: by what it goes through the table.
    """

    def __init__(self, schema: str | None, revision: str, statement: str, order: str) -> None:
        self._schema = schema
        self._revision = revision
        self._statement = statement
        self._digest = sha256(f"{statement}\n{order}".encode()).hexdigest()
        self.name = qualified(schema, BACKFILL_TABLE)

    def begin(self, connection: Connection, made_with: str) -> Position:
        """Make the table and the row where they are missing; return the position.

        Args:
            connection: in autocommit.
            made_with: what tells the columns from others of their names; see `column_identity`.
        """
        if not exists(connection, self._schema, BACKFILL_TABLE):
            connection.exec_driver_sql(
                f"""
                CREATE TABLE IF NOT EXISTS {self.name} (
                    revision text NOT NULL,
                    digest text NOT NULL,
                    statement text NOT NULL,
                    database oid NOT NULL,
                    made_with text NOT NULL,
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
        connection.exec_driver_sql(
            f"INSERT INTO {self.name} (revision, digest, statement, database, made_with)"  # noqa: S608 - quoted name
            f" VALUES (%s, %s, %s, {_DATABASE}, %s) ON CONFLICT DO NOTHING",
            (self._revision, self._digest, self._statement, made_with),
        )
        self._begin_again_where_columns_are_new(connection, made_with)
        return self._read(connection, "")

    def _begin_again_where_columns_are_new(self, connection: Connection, made_with: str) -> None:
        mine = "revision = %s AND digest = %s AND made_with <> %s"
        given = (self._revision, self._digest, made_with)
        # A database that was restored has other numbers for the same columns, and the same rows in them.
        connection.exec_driver_sql(
            f"UPDATE {self.name} SET made_with = %s, database = {_DATABASE} WHERE {mine} AND database <> {_DATABASE}",  # noqa: S608
            (made_with, *given),
        )
        again = connection.exec_driver_sql(
            f"UPDATE {self.name} SET made_with = %s, last_key = NULL, rows_seen = 0, rows_changed = 0,"  # noqa: S608
            f" finished_at = NULL WHERE {mine}",
            (made_with, *given),
        )
        if again.rowcount:
            logger.info("Columns were made anew since it was interrupted: it begins again. (%s)", self._statement)

    def lock(self, connection: Connection) -> Position:
        """Return the position, and keep every other process from moving it until the transaction ends."""
        return self._read(connection, " FOR UPDATE")

    def move(self, connection: Connection, to: Position) -> None:
        """Write the position; call it in the batch's transaction."""
        connection.exec_driver_sql(
            f"UPDATE {self.name} SET last_key = %s::text[], rows_seen = %s, rows_changed = %s,"  # noqa: S608
            " moved_at = clock_timestamp(), finished_at = CASE WHEN %s THEN clock_timestamp() END"
            " WHERE revision = %s AND digest = %s",
            (
                None if to.last_key is None else list(to.last_key),
                to.rows_seen,
                to.rows_changed,
                to.finished,
                self._revision,
                self._digest,
            ),
        )

    def _read(self, connection: Connection, locking: str) -> Position:
        row = connection.exec_driver_sql(
            f"SELECT last_key, rows_seen, rows_changed, finished_at IS NOT NULL FROM {self.name}"  # noqa: S608
            f" WHERE revision = %s AND digest = %s{locking}",
            (self._revision, self._digest),
        ).one()
        return Position(None if row[0] is None else tuple(row[0]), row[1], row[2], row[3])


def forget_when_applied(context: MigrationContext) -> None:
    """Have the rows of the revision that runs removed in the transaction that records it as applied."""
    if _forget not in context.on_version_apply_callbacks:
        context.on_version_apply_callbacks = (*context.on_version_apply_callbacks, _forget)


def _forget(*, ctx: MigrationContext, step: MigrationInfo, **_: Any) -> None:  # noqa: ANN401 - Alembic's protocol
    connection, schema = ctx.connection, ctx.version_table_schema
    assert connection is not None  # noqa: S101 - for the type checker: online
    if not exists(connection, schema, BACKFILL_TABLE):
        return
    name = qualified(schema, BACKFILL_TABLE)
    connection.exec_driver_sql(f"DELETE FROM {name} WHERE revision = ANY(%s)", (list(step.up_revision_ids),))  # noqa: S608
    if not connection.exec_driver_sql(f"SELECT EXISTS (SELECT FROM {name})").scalar():  # noqa: S608
        connection.exec_driver_sql(f"DROP TABLE {name}")
