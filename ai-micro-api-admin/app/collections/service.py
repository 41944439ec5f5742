"""The rules of collections."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.collections.models import Collection
from app.collections.repository import CollectionRepository
from app.collections.schemas import (
    CollectionCreate,
    CollectionOut,
    CollectionPatch,
    CollectionReplace,
    CollectionWithDocuments,
    DeleteAction,
)
from app.documents.repository import DocumentRepository
from app.knowledge_bases.repository import KnowledgeBaseRepository
from app.knowledge_bases.service import KnowledgeBaseNotFound
from app.system_logs.repository import SystemLogRepository
from service_kit.database import SessionDep
from service_kit.pagination import PageRequest, Slice
from service_kit.problems import Problem
from service_kit.tokens import Subject


class CollectionNotFound(Problem, status=404, code="COLLECTION_NOT_FOUND"):
    """There is no such collection that you may see."""


class CollectionNameTaken(Problem, status=409, code="COLLECTION_NAME_TAKEN"):
    """Another collection of this knowledge base has that name; choose another one."""


class DefaultCollectionProtected(Problem, status=409, code="DEFAULT_COLLECTION_PROTECTED"):
    """The default collection of a knowledge base can be neither renamed nor deleted."""


class CollectionService:
    """Creates, changes and finds collections; the repositories share the request's session."""

    def __init__(
        self,
        collections: CollectionRepository,
        documents: DocumentRepository,
        knowledge_bases: KnowledgeBaseRepository,
        log: SystemLogRepository,
    ) -> None:
        self._collections = collections
        self._documents = documents
        self._knowledge_bases = knowledge_bases
        self._log = log

    def create(self, body: CollectionCreate, *, by: Subject) -> CollectionOut:
        """Create a collection.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base.
            CollectionNameTaken: another collection of it has that name.
        """
        knowledge_base = self._knowledge_bases.get_for_adding(body.knowledge_base_id, by)
        if knowledge_base is None:
            raise KnowledgeBaseNotFound
        collection = self._collections.add(knowledge_base.id, name=body.name, description=body.description)
        if collection is None:
            raise CollectionNameTaken
        return _counted(collection, {})

    def page(self, knowledge_base_id: UUID | None, page: PageRequest, *, by: Subject) -> Slice[CollectionOut]:
        """Return a page of collections with their document counts, of one knowledge base or of all.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
        """
        if knowledge_base_id is not None and self._knowledge_bases.get(knowledge_base_id, by) is None:
            raise KnowledgeBaseNotFound
        found = self._collections.page(by, knowledge_base_id, page)
        counts = self._collections.document_counts(found.items)
        return Slice([_counted(collection, counts) for collection in found.items], found.next_cursor, found.total)

    def get(self, collection_id: UUID, page: PageRequest, *, by: Subject) -> CollectionWithDocuments:
        """Return a collection with a page of its documents.

        Raises:
            CollectionNotFound: there is none that the caller may read.
        """
        collection = self._collections.get(collection_id, by)
        if collection is None:
            raise CollectionNotFound
        documents = self._documents.page(by, page, collection_id=collection_id)
        return CollectionWithDocuments.model_validate(
            {**self._with_count(collection).model_dump(), "documents": documents}, from_attributes=True
        )

    def change(self, collection_id: UUID, body: CollectionReplace | CollectionPatch, *, by: Subject) -> CollectionOut:
        """Replace all fields of a collection, or change those that a patch names.

        Raises:
            CollectionNotFound: there is none.
            DefaultCollectionProtected: it is the default collection and would get another name.
            CollectionNameTaken: another collection of the knowledge base has that name.
        """
        collection = self._get_for_change(collection_id, by)
        fields = body.model_dump(exclude_unset=isinstance(body, CollectionPatch))
        if collection.is_default and fields.get("name", collection.name) != collection.name:
            raise DefaultCollectionProtected
        if not self._collections.update(collection, fields):
            raise CollectionNameTaken
        return self._with_count(collection)

    def delete(self, collection_id: UUID, action: DeleteAction, *, by: Subject) -> None:
        """Delete a collection, and its documents or not.

        Args:
            collection_id: the collection.
            action: delete its documents too, or move them to the default collection.
            by: who asks.

        Raises:
            CollectionNotFound: there is none.
            DefaultCollectionProtected: it is the default collection.
        """
        collection = self._get_for_change(collection_id, by)
        if collection.is_default:
            raise DefaultCollectionProtected
        if action is DeleteAction.DELETE:
            count = self._documents.delete_of_collection(collection)
        else:
            count = self._documents.move_all(collection, to=self._collections.default_of(collection.knowledge_base_id))
        self._log.record(
            "collection.deleted",
            f"The collection “{collection.name}” was deleted.",
            actor_id=by.id,
            details={
                "collection_id": str(collection.id),
                "knowledge_base_id": str(collection.knowledge_base_id),
                "name": collection.name,
                "action": action.value,
                "documents": count,
            },
        )
        self._collections.delete(collection)

    def _get_for_change(self, collection_id: UUID, subject: Subject) -> Collection:
        collection = self._collections.get_for_change(collection_id, subject)
        if collection is None:
            raise CollectionNotFound
        return collection

    def _with_count(self, collection: Collection) -> CollectionOut:
        return _counted(collection, self._collections.document_counts([collection]))


def _counted(collection: Collection, counts: dict[UUID, int]) -> CollectionOut:
    fields = {name: getattr(collection, name) for name in CollectionOut.model_fields if name != "document_count"}
    return CollectionOut(**fields, document_count=counts.get(collection.id, 0))


async def collection_service(session: SessionDep) -> CollectionService:
    """Return the service in the request's session."""
    return CollectionService(
        CollectionRepository(session),
        DocumentRepository(session),
        KnowledgeBaseRepository(session),
        SystemLogRepository(session),
    )


Collections = Annotated[CollectionService, Depends(collection_service)]
