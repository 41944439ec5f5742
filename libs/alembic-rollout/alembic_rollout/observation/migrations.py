"""Reads what a service shows of its migrations.

The role needs what a service's readiness needs: to read the version table, the history and the stored catalogue.
"""

from __future__ import annotations

import ast
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.history.attempt import HistoryRow, shown_outcome
from alembic_rollout.history.table import history_of
from alembic_rollout.observation.migration_status import Drift, MigrationStatus, PendingRevision, Plan
from alembic_rollout.postgres.blockers import blockers_of_program
from alembic_rollout.postgres.connection import APPLICATION_NAME
from alembic_rollout.postgres.run_lock import lock_holder, lock_key
from alembic_rollout.project.tree import RevisionFile
from alembic_rollout.releases.phases import held_revisions
from alembic_rollout.releases.presence import live_releases
from alembic_rollout.releases.schema import Schema
from alembic_rollout.upgrade.standing_checks import read_standing

if TYPE_CHECKING:
    from alembic_rollout.observation.revision_facts import RevisionFacts

DRIFT_SECONDS = 30.0
"""How long a comparison with the last migration is good: it costs the database about 20 ms for 100 tables and half a
second for 2,500."""
_MIGRATING = "a migration is under way"


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
        self._reading = threading.Lock()
        self._facts: dict[str, RevisionFacts] = {}

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
            blocked_by=self._blockers(connection) if migrating else (),
            changed_files=tuple(file.path.name for file in standing.changed),
            never_applied=tuple(file.path.name for file in standing.skipped),
            last_attempt=_shown(attempts[0], is_newest=True, migrating=migrating) if attempts else None,
            drift=self._drift_of(connection, state.current, migrating) if with_drift else None,
        )

    def history(
        self, connection: Connection, *, before: int | None = None, revision: str | None = None, limit: int = 20
    ) -> list[HistoryRow]:
        """Return attempts, the newest first; one that is under way is `running`.

        Args:
            connection: to the database.
            before: the id that they are below; None for the newest.
            revision: only those of this one.
            limit: how many.
        """
        rows = self._rows(connection, before=before, revision=revision, limit=limit)
        newest = self._rows(connection, limit=1)
        migrating = self._lock_holder(connection)
        return [_shown(row, is_newest=row.id == newest[0].id, migrating=migrating) for row in rows]

    def count(self, connection: Connection, *, revision: str | None = None) -> int:
        """Return how many attempts there are, of one revision or all."""
        return self._history.count(connection, revision=revision) if self._history.exists(connection) else 0

    def revision(self, revision: str) -> RevisionFacts:
        """Return what there is to know of a revision before it runs; the first time takes about a second.

        Args:
            revision: its id.

        Raises:
            KeyError: this release has no such revision.
        """
        from alembic_rollout.observation.revision_facts import read_revision  # noqa: PLC0415 - few services are ever asked

        with self._reading:  # one child process at a time
            if revision not in self._facts:
                self._facts[revision] = read_revision(self._environment, revision)
            return self._facts[revision]

    def plan(self, connection: Connection) -> Plan:
        """Return what `alembic upgrade head` of this release would do on the database as it is now.

        Args:
            connection: to it, in autocommit; only read from.
        """
        from alembic_rollout.upgrade.decision import decide_upgrade  # noqa: PLC0415 - few services are ever asked

        with self._reading:
            decision = decide_upgrade(self._environment, connection, "head")
        return Plan(
            current=",".join(decision.current) or None,
            runs=tuple(pending.revision for pending in decision.running) if decision.goes_on else (),
            held=tuple(held.revision for held in decision.held),
            backup=decision.backup,
            refusal=str(decision.refusal) if decision.refusal is not None else None,
            notice=decision.notice,
            warning=decision.warning,
        )

    def _rows(
        self, connection: Connection, *, before: int | None = None, revision: str | None = None, limit: int
    ) -> Sequence[HistoryRow]:
        if not self._history.exists(connection):
            return []
        return self._history.rows(connection, before=before, revision=revision, limit=limit)

    def _lock_holder(self, connection: Connection) -> str | None:
        key = lock_key(str(connection.engine.url.database), self._environment.version_table)
        return lock_holder(connection, key)

    def _blockers(self, connection: Connection) -> tuple[str, ...]:
        return tuple(str(blocker) for blocker in blockers_of_program(connection, APPLICATION_NAME))

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
