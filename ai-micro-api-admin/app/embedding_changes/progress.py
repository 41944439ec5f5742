"""Makes the new vectors of knowledge bases, while no document waits, and swaps them when all are there."""

import structlog

from app.contents.access import LONG_CHANGE, lock_for_change
from app.contents.models import KnowledgeBase
from app.embedding_changes.models import EmbeddingChange
from app.embedding_changes.problems import NOT_SET_UP
from app.embedding_changes.repository import EmbeddingChangeRepository
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsUnavailable
from app.embeddings.provider import EmbeddingProvider
from app.embeddings.providers import EmbeddingProviders
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from service_kit.database.sessions import Database

_BATCH = 64
_CLAIM_SECONDS = 300.0
"""Longer than an embedding server may take for a batch; a killed worker's change goes on after it."""

_PAUSE_SECONDS = 15.0

logger = structlog.get_logger(__name__)


class EmbeddingProgress:
    """Makes the vectors of changes that are under way. Any number of workers may do so at once.

    Args:
        database: where the chunks are.
        providers: make the vectors.
    """

    def __init__(self, database: Database, providers: EmbeddingProviders) -> None:
        self._database = database
        self._providers = providers

    def embed_some(self) -> bool:
        """Make the vectors of some chunks, or swap them if all are made.

        Returns:
            True if there was something to do, and it could be done.
        """
        with self._database.session() as session:
            changes = EmbeddingChangeRepository(session)
            change = changes.claim(seconds=_CLAIM_SECONDS)
            if change is None:
                return False
            session.execute(LONG_CHANGE)
            knowledge_base = session.get_one(KnowledgeBase, change.knowledge_base_id)
            chunks = changes.next_without_new_vector(change, knowledge_base.langchain_collection_id, limit=_BATCH)
            session.expunge_all()
        provider = self._providers.find(change.provider, change.model)
        if provider is None:
            return self._pause(change, NOT_SET_UP.format(model=change.model))
        if not chunks:
            return self._swap(change)
        return self._embed(change, provider, [id_ for id_, _ in chunks], [written or "" for _, written in chunks])

    def _embed(self, change: EmbeddingChange, provider: EmbeddingProvider, ids: list[str], texts: list[str]) -> bool:
        try:
            # No transaction is open meanwhile: the server may be slow.
            vectors = provider.embed_passages(texts)
        except (EmbeddingsUnavailable, EmbeddingsFailed) as failure:
            return self._pause(change, str(failure.detail))
        with self._database.session() as session:
            changes = EmbeddingChangeRepository(session)
            current = changes.locked(change)
            if current is not None:
                changes.keep(ids, texts, vectors)
                current.done_up_to = ids[-1]
                session.flush()
            changes.hold(change.knowledge_base_id, seconds=0.0, error=None)
        return True

    def _pause(self, change: EmbeddingChange, reason: str) -> bool:
        with self._database.session() as session:
            changes = EmbeddingChangeRepository(session)
            if changes.locked(change) is not None:
                changes.hold(change.knowledge_base_id, seconds=_PAUSE_SECONDS, error=reason)
        logger.warning("embedding_change_paused", knowledge_base_id=str(change.knowledge_base_id), reason=reason)
        return False

    def _swap(self, seen: EmbeddingChange) -> bool:
        with self._database.session() as session:
            changes = EmbeddingChangeRepository(session)
            if not lock_for_change(session, seen.knowledge_base_id):
                return True
            change = changes.locked(seen)
            if change is None:
                return True
            knowledge_base = session.get_one(KnowledgeBase, seen.knowledge_base_id)
            change.done_up_to = None
            session.flush()
            if changes.next_without_new_vector(change, knowledge_base.langchain_collection_id, limit=1):
                # A document became ready meanwhile, or a text was changed: again from the beginning.
                changes.hold(change.knowledge_base_id, seconds=0.0, error=None)
                return True
            changes.give_back_documents(knowledge_base.id)
            before, after, request_id = knowledge_base.embedding_model, change.model, change.request_id
            changes.swap(change, knowledge_base)
            SystemLogRepository(session).record(
                Event.EMBEDDING_CHANGED,
                f"The vectors of the knowledge base “{knowledge_base.name}” are made by {after}, no more by {before}.",
                actor_id=None,
                details={"knowledge_base_id": str(knowledge_base.id), "before": before, "after": after},
                request_id=request_id,
            )
        logger.info("embedding_change_ended", knowledge_base_id=str(seen.knowledge_base_id), model=seen.model)
        return True
