"""What a service shows of its migrations, for `GET /migrations`: facts read from the database at that moment.

    migrations = Migrations(schema)
    with engine.connect() as connection:
        migrations.status(connection)

Runs no revision, and changes nothing. The role needs what a service's readiness needs: to read the version table, the
history and the stored catalogue.
"""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.history.attempt import HistoryRow, shown_outcome
from alembic_rollout.history.table import history_of
from alembic_rollout.postgres.run_lock import lock_holder, lock_key
from alembic_rollout.project.tree import Phase, RevisionFile
from alembic_rollout.releases.phases import held_revisions
from alembic_rollout.releases.presence import Release, live_releases
from alembic_rollout.releases.schema import Schema
from alembic_rollout.upgrade.standing_checks import read_standing

DRIFT_SECONDS = 30.0
"""How long a comparison with the last migration is good: it costs the database about 20 ms for 100 tables and half a
second for 2,500."""
_MIGRATING = "a migration is under way"


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
    changed_files: tuple[str, ...]
    never_applied: tuple[str, ...]
    last_attempt: HistoryRow | None
    drift: Drift | None


class Migrations:
    """Reads what is shown.

    Args:
        schema: what this release was built for.
        now: a clock that never goes back, seconds.
    """

    def __init__(self, schema: Schema, *, now: Callable[[], float] = time.monotonic) -> None:
        self._schema = schema
        self._environment = schema.environment
        self._history = history_of(schema.environment)
        self._now = now
        self._turn = threading.Lock()
        self._drift: tuple[str | None, float, Drift] | None = None

    def status(self, connection: Connection, *, with_drift: bool = True) -> MigrationStatus:
        """Return where the database is.

        Args:
            connection: to it, in autocommit.
            with_drift: also compare the schema with the last migration, unless that was just done.
        """
        state = self._schema.state(connection)
        standing = read_standing(self._environment, connection)
        migrating = self._lock_holder(connection)
        attempts = self._rows(connection, limit=1)
        releases = live_releases(connection, self._schema.service, waits=False)
        tree = self._environment.tree
        held = held_revisions(tree, state.pending, releases) if standing.current else {}
        since = self._history.held_since(connection, tuple(held)) if held else {}
        return MigrationStatus(
            service=self._schema.service,
            current=state.current,
            head=self._schema.head,
            required=self._schema.required,
            ready=state.sufficient,
            reason=state.reason,
            pending=tuple(
                PendingRevision(
                    revision=revision,
                    title=_title(tree.by_revision[revision]),
                    phase=tree.by_revision[revision].phase,
                    held_by=tuple(held[revision].reasons) if revision in held else (),
                    held_since=since.get(revision),
                )
                for revision in state.pending
            ),
            releases=tuple(releases),
            migrating=migrating,
            changed_files=tuple(file.path.name for file in standing.changed),
            never_applied=tuple(file.path.name for file in standing.skipped),
            last_attempt=_shown(attempts[0], is_newest=True, migrating=migrating) if attempts else None,
            drift=self._drift_of(connection, state.current, migrating) if with_drift else None,
        )

    def history(self, connection: Connection, *, before: int | None = None, limit: int = 20) -> list[HistoryRow]:
        """Return attempts, the newest first; one that is under way is `running`.

        Args:
            connection: to the database.
            before: the id that they are below; None for the newest.
            limit: how many.
        """
        rows = self._rows(connection, before=before, limit=limit)
        migrating = self._lock_holder(connection)
        return [
            _shown(row, is_newest=before is None and place == 0, migrating=migrating) for place, row in enumerate(rows)
        ]

    def count(self, connection: Connection) -> int:
        """Return how many attempts there are."""
        return self._history.count(connection) if self._history.exists(connection) else 0

    def _rows(self, connection: Connection, *, before: int | None = None, limit: int) -> Sequence[HistoryRow]:
        return self._history.rows(connection, before=before, limit=limit) if self._history.exists(connection) else []

    def _lock_holder(self, connection: Connection) -> str | None:
        key = lock_key(str(connection.engine.url.database), self._environment.version_table)
        return lock_holder(connection, key)

    def _drift_of(self, connection: Connection, current: str | None, migrating: str | None) -> Drift:
        """Compare with the last migration, or return the last comparison if it is new."""
        if migrating is not None:
            # It would wait for the locks of the migration.
            return Drift(False, _MIGRATING, (), datetime.now(UTC))
        with self._turn:
            if self._drift is not None:
                at, compared_at, drift = self._drift
                if at == current and self._now() - compared_at < DRIFT_SECONDS:
                    return drift
            found = self._compare(connection)
            self._drift = (current, self._now(), found)
            return found

    def _compare(self, connection: Connection) -> Drift:
        settings = self._environment.settings
        compared = catalogue_drift(
            connection, self._environment.version_table, settings.history_table, ignore=settings.drift_ignore
        )
        return Drift(not compared.unknown, compared.unknown, compared.findings, datetime.now(UTC))


def _shown(row: HistoryRow, *, is_newest: bool, migrating: str | None) -> HistoryRow:
    outcome = shown_outcome(row, is_newest=is_newest, is_lock_held=migrating is not None)
    return replace(row, outcome=outcome, error=None) if outcome == "running" else row


def _title(file: RevisionFile) -> str:
    """Return the first line of a file's docstring, without running it."""
    documented = ast.get_docstring(ast.parse(Path(file.path).read_text(encoding="utf-8"))) or ""
    return documented.split("\n", 1)[0].rstrip(".")
