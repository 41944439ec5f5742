"""Backups at regular times: when the next one is due, and that one process alone takes them."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from alembic_rollout.backup.retention import kept_backups
from alembic_rollout.errors import RolloutError

# A clock that is set, or a machine that slept, is noticed so soon.
_LONGEST_SLEEP = 60.0


def seconds_until_due(folder: Path, database: str, every: float, *, now: datetime) -> float:
    """Return how long it is until the next scheduled backup; 0 or less when it is due.

    It counts from the newest one in the folder, so that a process that is started again takes none too many.

    Args:
        folder: of the backups.
        database: whose.
        every: seconds between two.
        now: the time.
    """
    scheduled = [one.taken for one in kept_backups(folder, database) if one.label == "scheduled"]
    past = [taken for taken in scheduled if taken <= now]  # a clock that was set back does not stop the schedule
    return every - (now - max(past)).total_seconds() if past else 0.0


def wait_until(seconds_left: Callable[[], float]) -> None:
    """Return when no seconds are left; the clock is looked at every minute."""
    while (left := seconds_left()) > 0:
        time.sleep(min(left, _LONGEST_SLEEP))


@contextmanager
def sole_scheduler(folder: Path, database: str) -> Iterator[None]:
    """Be the one process that takes a database's scheduled backups; the kernel ends this with the process.

    Args:
        folder: of the backups; it exists.
        database: whose.

    Raises:
        RolloutError: another process is.
    """
    descriptor = os.open(folder / f".{quote(database, safe='')}.schedule", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RolloutError(
                f"Another process takes the scheduled backups of {database} in {folder}: one is enough."
            ) from None
        yield
    finally:
        os.close(descriptor)


def utc_now() -> datetime:
    """Return the time, UTC."""
    return datetime.now(UTC)
