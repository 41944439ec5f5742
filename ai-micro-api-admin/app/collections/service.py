"""The rules of collections."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends
from sqlalchemy.orm import Session

from app.audit_trail import TRAIL, Act
from app.collections.problems import CollectionNameTaken, DefaultCollectionProtected
from app.collections.schemas import (
    CollectionCreate,
    CollectionOut,
    CollectionPatch,
    CollectionReplace,
    CollectionWithDocuments,
    DeleteAction,
)
from app.contents.collections import CollectionRepository
from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import Collection
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.system_logs.events import Event
from app.system_logs.repository import SystemLogRepository
from service_kit.audit.acts import TargetType
from service_kit.audit.trail import Target, changes_between, fields_of
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class CollectionService:
    """Creates, changes and finds collections.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, body: CollectionCreate, *, by: Subject) -> CollectionOut:
        """Create a collection.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base.
            CollectionNameTaken: another collection of it has that name.
        """
        with self._database.session() as session:
            knowledge_base = KnowledgeBaseRepository(session).get_for_adding(body.knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
            collection = CollectionRepository(session).add(
                knowledge_base.id, name=body.name, description=body.description
            )
            if collection is None:
                raise CollectionNameTaken
            TRAIL.record(session, Act.COLLECTION_CREATED, by=by, target=Target(TargetType.COLLECTION, collection.id))
        return _counted(collection, {})

    def page(
        self, text: str | None, knowledge_base_id: UUID | None, page: PageRequest, *, by: Subject
    ) -> Slice[CollectionOut]:
        """Return a page of collections with their document counts, of one knowledge base or of all.

        With a text, of those whose name contains it.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
        """
        with self._database.session() as session:
            if knowledge_base_id is not None and KnowledgeBaseRepository(session).get(knowledge_base_id, by) is None:
                raise KnowledgeBaseNotFound
            collections = CollectionRepository(session)
            found = collections.page(by, text, knowledge_base_id, page)
            counts = collections.document_counts(found.items)
        return Slice([_counted(collection, counts) for collection in found.items], found.next_cursor, found.total)

    def get(self, collection_id: UUID, page: PageRequest, *, by: Subject) -> CollectionWithDocuments:
        """Return a collection with a page of its documents.

        Raises:
            CollectionNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            collections = CollectionRepository(session)
            collection = collections.get(collection_id, by)
            if collection is None:
                raise CollectionNotFound
            counts = collections.document_counts([collection])
            documents = DocumentRepository(session).page(by, page, collection_id=collection_id)
        return CollectionWithDocuments.model_validate(
            {**_counted(collection, counts).model_dump(), "documents": documents}, from_attributes=True
        )

    def change(
        self, collection_id: UUID, body: CollectionReplace | CollectionPatch, condition: Precondition, *, by: Subject
    ) -> CollectionOut:
        """Replace all fields of a collection, or change those that a patch names.

        Raises:
            CollectionNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
            DefaultCollectionProtected: it is the default collection and would get another name.
            CollectionNameTaken: another collection of the knowledge base has that name.
        """
        fields = body.model_dump(exclude_unset=isinstance(body, CollectionPatch))
        with self._database.session() as session:
            collections = CollectionRepository(session)
            collection = _get_for_change(collections, collection_id, condition, by)
            if collection.is_default and fields.get("name", collection.name) != collection.name:
                raise DefaultCollectionProtected
            changes = changes_between(fields_of(collection, fields), fields)
            if not collections.update(collection, fields):
                raise CollectionNameTaken
            if changes:
                target = Target(TargetType.COLLECTION, collection_id)
                TRAIL.record(session, Act.COLLECTION_CHANGED, by=by, target=target, changes=changes)
            return _counted(collection, collections.document_counts([collection]))

    def delete(self, collection_id: UUID, action: DeleteAction, condition: Precondition, *, by: Subject) -> None:
        """Delete a collection, and its documents or not.

        Args:
            collection_id: the collection.
            action: delete its documents too, or move them to the default collection.
            condition: what the caller expects of it.
            by: who asks.

        Raises:
            CollectionNotFound: there is none.
            PreconditionFailed: it is not as the caller has read it.
            DefaultCollectionProtected: it is the default collection.
        """
        with self._database.session() as session:
            collections, documents = CollectionRepository(session), DocumentRepository(session)
            collection = _get_for_change(collections, collection_id, condition, by)
            if collection.is_default:
                raise DefaultCollectionProtected
            if action is DeleteAction.DELETE:
                count = documents.delete_of_collection(collection)
            else:
                count = documents.move_all(collection, to=collections.default_of(collection.knowledge_base_id))
            _record_deletion(session, collection, action, count, by)
            TRAIL.record(session, Act.COLLECTION_DELETED, by=by, target=Target(TargetType.COLLECTION, collection.id))
            collections.delete(collection)


def _get_for_change(
    collections: CollectionRepository, collection_id: UUID, condition: Precondition, subject: Subject
) -> Collection:
    collection = collections.get_for_change(collection_id, subject)
    if collection is None:
        raise CollectionNotFound
    condition.check(lambda: _counted(collection, collections.document_counts([collection])))
    return collection


def _record_deletion(
    session: Session, collection: Collection, action: DeleteAction, documents: int, by: Subject
) -> None:
    SystemLogRepository(session).record(
        Event.COLLECTION_DELETED,
        f"The collection “{collection.name}” was deleted.",
        actor_id=by.id,
        details={
            "collection_id": str(collection.id),
            "knowledge_base_id": str(collection.knowledge_base_id),
            "name": collection.name,
            "action": action.value,
            "documents": documents,
        },
    )


def _counted(collection: Collection, counts: dict[UUID, int]) -> CollectionOut:
    fields = {name: getattr(collection, name) for name in CollectionOut.model_fields if name != "document_count"}
    return CollectionOut(**fields, document_count=counts.get(collection.id, 0))


async def collection_service(database: DatabaseDep) -> CollectionService:
    """Return the service."""
    return CollectionService(database)


Collections = Annotated[CollectionService, Depends(collection_service)]
