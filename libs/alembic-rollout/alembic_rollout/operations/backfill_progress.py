"""Progress of a backfill: a bar at a terminal, elsewhere a log line every ten seconds."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from alembic_rollout.operations.backfill_table import Position
from alembic_rollout.wording.durations import format_duration

_SAY_AGAIN_SECONDS = 10.0

logger = logging.getLogger(__name__)


class Progress(Protocol):
    """Shows positions and messages."""

    def show(self, position: Position) -> None:
        """Show a position."""

    def say(self, message: str) -> None:
        """Show a message beside it."""


@contextmanager
def progress(table: str, position: Position, total: int) -> Iterator[Progress]:
    """Show the progress of a backfill while inside.

    Args:
        table: which is backfilled.
        position: where the backfill begins.
        total: how many rows the table has, about.
    """
    if sys.stderr.isatty():
        with _bar(table, position, total) as bar:
            yield bar
    else:
        yield _Lines(table, position, total)


class _Lines:
    def __init__(self, table: str, position: Position, total: int) -> None:
        self._table = table
        self._total = total
        self._first_row = position.rows_seen
        self._started = self._said_at = time.monotonic()

    def show(self, position: Position) -> None:
        now = time.monotonic()
        if now - self._said_at < _SAY_AGAIN_SECONDS:
            return
        self._said_at = now
        rate = (position.rows_seen - self._first_row) / (now - self._started)
        left = max(0, self._total - position.rows_seen)
        logger.info(
            "Backfilling %s: %s of about %s rows, %s rows/s, %s left",
            self._table,
            f"{position.rows_seen:,}",
            f"{max(self._total, position.rows_seen):,}",
            f"{rate:,.0f}",
            f"about {format_duration(left / rate)}" if rate else "an unknown time",
            extra={
                "table": self._table,
                "rows_seen": position.rows_seen,
                "rows_changed": position.rows_changed,
                "rows_per_second": round(rate),
            },
        )

    def say(self, message: str) -> None:
        logger.info("%s", message, extra={"table": self._table})


@contextmanager
def _bar(table: str, position: Position, total: int) -> Iterator[Progress]:
    from rich.console import Console  # noqa: PLC0415 - only a terminal needs it
    from rich.progress import BarColumn, MofNCompleteColumn, TaskProgressColumn, TextColumn, TimeRemainingColumn  # noqa: PLC0415
    from rich.progress import Progress as RichProgress  # noqa: PLC0415

    console = Console(stderr=True)
    columns = (
        TextColumn("Backfilling {task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]} rows/s"),
        TimeRemainingColumn(),
    )
    with RichProgress(*columns, console=console) as rich:
        task = rich.add_task(table, total=max(total, 1), completed=position.rows_seen, rate="-")
        started = time.monotonic()

        class Bar:
            def show(self, now: Position) -> None:
                rate = (now.rows_seen - position.rows_seen) / max(time.monotonic() - started, 0.001)
                # The total is an estimate: it grows with the rows that are done, and is their number in the end.
                goal = now.rows_seen if now.finished else max(total, now.rows_seen + 1)
                rich.update(task, total=goal, completed=now.rows_seen, rate=f"{rate:,.0f}")

            def say(self, message: str) -> None:
                console.print(message, highlight=False, markup=False)

        yield Bar()
