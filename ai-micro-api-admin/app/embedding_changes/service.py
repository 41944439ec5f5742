"""Begins and ends changes of the embedding model, for administrators."""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.contents.access import LONG_CHANGE
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import KnowledgeBase
from app.contents.problems import KnowledgeBaseNotFound
from app.embedding_changes.models import EmbeddingChange
from app.embedding_changes.problems import EmbeddingModelUnchanged, EmbeddingProviderNotSetUp
from app.embedding_changes.repository import EmbeddingChangeRepository
from app.embedding_changes.schemas import EmbeddingChangeOut
from app.embeddings.providers import EmbeddingProviders
from app.knowledge_bases.schemas import Embedding
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.tokens.verification import Subject


class EmbeddingChangeService:
    """Begins and ends changes of the embedding model; workers make the vectors.

    Args:
        database: each call is a transaction of its own.
        providers: what can make vectors here.
        wake_workers: called when there is something to do.
    """

    def __init__(
        self, database: Database, providers: EmbeddingProviders, wake_workers: Callable[[], None] = lambda: None
    ) -> None:
        self._database = database
        self._providers = providers
        self._wake_workers = wake_workers

    def request(self, knowledge_base_id: UUID, provider_name: str, *, by: Subject) -> EmbeddingChangeOut:
        """Begin a change in place of one that is under way; a second request for the same model changes nothing.

        Raises:
            KnowledgeBaseNotFound: there is none.
            EmbeddingProviderNotSetUp: the settings name no such provider.
            EmbeddingModelUnchanged: its vectors are of that model already.
        """
        provider = self._providers.named(provider_name)
        if provider is None:
            raise EmbeddingProviderNotSetUp
        with self._database.session() as session:
            knowledge_base = _for_change(session, knowledge_base_id, by)
            if (knowledge_base.embedding_provider, knowledge_base.embedding_model) == (provider.name, provider.model):
                raise EmbeddingModelUnchanged
            changes = EmbeddingChangeRepository(session)
            change = changes.request(knowledge_base, provider)
            _record(session, knowledge_base_id, by)
            shown = _shown(changes, change, knowledge_base)
        self._wake_workers()
        return shown

    def get(self, knowledge_base_id: UUID, *, by: Subject) -> EmbeddingChangeOut | None:
        """Return how far a change is, or None where nothing is being changed.

        Raises:
            KnowledgeBaseNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            knowledge_base = KnowledgeBaseRepository(session).get(knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
            changes = EmbeddingChangeRepository(session)
            change = changes.get(knowledge_base_id)
            return None if change is None else _shown(changes, change, knowledge_base)

    def cancel(self, knowledge_base_id: UUID, *, by: Subject) -> None:
        """End a change, if there is one: the knowledge base keeps its model, and the new vectors are deleted.

        Raises:
            KnowledgeBaseNotFound: there is none.
        """
        with self._database.session() as session:
            knowledge_base = _for_change(session, knowledge_base_id, by)
            changes = EmbeddingChangeRepository(session)
            if changes.get(knowledge_base_id) is not None:
                changes.end(knowledge_base)
                _record(session, knowledge_base_id, by)


def _for_change(session: Session, knowledge_base_id: UUID, by: Subject) -> KnowledgeBase:
    session.execute(LONG_CHANGE)  # what is there of an earlier change is deleted
    knowledge_base = KnowledgeBaseRepository(session).get_for_change(knowledge_base_id, by)
    if knowledge_base is None:
        raise KnowledgeBaseNotFound
    return knowledge_base


def _record(session: Session, knowledge_base_id: UUID, by: Subject) -> None:
    TRAIL.record(
        session,
        Act.KNOWLEDGE_BASE_CHANGED,
        by=by,
        target=Target(TargetType.KNOWLEDGE_BASE, knowledge_base_id),
        changes={"embedding": {}},
    )


def _shown(
    changes: EmbeddingChangeRepository, change: EmbeddingChange, knowledge_base: KnowledgeBase
) -> EmbeddingChangeOut:
    chunk_count, finished = changes.progress(knowledge_base.langchain_collection_id)
    return EmbeddingChangeOut(
        knowledge_base_id=knowledge_base.id,
        embedding=Embedding.model_validate(change.embedding),
        requested_at=change.requested_at,
        chunk_count=chunk_count,
        finished_chunk_count=finished,
        error=change.error,
    )


async def embedding_change_service(request: Request, database: DatabaseDep) -> EmbeddingChangeService:
    """Return the service."""
    state = request.app.state
    return EmbeddingChangeService(database, state.embedding_providers, state.workers.wake)


EmbeddingChanges = Annotated[EmbeddingChangeService, Depends(embedding_change_service)]
