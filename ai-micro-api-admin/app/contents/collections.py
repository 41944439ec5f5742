"""Queries on collections. A collection is readable where its knowledge base is."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.contents.access import lock_for_change, readable
from app.contents.models import Collection, Document, KnowledgeBase
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.tokens.verification import Subject

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_UNIQUE_VIOLATION = "23505"


class CollectionRepository:
    """Reads and writes collections in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def readable_by(self, subject: Subject) -> Select[Collection]:
        """Return the collections that a subject may read."""
        return (
            select(Collection)
            .join(KnowledgeBase, KnowledgeBase.id == Collection.knowledge_base_id)
            .where(readable(subject))
        )

    def get(self, collection_id: UUID, subject: Subject) -> Collection | None:
        """Return a collection for reading, or None."""
        statement = self.readable_by(subject).where(Collection.id == collection_id)
        return self._session.scalars(statement).one_or_none()

    def get_for_adding(self, collection_id: UUID, subject: Subject) -> Collection | None:
        """Return a collection that cannot be deleted before the transaction ends, or None."""
        statement = self.readable_by(subject).where(Collection.id == collection_id)
        statement = statement.with_for_update(read=True, key_share=True, of=Collection)
        return self._session.scalars(statement).one_or_none()

    def get_for_change(self, collection_id: UUID, subject: Subject) -> Collection | None:
        """Return a collection, it and the contents of its knowledge base locked against every other change, or None."""
        found = self.get(collection_id, subject)
        if found is None or not lock_for_change(self._session, found.knowledge_base_id):
            return None
        statement = self.readable_by(subject).where(Collection.id == collection_id)
        # Read again: it may have changed while the lock was waited for.
        statement = statement.with_for_update(of=Collection).execution_options(populate_existing=True)
        return self._session.scalars(statement).one_or_none()

    def default_of(self, knowledge_base_id: UUID) -> Collection:
        """Return the default collection of a knowledge base, protected from deletion until the transaction ends."""
        statement = (
            select(Collection)
            .where(Collection.knowledge_base_id == knowledge_base_id, Collection.is_default)
            .with_for_update(read=True, key_share=True)
        )
        return self._session.scalars(statement).one()

    def page(
        self, subject: Subject, text: str | None, knowledge_base_id: UUID | None, page: PageRequest
    ) -> Slice[Collection]:
        """Return a page of the collections that a subject may read and whose name contains a text, newest first."""
        statement = self.readable_by(subject).where(
            contains(text, Collection.name), equals(Collection.knowledge_base_id, knowledge_base_id)
        )
        return paginate(self._session, statement, page, created_at=Collection.created_at, key=Collection.id)

    def document_counts(self, collections: Sequence[Collection]) -> dict[UUID, int]:
        """Return how many documents are in each collection; an empty one is left out."""
        statement = (
            select(Document.collection_id, func.count().label("document_count"))
            .where(Document.collection_id.in_([collection.id for collection in collections]))
            .group_by(Document.collection_id)
        )
        return {row.collection_id: row.document_count for row in self._session.execute(statement)}

    def add(
        self, knowledge_base_id: UUID, *, name: str, description: str | None, is_default: bool = False
    ) -> Collection | None:
        """Insert a collection and return it, or None when the name is taken."""
        statement = (
            insert(Collection)
            .values(knowledge_base_id=knowledge_base_id, name=name, description=description, is_default=is_default)
            .on_conflict_do_nothing(index_elements=["knowledge_base_id", "name"])
            .returning(Collection)
        )
        return self._session.scalars(statement).one_or_none()

    def update(self, collection: Collection, fields: Mapping[str, Any]) -> bool:
        """Set fields of a collection.

        Returns:
            True if it was possible; False when the name is taken.
        """
        try:
            with self._session.begin_nested():
                for name, value in fields.items():
                    setattr(collection, name, value)
        except IntegrityError as error:
            if getattr(error.orig, "pgcode", None) == _UNIQUE_VIOLATION:
                return False
            raise
        self._session.refresh(collection)
        return True

    def delete(self, collection: Collection) -> None:
        """Delete a collection that has no documents any more."""
        self._session.delete(collection)
