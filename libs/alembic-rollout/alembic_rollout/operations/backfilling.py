"""`backfill`: one UPDATE over a table of any size, in pieces that nobody notices."""

import inspect
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from alembic import op
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.durations import format_duration
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations.autocommit import Session, autocommit, set_config, settings, transaction
from alembic_rollout.operations.backfill_progress import Progress, progress
from alembic_rollout.operations.backfill_table import Position, Positions, forget_when_applied
from alembic_rollout.operations.backfill_throttle import LOCK_WAIT, Pace
from alembic_rollout.operations.batches import Batches, whole_update
from alembic_rollout.operations.table_facts import (
    column_identity,
    estimated_rows,
    find_table,
    ordering_key,
    primary_key,
)
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import qualified

_PASSING = ("55P03", "40P01", "40001")  # lock_not_available, deadlock_detected, serialization_failure
_QUERY_CANCELED = "57014"
_FIRST_WAIT_SECONDS = 0.1
_LONGEST_WAIT_SECONDS = 2.0
_SAY_AGAIN_SECONDS = 10.0
_GIVE_UP_SECONDS = 1800.0

# A range of the key is read by its index, whatever the planner thinks of it, and nothing in it is worth compiling.
_SETTINGS = {"lock_timeout": f"{LOCK_WAIT * 1000:.0f}", "statement_timeout": "0", "enable_seqscan": "off", "jit": "off"}

logger = logging.getLogger(__name__)


def backfill(
    table: str,
    *,
    set_: str,
    where: str | None = None,
    key: Sequence[str] | None = None,
    batch_size: int = 1000,
    pause: float | None = None,
    schema: str | None = None,
) -> None:
    """Update the rows of a table in batches, each in a transaction of its own, while everybody goes on writing.

    Each batch takes the next rows in the order of the primary key, and as many that their locks are held for about
    0.15 s and never for half a second; the next begins after a pause. How far it has come is kept in the database, in
    the batches' own transactions: a start after a kill goes on behind the last batch, and no row is changed twice, even
    by `n = n + 1`. (Two backfills of one revision that say exactly the same are one.)

    Rows that are inserted meanwhile are the application's affair: deploy a release that writes both columns before.

    Commits what the revision did before: give it a revision of its own, after the one that adds the column.

    Args:
        table: what to update.
        set_: SQL: what SET says, such as `given_name = first_name`.
        where: SQL: which rows, such as `given_name IS NULL`; all by default.
        key: columns that are NOT NULL and that an index begins with; the primary key by default. SET must not change
            them.
        batch_size: rows of the first batch; later ones follow from what the locks took.
        pause: seconds between two batches; by default it follows how busy the server is.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: there is no usable key, or the connection was lost; the next start goes on where it stopped.
        UsageError: an argument makes no sense, or it is called outside a revision.
    """
    pace = Pace(batch_size, pause)
    with autocommit("backfill") as session:
        statement = whole_update(qualified(schema, table), set_, where)
        if session.offline:
            session.execute(statement)
            return
        connection = session.connection
        found = find_table(connection, schema, table)
        columns = primary_key(connection, found) if key is None else ordering_key(connection, found, key)
        batches = Batches(found, columns, set_, where)
        context = op.get_context()
        positions = Positions(
            context.version_table_schema, _running_revision(), whole_update(found.sql, set_, where), batches.order
        )
        made_with = column_identity(connection, found, f"{set_} {where or ''}")
        forget_when_applied(context)
        _Backfill(session, batches, positions, pace).run(made_with)


@dataclass
class _Backfill:
    session: Session
    batches: Batches
    positions: Positions
    pace: Pace
    longest_lock: float = field(default=0.0, init=False)
    locked_at: float = field(default=math.inf, init=False)
    count: int = field(default=0, init=False)

    def run(self, made_with: str) -> None:
        """Run every batch that is left."""
        connection = self.session.connection
        name = self.batches.table.sql
        position = self.positions.begin(connection, made_with)
        if position.finished:
            logger.info("The backfill of %s is done already.", name, extra={"table": name})
            return
        if position.last_key is not None:
            logger.info(
                "Going on with the backfill of %s behind %s rows.",
                name,
                f"{position.rows_seen:,}",
                extra={"table": name},
            )
        started = time.monotonic()
        total = estimated_rows(connection, self.batches.table)
        with settings(connection, **_SETTINGS), progress(name, position, total) as shown:
            while not position.finished:
                position, pause = self._batch(connection, position, shown)
                shown.show(position)
                if not position.finished:
                    time.sleep(pause)
        self._report(position, time.monotonic() - started)

    def _report(self, position: Position, seconds: float) -> None:
        name = self.batches.table.sql
        logger.info(
            "Backfilled %s: %s of %s rows changed, in %s batches and %s; longest lock %s",
            name,
            f"{position.rows_changed:,}",
            f"{position.rows_seen:,}",
            f"{self.count:,}",
            format_duration(seconds),
            format_duration(self.longest_lock),
            extra={
                "table": name,
                "rows_changed": position.rows_changed,
                "batches": self.count,
                "duration_ms": round(seconds * 1000),
                "longest_lock_ms": round(self.longest_lock * 1000),
            },
        )

    def _batch(self, connection: Connection, position: Position, shown: Progress) -> tuple[Position, float]:
        """Run the next batch, again while others are in its way; return the position and how long to pause."""
        started = time.monotonic()
        said_at, wait = 0.0, _FIRST_WAIT_SECONDS
        while True:
            try:
                return self._try(connection, position)
            except DBAPIError as error:
                now = time.monotonic()
                if self._took_too_long(error, now):
                    self.pace.halve()
                    continue
                if sqlstate(error) not in _PASSING or now - started > _GIVE_UP_SECONDS:
                    stopped = self._stopped(error, position)
                    if stopped is None:
                        raise
                    raise stopped from error
                self.pace.halve()
                if now - said_at > _SAY_AGAIN_SECONDS or not said_at:
                    said_at = now
                    shown.say(f"Rows of {self.batches.table.sql} are locked by somebody else; trying again.")
            time.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT_SECONDS)

    def _try(self, connection: Connection, position: Position) -> tuple[Position, float]:
        # Where the batch ends is found before its transaction: looking locks nothing, and may take longer.
        edge = self.batches.edge(connection, position.last_key, self.pace.batch_size)
        self.locked_at = time.monotonic()
        with transaction(connection):
            set_config(connection, {"statement_timeout": _ms(self.pace.limit)}, local=True)
            current = self.positions.lock(connection)
            if current != position:
                return current, 0.0  # somebody else runs this backfill, or was killed at it a moment ago
            changed = self.batches.update(connection, position.last_key, edge.key if edge else None)
            position = Position(
                edge.key if edge else position.last_key,
                position.rows_seen + (edge.rows if edge else changed),
                position.rows_changed + changed,
                finished=edge is None,
            )
            self.positions.move(connection, position)
        seconds = time.monotonic() - self.locked_at
        self.count += 1
        self.longest_lock = max(self.longest_lock, seconds)
        return position, self.pace.pause_after(changed, seconds)

    def _took_too_long(self, error: DBAPIError, now: float) -> bool:
        # A person who cancels the statement causes the same SQLSTATE, but hardly by chance at the limit.
        return sqlstate(error) == _QUERY_CANCELED and 0 < self.pace.limit <= now - self.locked_at

    def _stopped(self, error: DBAPIError, position: Position) -> RolloutError | None:
        name = self.batches.table.sql
        goes_on = f"{position.rows_seen:,} rows of {name} are done, and the next start goes on behind them."
        if error.connection_invalidated:
            return RolloutError(f"The connection was lost in the middle of a backfill ({one_line(error)}). {goes_on}")
        if sqlstate(error) in _PASSING:
            return RolloutError(
                f"Somebody has kept rows of {name} locked for {format_duration(_GIVE_UP_SECONDS)}. {goes_on}"
            )
        return None


def _running_revision() -> str:
    """Return the id of the revision whose function called the helper: Alembic does not tell which one runs."""
    frame = inspect.currentframe()
    while frame is not None:
        names = frame.f_globals
        if "down_revision" in names and isinstance(names.get("revision"), str):
            return str(names["revision"])
        frame = frame.f_back
    raise UsageError(
        "operations.backfill remembers by revision how far it has come: call it in a revision's upgrade()."
    )


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
