"""The rules of query classifications."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.query_classifications.models import QueryClassification
from app.query_classifications.repository import QueryClassificationRepository
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.lists.pagination import PageRequest, Slice


class QueryClassificationService:
    """Finds query classifications.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(self, text: str | None, page: PageRequest, knowledge_base_id: UUID | None) -> Slice[QueryClassification]:
        """Return a page of classifications whose question contains a text, of one knowledge base or of all."""
        with self._database.session() as session:
            return QueryClassificationRepository(session).page(text, page, knowledge_base_id)


async def query_classification_service(database: DatabaseDep) -> QueryClassificationService:
    """Return the service."""
    return QueryClassificationService(database)


QueryClassifications = Annotated[QueryClassificationService, Depends(query_classification_service)]
