"""Who may read a knowledge base and everything that belongs to it, and who changes it alone.

A change of the documents of a knowledge base locks its row first (`lock_for_change`), then the collection's, then
the document's: with one order there is no deadlock, and the statistics of its terms have one writer at a time. Uploads
and searches do not wait for that lock. Taking it marks the knowledge base's summary as stale.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, or_, select, text, true
from sqlalchemy.orm import Session

from app.contents import summary_marks
from app.contents.models import KnowledgeBase
from service_kit.tokens.verification import Subject


def readable(subject: Subject) -> ColumnElement[bool]:
    """Return the condition on `knowledge_bases` under which a subject may read: shared, their own, or an admin's."""
    if subject.is_admin:
        return true()
    return or_(KnowledgeBase.visibility == "shared", KnowledgeBase.owner_id == subject.id)


# The largest documents have tens of thousands of chunks: writing, moving or deleting them takes longer than a request's
# ordinary statement may.
LONG_CHANGE = text("SET LOCAL statement_timeout = '300s'")


def lock_for_change(session: Session, knowledge_base_id: UUID) -> bool:
    """Become the only one that changes what is in a knowledge base, with time to do so, until the transaction ends.

    Returns:
        True if the knowledge base exists.
    """
    session.execute(LONG_CHANGE)
    statement = select(KnowledgeBase.id).where(KnowledgeBase.id == knowledge_base_id).with_for_update(key_share=True)
    if session.scalar(statement) is None:
        return False
    summary_marks.mark(session, knowledge_base_id, only_renew=True)
    return True
