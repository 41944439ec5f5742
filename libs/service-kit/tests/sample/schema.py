"""What the sample service says of its schema: two revisions, the second of which it needs."""

from dataclasses import dataclass

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
