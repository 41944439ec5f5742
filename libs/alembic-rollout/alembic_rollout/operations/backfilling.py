"""`backfill`: one UPDATE over a table of any size, in batches that hold row locks for a moment each."""

import inspect
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from alembic import op
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations.autocommit import autocommit, set_config, settings, transaction
from alembic_rollout.operations.backfill_progress import Progress, progress
from alembic_rollout.operations.backfill_table import BackfillRow, Position, forget_when_applied
from alembic_rollout.operations.backfill_throttle import LOCK_WAIT, Pace
from alembic_rollout.operations.batches import Batch, Change, KeyBatches, TakeBatch, whole_update
from alembic_rollout.operations.page_batches import FilledColumn, MovedRows, PageBatches, filled_column, first_position
from alembic_rollout.operations.table_facts import (
    can_be_read_by_page,
    estimated_rows,
    find_table,
    oldest_writer,
    ordering_key,
    page_count,
    primary_key,
    used_columns,
)
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.sqlstates import (
    DEADLOCK_DETECTED,
    LOCK_NOT_AVAILABLE,
    QUERY_CANCELED,
    SERIALIZATION_FAILURE,
)
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.wording.durations import format_duration

_RETRIED = (LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, SERIALIZATION_FAILURE)
_PAUSES = Pauses(first=0.1, longest=2.0)
_GIVE_UP_SECONDS = 1800.0
# More rows than this that moved while the pages were read are searched for in the order of the key.
_MOST_MOVED_ROWS = 10_000

# A batch is read by its key or by its pages, whatever the planner prefers, and nothing in it is worth compiling.
_SETTINGS = {
    "lock_timeout": f"{LOCK_WAIT * 1000:.0f}",
    "statement_timeout": "0",
    "enable_seqscan": "off",
    "enable_tidscan": "on",
    "jit": "off",
}

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
    """Update the rows of a table in batches, each in a transaction of its own, while other sessions write.

    Each batch takes as many rows that their locks are held for about 0.15 s and never for half a second; the next
    begins after a pause. How far it has come is kept in the database, in the batches' own transactions: a start after a
    kill continues after the last batch, and no row is changed twice, even by `n = n + 1`. (Two backfills of one
    revision with the same arguments are one.)

    Rows are taken in the order of the primary key. A backfill that fills one column (`set_="a = b"` with
    `where="a IS NULL"` or `where="a IS DISTINCT FROM b"`) takes them in the order of the table's pages instead, which
    is faster, and ends with a query for rows that moved meanwhile. A row that still matches may then be updated twice.

    Rows that are inserted meanwhile are up to the application: deploy a release that writes both columns before.

    Commits what the revision did before: give it a revision of its own, after the one that adds the column.

    Args:
        table: to update.
        set_: SQL: what SET assigns, such as `given_name = first_name`.
        where: SQL: which rows, such as `given_name IS NULL`; all by default.
        key: columns that are NOT NULL and that an index begins with; the primary key by default. SET must not change
            them.
        batch_size: rows of the first batch; later ones follow from the time that locks were held.
        pause: seconds between two batches; by default it follows how busy the server is.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: there is no usable key, or the connection was lost; the next start continues.
        UsageError: an argument cannot be used, or it is called outside a revision.
    """
    _check_arguments(set_, where, key)
    pace = Pace(batch_size, pause)
    with autocommit("backfill") as session:
        statement = whole_update(qualified(schema, table), set_, where)
        if session.offline:
            session.execute(statement)
            return
        connection = session.connection
        found = find_table(connection, schema, table)
        columns = primary_key(connection, found) if key is None else ordering_key(connection, found, key)
        change = Change(found, set_, where)
        filled = filled_column(set_, where) if can_be_read_by_page(connection, found) else None
        context = op.get_context()
        rows = KeyBatches(change, columns)
        statement = whole_update(found.sql, set_, where)
        row = BackfillRow(context.version_table_schema, _running_revision(), statement, rows.order)
        used = used_columns(connection, found, f"{set_} {where or ''}")
        forget_when_applied(context)
        start = first_position(None if filled is None else page_count(connection, found))
        position = row.begin(connection, used, start)
        session.check(statement)
        _Backfill(session.connection, change, rows, filled, row, pace).run(position)


@dataclass
class _Backfill:
    connection: Connection
    change: Change
    by_key: KeyBatches
    filled: FilledColumn | None
    row: BackfillRow
    pace: Pace
    shown: Progress = field(init=False)
    longest_lock: float = field(default=0.0, init=False)
    locked_at: float = field(default=math.inf, init=False)
    count: int = field(default=0, init=False)

    def run(self, position: Position) -> None:
        """Run every batch that is left."""
        name = self.change.table.sql
        if position.finished:
            logger.info("The backfill of %s is done already.", name, extra={"table": name})
            return
        if position.has_begun:
            done = f"{position.rows_changed:,}"
            logger.info("Continuing the backfill of %s: %s rows are changed.", name, done, extra={"table": name})
        started = time.monotonic()
        total = estimated_rows(self.connection, self.change.table)
        with settings(self.connection, **_SETTINGS), progress(name, position, total) as self.shown:
            if position.page_limit is not None and self.filled is not None:
                pages = PageBatches(self.change, position.page_limit, total)
                position = self._run_by_page(position, pages, self.filled)
            while not position.finished:
                position = self._run_batch(position, self.by_key.take)[0]
        self._report(position, time.monotonic() - started)

    def _run_by_page(self, position: Position, pages: PageBatches, filled: FilledColumn) -> Position:
        """Run the batches of every page, then those of the rows that moved meanwhile."""
        while position.last_ctid is not None and not position.finished and not pages.has_ended(position):
            position = self._run_batch(position, pages.take)[0]
        if position.last_ctid is None or position.finished:
            return position  # another process has continued it
        moved = MovedRows(self.change, self.by_key.key)
        moved.find(self.connection, filled, _MOST_MOVED_ROWS + 1)
        if len(moved.keys) > _MOST_MOVED_ROWS:
            return self._start_by_key(position)
        while not position.finished:
            position, batch = self._run_batch(position, moved.take)
            if batch is not None:
                moved.remove(batch)
        return position

    def _start_by_key(self, position: Position) -> Position:
        name = self.change.table.sql
        logger.info("Many rows of %s moved meanwhile: continuing in the order of the key.", name)
        with transaction(self.connection):
            current = self.row.lock(self.connection)
            if current != position:
                return current  # another process runs this backfill
            start = replace(position, last_ctid=None, page_limit=None)
            self.row.move(self.connection, start)
        return start

    def _run_batch(self, position: Position, take: TakeBatch) -> tuple[Position, Batch | None]:
        """Run the next batch, retrying while its rows are locked, and pause.

        Returns:
            The position after it, and the batch; None where another process has moved the position.

        Raises:
            RolloutError: the rows stayed locked, or the connection was lost.
        """
        for look in looks(_GIVE_UP_SECONDS, _PAUSES):
            try:
                return self._run_within_limit(position, take)
            except DBAPIError as error:
                if sqlstate(error) not in _RETRIED or look.is_last:
                    stopped = self._stopped(error, position)
                    if stopped is None:
                        raise
                    raise stopped from error
                self.pace.halve()
                if look.is_report_due:
                    self.shown.say(f"{self._locked_rows()}; retrying.")
        raise AssertionError  # the last look returns or raises

    def _run_within_limit(self, position: Position, take: TakeBatch) -> tuple[Position, Batch | None]:
        """Run the next batch, with half of its rows as often as it takes too long."""
        while True:
            try:
                return self._run_once(position, take)
            except DBAPIError as error:
                if not self._took_too_long(error):
                    raise
                self.pace.halve()

    def _run_once(self, position: Position, take: TakeBatch) -> tuple[Position, Batch | None]:
        # Which rows it takes is found before its transaction: that locks nothing, and may take longer.
        batch = take(self.connection, position, self.pace.batch_size)
        self.locked_at = time.monotonic()
        with transaction(self.connection):
            set_config(self.connection, {"statement_timeout": _ms(self.pace.limit)}, local=True)
            current = self.row.lock(self.connection)
            if current != position:
                return current, None  # another process runs this backfill, or was killed during it a moment ago
            changed = self.change.update(self.connection, batch)
            total = position.rows_changed + changed
            seen = max(batch.after.rows_seen, position.rows_seen + changed, total)
            after = replace(batch.after, rows_seen=seen, rows_changed=total)
            self.row.move(self.connection, after)
        seconds = time.monotonic() - self.locked_at
        self.count += 1
        self.longest_lock = max(self.longest_lock, seconds)
        self.shown.show(after)
        pause = self.pace.pause_after(changed, seconds)
        if not after.finished:
            time.sleep(pause)  # gives the server to other sessions: there is nothing to wait for
        return after, batch

    def _took_too_long(self, error: DBAPIError) -> bool:
        # A person who cancels the statement causes the same SQLSTATE, but hardly by chance at the limit.
        return sqlstate(error) == QUERY_CANCELED and 0 < self.pace.limit <= time.monotonic() - self.locked_at

    def _stopped(self, error: DBAPIError, position: Position) -> RolloutError | None:
        name = self.change.table.sql
        done = f"{position.rows_changed:,} rows of {name} are changed; the next start continues after them."
        if error.connection_invalidated:
            return RolloutError(f"The connection was lost during a backfill ({one_line(error)}). {done}")
        if sqlstate(error) in _RETRIED:
            return RolloutError(
                f"{self._locked_rows()}, for {format_duration(_GIVE_UP_SECONDS)}: end that session, or wait for it."
                f" {done}"
            )
        return None

    def _locked_rows(self) -> str:
        session = oldest_writer(self.connection, self.change.table)
        return f"Rows of {self.change.table.sql} are locked by {session or 'other sessions'}"

    def _report(self, position: Position, seconds: float) -> None:
        name = self.change.table.sql
        logger.info(
            "Backfilled %s: %s rows changed, in %s and %s; longest lock %s",
            name,
            f"{position.rows_changed:,}",
            f"{self.count:,} {'batch' if self.count == 1 else 'batches'}",
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


def _check_arguments(set_: str, where: str | None, key: Sequence[str] | None) -> None:
    if not set_.strip():
        raise UsageError(f'set_={set_!r}: write what SET assigns, such as set_="given_name = first_name".')
    if where is not None and not where.strip():
        raise UsageError(f'where={where!r}: write a condition, such as where="given_name IS NULL", or leave it out.')
    if key is not None and not key:
        raise UsageError(f"key={key!r}: name at least one column, or leave it out.")


def _running_revision() -> str:
    """Return the id of the revision whose function called the helper; Alembic does not pass it."""
    frame = inspect.currentframe()
    while frame is not None:
        names = frame.f_globals
        if "down_revision" in names and isinstance(names.get("revision"), str):
            return str(names["revision"])
        frame = frame.f_back
    raise UsageError("operations.backfill stores its progress by revision: call it in a revision's upgrade().")


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f}"
