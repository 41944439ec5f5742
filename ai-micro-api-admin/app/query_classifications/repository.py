"""Queries on query classifications."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.answers.classification import Kind
from app.query_classifications.models import QueryClassification
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains

# Any number that no other lock of this database is made with.
_LOCK_SEED = 1_127


class QueryClassificationRepository:
    """Finds and deletes query classifications in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, text: str | None, page: PageRequest, knowledge_base_id: UUID | None) -> Slice[QueryClassification]:
        """Return a page of classifications whose question contains a text, of one knowledge base or of all."""
        statement = select(QueryClassification).where(
            contains(text, QueryClassification.query), equals(QueryClassification.knowledge_base_id, knowledge_base_id)
        )
        return paginate(
            self._session, statement, page, created_at=QueryClassification.created_at, key=QueryClassification.id
        )

    def add(self, knowledge_base_id: UUID, *, asked_by: UUID, query: str, kind: Kind, confidence: float) -> None:
        """Keep how a question was understood."""
        self._session.add(
            QueryClassification(
                knowledge_base_id=knowledge_base_id,
                asked_by=asked_by,
                query=query,
                classification=Kind.OVERVIEW if kind in (Kind.OVERVIEW, Kind.STATISTICS) else Kind.CONTENT,
                kind=kind,
                confidence=confidence,
            )
        )
        self._session.flush()

    def asked_lately(self, user_id: UUID) -> int:
        """Return how many questions about content an account has asked in the last minute.

        Questions of one account are counted one after the other until the transaction ends, so that many at once are
        no more than many in a row.
        """
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(str(user_id), _LOCK_SEED))))
        statement = select(func.count()).where(
            QueryClassification.asked_by == user_id,
            QueryClassification.created_at > func.now() - timedelta(minutes=1),
            QueryClassification.classification == Kind.CONTENT.value,
        )
        return self._session.scalars(statement).one()

    def erase(self, user_id: UUID) -> None:
        """Delete the questions of an account that is no more."""
        self._session.execute(delete(QueryClassification).where(QueryClassification.asked_by == user_id))
