"""The rules of knowledge bases."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Request

from app.collections.models import DEFAULT_NAME
from app.collections.repository import CollectionRepository
from app.embeddings.provider import EmbeddingProvider
from app.knowledge_bases.models import KnowledgeBase
from app.knowledge_bases.repository import KnowledgeBaseRepository
from app.knowledge_bases.schemas import KnowledgeBaseCreate, KnowledgeBasePatch, KnowledgeBaseReplace
from app.system_logs.repository import SystemLogRepository
from service_kit.database import SessionDep
from service_kit.pagination import PageRequest, Slice
from service_kit.problems import Problem
from service_kit.tokens import Subject


class KnowledgeBaseNotFound(Problem, status=404, code="KNOWLEDGE_BASE_NOT_FOUND"):
    """There is no such knowledge base that you may see."""


class KnowledgeBaseService:
    """Creates, changes and finds knowledge bases.

    Args:
        knowledge_bases: the repository, in the request's session.
        collections: makes the default collection, in the same session.
        log: the system log, in the same session.
        provider: makes the vectors of new knowledge bases.
    """

    def __init__(
        self,
        knowledge_bases: KnowledgeBaseRepository,
        collections: CollectionRepository,
        log: SystemLogRepository,
        provider: EmbeddingProvider,
    ) -> None:
        self._knowledge_bases = knowledge_bases
        self._collections = collections
        self._log = log
        self._provider = provider

    def create(self, body: KnowledgeBaseCreate, *, by: Subject) -> KnowledgeBase:
        """Create a knowledge base with its default collection and its place in the LangChain tables."""
        knowledge_base = self._knowledge_bases.add(
            KnowledgeBase(
                id=uuid4(),
                **body.model_dump(),
                owner_id=by.id,
                embedding_provider=self._provider.name,
                embedding_model=self._provider.model,
                embedding_dimensions=self._provider.dimensions,
                langchain_collection_id=uuid4(),
            )
        )
        self._collections.add(knowledge_base.id, name=DEFAULT_NAME, description=None, is_default=True)
        self._record("created", knowledge_base, by)
        return knowledge_base

    def get(self, knowledge_base_id: UUID, *, by: Subject) -> KnowledgeBase:
        """Return a knowledge base.

        Raises:
            KnowledgeBaseNotFound: there is none that the caller may read.
        """
        knowledge_base = self._knowledge_bases.get(knowledge_base_id, by)
        if knowledge_base is None:
            raise KnowledgeBaseNotFound
        return knowledge_base

    def page(self, page: PageRequest, *, by: Subject) -> Slice[KnowledgeBase]:
        """Return a page of the knowledge bases that the caller may read."""
        return self._knowledge_bases.page(by, page)

    def change(
        self, knowledge_base_id: UUID, body: KnowledgeBaseReplace | KnowledgeBasePatch, *, by: Subject
    ) -> KnowledgeBase:
        """Replace all fields of a knowledge base, or change those that a patch names.

        Raises:
            KnowledgeBaseNotFound: there is none.
        """
        fields = body.model_dump(exclude_unset=isinstance(body, KnowledgeBasePatch))
        return self._knowledge_bases.update(self._get_for_change(knowledge_base_id, by), fields)

    def delete(self, knowledge_base_id: UUID, *, by: Subject) -> None:
        """Delete a knowledge base and everything in it.

        Raises:
            KnowledgeBaseNotFound: there is none.
        """
        knowledge_base = self._get_for_change(knowledge_base_id, by)
        self._record("deleted", knowledge_base, by)
        self._knowledge_bases.delete(knowledge_base)

    def _get_for_change(self, knowledge_base_id: UUID, subject: Subject) -> KnowledgeBase:
        knowledge_base = self._knowledge_bases.get_for_change(knowledge_base_id, subject)
        if knowledge_base is None:
            raise KnowledgeBaseNotFound
        return knowledge_base

    def _record(self, what: str, knowledge_base: KnowledgeBase, by: Subject) -> None:
        self._log.record(
            f"knowledge_base.{what}",
            f"The knowledge base “{knowledge_base.name}” was {what}.",
            actor_id=by.id,
            details={"knowledge_base_id": str(knowledge_base.id), "name": knowledge_base.name},
        )


async def knowledge_base_service(request: Request, session: SessionDep) -> KnowledgeBaseService:
    """Return the service in the request's session."""
    return KnowledgeBaseService(
        KnowledgeBaseRepository(session),
        CollectionRepository(session),
        SystemLogRepository(session),
        request.app.state.embedding_providers.default,
    )


KnowledgeBases = Annotated[KnowledgeBaseService, Depends(knowledge_base_service)]
