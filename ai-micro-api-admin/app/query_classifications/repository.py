"""Queries on query classifications."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.query_classifications.models import QueryClassification
from service_kit.pagination import PageRequest, Slice, paginate


class QueryClassificationRepository:
    """Reads query classifications in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(self, page: PageRequest, knowledge_base_id: UUID | None) -> Slice[QueryClassification]:
        """Return a page of classifications, newest first, of one knowledge base where that is asked for."""
        statement = select(QueryClassification)
        if knowledge_base_id is not None:
            statement = statement.where(QueryClassification.knowledge_base_id == knowledge_base_id)
        return paginate(
            self._session, statement, page, created_at=QueryClassification.created_at, key=QueryClassification.id
        )
