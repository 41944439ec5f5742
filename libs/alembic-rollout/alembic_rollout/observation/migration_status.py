"""What a service shows of its migrations, as values: where the database is, and what an upgrade would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from alembic_rollout.drift.differences import DriftFinding
    from alembic_rollout.history.attempt import HistoryRow
    from alembic_rollout.project.tree import Phase
    from alembic_rollout.releases.presence import Release


@dataclass(frozen=True, slots=True)
class PendingRevision:
    """A revision that the database has not applied.

    Attributes:
        revision: its id.
        title: the first line of its file.
        phase: expand or contract.
        held_by: the connections of older releases that hold it, in words; empty where an upgrade would apply it.
        held_since: when it was held first; None where it is not held, or no upgrade has come to it yet.
    """

    revision: str
    title: str
    phase: Phase
    held_by: tuple[str, ...]
    held_since: datetime | None


@dataclass(frozen=True, slots=True)
class Drift:
    """What was changed in the schema since the last migration.

    Attributes:
        compared: True if the two could be compared.
        reason: why not, as a clause; empty where they were.
        changes: what has changed.
        compared_at: when they were compared.
    """

    compared: bool
    reason: str
    changes: tuple[DriftFinding, ...]
    compared_at: datetime


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """Where a database is, and what stands between it and the head.

    Attributes:
        service: the project's service.
        current: the database's revision; None before the first migration.
        head: the newest revision of this code.
        required: the last one that this code cannot do without.
        ready: True if this code can run on the database.
        reason: why it cannot; empty where it can.
        pending: what the database has not applied, oldest first.
        releases: the releases that are connected.
        migrating: who holds the run lock, in words; None where no process migrates.
        blocked_by: the sessions that the process that migrates waits for, in words.
        changed_files: files of applied revisions that are not what was applied.
        never_applied: files that an applied revision is built on, and that were never applied.
        last_attempt: the newest row of the history.
        drift: what was changed since the last migration; None where that was not asked for.
    """

    service: str
    current: str | None
    head: str
    required: str
    ready: bool
    reason: str
    pending: tuple[PendingRevision, ...]
    releases: tuple[Release, ...]
    migrating: str | None
    blocked_by: tuple[str, ...]
    changed_files: tuple[str, ...]
    never_applied: tuple[str, ...]
    last_attempt: HistoryRow | None
    drift: Drift | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What an upgrade would do.

    Attributes:
        current: the database's revision; None before the first migration.
        runs: the revisions that would run, in order.
        held: those that would wait for older releases to go.
        backup: why a backup would be taken first; None where none would.
        refusal: what the upgrade would end with before it changes anything; None where it would go on.
        notice: what it would say where there is nothing to do.
        warning: what it would say besides.
    """

    current: str | None
    runs: tuple[str, ...]
    held: tuple[str, ...]
    backup: str | None
    refusal: str | None
    notice: str
    warning: str
