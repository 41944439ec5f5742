"""One attempt to apply, revert or stamp a revision: what is known before it begins, and what is kept of it."""

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from getpass import getuser
from typing import Literal

from alembic_rollout.project.tree import Phase

Direction = Literal["upgrade", "downgrade", "stamp"]
Outcome = Literal["applied", "failed", "held"]
ShownOutcome = Literal["applied", "failed", "held", "running"]

INTERRUPTED = "interrupted: the process ended before it could say why"
"""What the row of an attempt says from its beginning until its end is known."""
ADOPTED = "adopted: applied before alembic-rollout kept a history"
"""What the row of a revision says that was there when the history began."""


@cache
def os_user() -> str:
    """Return the account that this process runs as."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user that has no entry in passwd
        return f"uid {os.getuid()}"


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of an attempt before it begins.

    Attributes:
        revision: its id.
        direction: upgrade, downgrade or stamp.
        phase: expand or contract.
        checksum: of its file; None where there is none.
        app_version: of the release that migrates.
        lock_wait_ms: how long the run lock was waited for.
        backup: the backup that was taken before.
        note: what a reader of the history has to know of an attempt that succeeds; kept in the column `error`.
        host: where the process runs.
        os_user: the account that it runs as.
    """

    revision: str
    direction: Direction
    phase: Phase
    checksum: str | None
    app_version: str
    lock_wait_ms: int
    backup: str | None = None
    note: str | None = None
    host: str = field(default_factory=socket.gethostname)
    os_user: str = field(default_factory=os_user)


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One attempt, as it is kept; durations are milliseconds.

    Attributes:
        outcome: how it ended; `running` only where `shown_outcome` found that it has not.
        occurrences: how often it ended so: a start that fails again and again for one cause is one row.
        last_started_at: when the newest of these began.
        cause: of a failure, the SQLSTATE or the class of the error; None where its process ended before it could say.
    """

    id: int
    revision: str
    direction: Direction
    phase: Phase
    outcome: ShownOutcome
    started_at: datetime
    duration_ms: int | None
    lock_wait_ms: int
    attempts: int
    error: str | None
    statement: str | None
    checksum: str | None
    app_version: str | None
    host: str
    os_user: str
    db_user: str
    backup: str | None
    occurrences: int
    last_started_at: datetime
    cause: str | None


def shown_outcome(row: HistoryRow, *, is_newest: bool, is_lock_held: bool) -> ShownOutcome:
    """Return how an attempt ended, or `running` while it has not.

    An attempt is written as an interrupted one when it begins. It is under way only while its process holds the run
    lock, and only the newest row can be that process's.

    Args:
        row: of the history.
        is_newest: no row is newer.
        is_lock_held: a session holds the run lock of the database now.
    """
    if is_newest and is_lock_held and row.outcome == "failed" and row.error == INTERRUPTED:
        return "running"
    return row.outcome
