"""The rules of knowledge bases."""

from typing import Annotated
from uuid import UUID, uuid4

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.contents.collections import CollectionRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import DEFAULT_NAME, KnowledgeBase
from app.contents.problems import KnowledgeBaseNotFound
from app.embeddings.provider import EmbeddingProvider
from app.knowledge_bases.schemas import (
    KnowledgeBaseCreate,
    KnowledgeBaseOut,
    KnowledgeBasePatch,
    KnowledgeBaseReplace,
)
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class KnowledgeBaseService:
    """Creates, changes and finds knowledge bases.

    Args:
        database: each call is a transaction of its own.
        provider: makes the vectors of new knowledge bases.
    """

    def __init__(self, database: Database, provider: EmbeddingProvider) -> None:
        self._database = database
        self._provider = provider

    def create(self, body: KnowledgeBaseCreate, *, by: Subject) -> KnowledgeBase:
        """Create a knowledge base with its default collection and its place in the LangChain tables."""
        with self._database.session() as session:
            knowledge_base = KnowledgeBaseRepository(session).add(
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
            CollectionRepository(session).add(knowledge_base.id, name=DEFAULT_NAME, description=None, is_default=True)
            _record(session, Event.KNOWLEDGE_BASE_CREATED, "created", knowledge_base, by)
            TRAIL.record(session, Act.KNOWLEDGE_BASE_CREATED, by=by, target=_target(knowledge_base.id))
        return knowledge_base

    def get(self, knowledge_base_id: UUID, *, by: Subject) -> KnowledgeBase:
        """Return a knowledge base.

        Raises:
            KnowledgeBaseNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            knowledge_base = KnowledgeBaseRepository(session).get(knowledge_base_id, by)
        if knowledge_base is None:
            raise KnowledgeBaseNotFound
        return knowledge_base

    def page(self, text: str | None, page: PageRequest, *, by: Subject) -> Slice[KnowledgeBase]:
        """Return a page of the knowledge bases that the caller may read, those whose name contains a text or all."""
        with self._database.session() as session:
            return KnowledgeBaseRepository(session).page(by, text, page)

    def change(
        self,
        knowledge_base_id: UUID,
        body: KnowledgeBaseReplace | KnowledgeBasePatch,
        condition: Precondition,
        *,
        by: Subject,
    ) -> KnowledgeBase:
        """Replace all fields of a knowledge base, or change those that a patch names.

        Raises:
            KnowledgeBaseNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
        """
        fields = body.model_dump(exclude_unset=isinstance(body, KnowledgeBasePatch))
        with self._database.session() as session:
            knowledge_bases = KnowledgeBaseRepository(session)
            knowledge_base = _get_for_change(knowledge_bases, knowledge_base_id, condition, by)
            if changes := changes_between(fields_of(knowledge_base, fields), fields):
                target = _target(knowledge_base_id)
                TRAIL.record(session, Act.KNOWLEDGE_BASE_CHANGED, by=by, target=target, changes=changes)
            return knowledge_bases.update(knowledge_base, fields)

    def delete(self, knowledge_base_id: UUID, condition: Precondition, *, by: Subject) -> None:
        """Delete a knowledge base and everything in it.

        Raises:
            KnowledgeBaseNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            knowledge_bases = KnowledgeBaseRepository(session)
            knowledge_base = _get_for_change(knowledge_bases, knowledge_base_id, condition, by)
            _record(session, Event.KNOWLEDGE_BASE_DELETED, "deleted", knowledge_base, by)
            TRAIL.record(session, Act.KNOWLEDGE_BASE_DELETED, by=by, target=_target(knowledge_base.id))
            knowledge_bases.delete(knowledge_base)


def _get_for_change(
    knowledge_bases: KnowledgeBaseRepository, knowledge_base_id: UUID, condition: Precondition, subject: Subject
) -> KnowledgeBase:
    knowledge_base = knowledge_bases.get_for_change(knowledge_base_id, subject)
    if knowledge_base is None:
        raise KnowledgeBaseNotFound
    condition.check(lambda: KnowledgeBaseOut.model_validate(knowledge_base))
    return knowledge_base


def _target(knowledge_base_id: UUID) -> Target:
    return Target(TargetType.KNOWLEDGE_BASE, knowledge_base_id)


def _record(session: Session, event: Event, what: str, knowledge_base: KnowledgeBase, by: Subject) -> None:
    SystemLogRepository(session).record(
        event,
        f"The knowledge base “{knowledge_base.name}” was {what}.",
        actor_id=by.id,
        details={"knowledge_base_id": str(knowledge_base.id), "name": knowledge_base.name},
    )


async def knowledge_base_service(request: Request, database: DatabaseDep) -> KnowledgeBaseService:
    """Return the service."""
    return KnowledgeBaseService(database, request.app.state.embedding_providers.default)


KnowledgeBases = Annotated[KnowledgeBaseService, Depends(knowledge_base_service)]
