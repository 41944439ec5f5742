"""Indexes again the documents that an earlier release indexed, or whose title was changed, while nothing waits."""

from uuid import UUID

import structlog
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from app.chunks.repository import ChunkRepository
from app.contents.access import lock_for_change
from app.contents.models import Document, Status
from app.text.terms import INDEX_VERSION
from service_kit.database.sessions import Database

_BEHIND = (Document.status == Status.READY.value, Document.index_version < INDEX_VERSION)

logger = structlog.get_logger(__name__)


class Indexing:
    """Finds the terms of documents again. A document stays found by its old ones until it has the new ones.

    Args:
        database: where the documents are.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def index_one(self) -> bool:
        """Index a document again, if one is behind.

        Returns:
            True if one was.
        """
        with self._database.session() as session:
            # Without a lock, because the knowledge base's comes first; so another worker may be at it already.
            found = session.execute(
                select(Document.id, Document.knowledge_base_id).where(*_BEHIND).order_by(Document.id).limit(1)
            ).one_or_none()
            if found is None:
                return False
            if lock_for_change(session, found.knowledge_base_id):
                self._index(session, found)
        return True

    def _index(self, session: Session, found: Row[UUID, UUID]) -> None:
        document = session.scalars(
            select(Document).where(Document.id == found.id, *_BEHIND).with_for_update(of=Document)
        ).one_or_none()
        if document is None:
            return
        ChunkRepository(session).index_again(
            document.knowledge_base_id, document.id, title=document.title, file_name=document.file_name
        )
        document.index_version = INDEX_VERSION
        logger.info("document_indexed_again", document_id=str(document.id))
