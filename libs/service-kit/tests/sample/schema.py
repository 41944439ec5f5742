"""What the sample service says of its schema: two revisions, the second of which it needs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace

from sqlalchemy import Connection, text

REVISIONS = ("001", "002")


@dataclass(frozen=True)
class SampleState:
    current: str | None
    required: str
    pending: tuple[str, ...]
    held: tuple[str, ...]
    ahead: bool
    sufficient: bool
    reason: str


@dataclass(frozen=True)
class SampleSchema:
    """Attributes: `held` are the revisions that count as held when they are pending."""

    application_name: str = "sample@002"
    required: str = REVISIONS[-1]
    held: tuple[str, ...] = ()

    def state(self, connection: Connection) -> SampleState:
        migrated = connection.scalar(text("SELECT to_regclass('alembic_version') IS NOT NULL"))
        current = connection.scalar(text("SELECT version_num FROM alembic_version")) if migrated else None
        pending = REVISIONS[REVISIONS.index(current) + 1 :] if current else REVISIONS
        held = tuple(revision for revision in pending if revision in self.held)
        reason = "" if held == pending else "The database is behind: run the migrations."
        return SampleState(current, self.required, pending, held, ahead=False, sufficient=not reason, reason=reason)


NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@dataclass(frozen=True)
class SampleAttempt:
    id: int
    revision: str = "002"
    direction: str = "upgrade"
    phase: str = "expand"
    outcome: str = "applied"
    started_at: datetime = NOON
    duration_ms: int | None = 12
    lock_wait_ms: int = 0
    attempts: int = 1
    occurrences: int = 1
    last_started_at: datetime = NOON
    error: str | None = None
    cause: str | None = None
    statement: str | None = None
    app_version: str | None = "1.0.0"
    host: str = "here"
    os_user: str = "app"
    db_user: str = "owner"
    backup: str | None = None


@dataclass(frozen=True)
class SampleMigrations:
    """Attributes: `attempts` are what was done, the newest first."""

    attempts: Sequence[SampleAttempt] = field(
        default_factory=lambda: [SampleAttempt(number) for number in (5, 4, 2, 1)]
    )

    def status(self, connection: Connection) -> object:
        return SimpleNamespace(
            service="sample",
            current=connection.scalar(text("SELECT version_num FROM alembic_version")),
            head="002",
            required="002",
            ready=True,
            reason="",
            pending=[],
            releases=[],
            migrating=None,
            blocked_by=[],
            changed_files=[],
            never_applied=[],
            last_attempt=self.attempts[0],
            drift=SimpleNamespace(compared=True, reason="", changes=[], compared_at=NOON),
        )

    def history(
        self,
        connection: Connection,  # noqa: ARG002 - as the protocol
        *,
        before: int | None,
        revision: str | None,
        limit: int,
    ) -> Sequence[SampleAttempt]:
        return [attempt for attempt in self._of(revision) if before is None or attempt.id < before][:limit]

    def count(self, connection: Connection, *, revision: str | None) -> int:  # noqa: ARG002 - as the protocol
        return len(self._of(revision))

    def _of(self, revision: str | None) -> list[SampleAttempt]:
        return [attempt for attempt in self.attempts if revision in (None, attempt.revision)]

    def revision(self, revision: str) -> object:
        if revision != "002":
            raise KeyError(revision)
        lock = SimpleNamespace(table="notes", mode="ACCESS EXCLUSIVE")
        statement = SimpleNamespace(sql="ALTER TABLE notes ADD x int", in_transaction=True, line=9, locks=[lock])
        direction = SimpleNamespace(statements=[statement], note="")
        return SimpleNamespace(
            revision=revision,
            down_revision="001",
            phase="expand",
            file="002_add_x.py",
            text="Add x.",
            upgrade=direction,
            downgrade=direction,
            findings=[],
        )

    def plan(self, connection: Connection) -> object:  # noqa: ARG002 - as the protocol
        return SimpleNamespace(current="002", runs=["003"], held=[], backup=None, refusal=None, notice="", warning="")
