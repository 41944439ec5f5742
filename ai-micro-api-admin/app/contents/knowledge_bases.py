"""Queries on knowledge bases."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from app.chunks.models import LangchainCollection
from app.contents.access import LONG_CHANGE, readable
from app.contents.models import KnowledgeBase
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.tokens.verification import Subject


class KnowledgeBaseRepository:
    """Reads and writes knowledge bases in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def readable_by(self, subject: Subject) -> Select[KnowledgeBase]:
        """Return the knowledge bases that a subject may read."""
        return select(KnowledgeBase).where(readable(subject))

    def get(self, knowledge_base_id: UUID, subject: Subject) -> KnowledgeBase | None:
        """Return a knowledge base for reading, or None."""
        statement = self.readable_by(subject).where(KnowledgeBase.id == knowledge_base_id)
        return self._session.scalars(statement).one_or_none()

    def get_for_adding(self, knowledge_base_id: UUID, subject: Subject) -> KnowledgeBase | None:
        """Return a knowledge base that cannot be deleted before the transaction ends, or None."""
        statement = self.readable_by(subject).where(KnowledgeBase.id == knowledge_base_id)
        return self._session.scalars(statement.with_for_update(read=True, key_share=True)).one_or_none()

    def get_for_change(self, knowledge_base_id: UUID, subject: Subject) -> KnowledgeBase | None:
        """Return a knowledge base locked against every other change, or None."""
        statement = self.readable_by(subject).where(KnowledgeBase.id == knowledge_base_id)
        return self._session.scalars(statement.with_for_update()).one_or_none()

    def next_private_of(self, owner_id: UUID) -> KnowledgeBase | None:
        """Return a private knowledge base of an owner, locked against every other change, or None."""
        statement = select(KnowledgeBase).where(
            KnowledgeBase.owner_id == owner_id, KnowledgeBase.visibility == "private"
        )
        return self._session.scalars(statement.order_by(KnowledgeBase.id).limit(1).with_for_update()).one_or_none()

    def page(self, subject: Subject, text: str | None, page: PageRequest) -> Slice[KnowledgeBase]:
        """Return a page of the knowledge bases that a subject may read and whose name contains a text, newest first."""
        statement = self.readable_by(subject).where(contains(text, KnowledgeBase.name))
        return paginate(self._session, statement, page, created_at=KnowledgeBase.created_at, key=KnowledgeBase.id)

    def add(self, knowledge_base: KnowledgeBase) -> KnowledgeBase:
        """Insert a knowledge base with its collection in the LangChain tables, and return it as it is stored."""
        self._session.add(
            LangchainCollection(uuid=knowledge_base.langchain_collection_id, name=f"knowledge_base_{knowledge_base.id}")
        )
        self._session.flush()
        self._session.add(knowledge_base)
        self._session.flush()
        self._session.refresh(knowledge_base)
        return knowledge_base

    def update(self, knowledge_base: KnowledgeBase, fields: Mapping[str, Any]) -> KnowledgeBase:
        """Set fields of a knowledge base and return it as it is stored now."""
        for name, value in fields.items():
            setattr(knowledge_base, name, value)
        self._session.flush()
        self._session.refresh(knowledge_base)
        return knowledge_base

    def delete(self, knowledge_base: KnowledgeBase) -> None:
        """Delete a knowledge base: its collections, documents, files, chunks, and its LangChain collection."""
        self._session.execute(LONG_CHANGE)
        self._session.execute(delete(KnowledgeBase).where(KnowledgeBase.id == knowledge_base.id))
        self._session.execute(
            delete(LangchainCollection).where(LangchainCollection.uuid == knowledge_base.langchain_collection_id)
        )
