"""Marks of summaries that no longer say what is in a knowledge base."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.contents.models import KnowledgeBase
from app.summaries.models import StaleSummary

_CLAIM = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark that was claimed.

    Attributes:
        knowledge_base_id: whose summary is to be made.
        since: of the last change that was seen.
    """

    knowledge_base_id: UUID
    since: datetime


def mark(session: Session, knowledge_base_id: UUID, *, only_renew: bool) -> None:
    """Let the workers make a summary.

    Args:
        session: the transaction, of the change that makes it stale.
        knowledge_base_id: of which knowledge base.
        only_renew: do so only where there is a summary already.
    """
    which = select(KnowledgeBase.id).where(KnowledgeBase.id == knowledge_base_id)
    if only_renew:
        which = which.where(KnowledgeBase.meta_summary_updated_at.is_not(None))
    statement = insert(StaleSummary).from_select(["knowledge_base_id"], which)
    # The moment moves on: who makes the summary meanwhile sees that it is not the last one.
    session.execute(
        statement.on_conflict_do_update(index_elements=["knowledge_base_id"], set_={"since": func.clock_timestamp()})
    )


def last_change(session: Session, knowledge_base_id: UUID) -> datetime | None:
    """Return when the last change was marked that a summary does not know, or None."""
    statement = select(StaleSummary.since).where(StaleSummary.knowledge_base_id == knowledge_base_id)
    return session.scalar(statement)


def claim(session: Session) -> Mark | None:
    """Return the oldest mark that no other worker has claimed, or None; the claim ends after five minutes."""
    free = or_(StaleSummary.claimed_until.is_(None), StaleSummary.claimed_until < func.now())
    oldest = (
        select(StaleSummary.knowledge_base_id)
        .where(free)
        .order_by(StaleSummary.since)
        .limit(1)
        .with_for_update(skip_locked=True)
        .scalar_subquery()
    )
    statement = (
        update(StaleSummary)
        .where(StaleSummary.knowledge_base_id == oldest)
        .values(claimed_until=func.now() + _CLAIM)
        .returning(StaleSummary.knowledge_base_id, StaleSummary.since)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(statement).one_or_none()
    return Mark(row.knowledge_base_id, row.since) if row else None


def clear(session: Session, knowledge_base_id: UUID, since: datetime | None) -> None:
    """Delete a mark, unless the documents have changed since it was seen; then another worker may claim it."""
    own = StaleSummary.knowledge_base_id == knowledge_base_id
    if since is not None:
        session.execute(delete(StaleSummary).where(own, StaleSummary.since <= since))
    session.execute(
        update(StaleSummary).where(own).values(claimed_until=None).execution_options(synchronize_session=False)
    )
