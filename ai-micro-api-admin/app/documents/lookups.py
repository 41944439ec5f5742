"""Finds what a request to documents names, or answers that it is not there."""

from uuid import UUID

from sqlalchemy.orm import Session

from app.contents.collections import CollectionRepository
from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import Collection, Document
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.contents.schemas import DocumentOut
from app.documents.problems import CollectionOfAnotherKnowledgeBase, DocumentNotFound
from service_kit.http.etags import Precondition
from service_kit.tokens.verification import Subject


def get(documents: DocumentRepository, document_id: UUID, subject: Subject) -> Document:
    """Return a document.

    Raises:
        DocumentNotFound: there is none that the subject may read.
    """
    document = documents.get(document_id, subject)
    if document is None:
        raise DocumentNotFound
    return document


def get_for_change(
    documents: DocumentRepository, document_id: UUID, condition: Precondition, subject: Subject
) -> Document:
    """Return a document, locked against every other change.

    Raises:
        DocumentNotFound: there is none that the subject may read.
        PreconditionFailed: it is not as the caller has read it.
    """
    document = documents.get_for_change(document_id, subject)
    if document is None:
        raise DocumentNotFound
    condition.check(lambda: DocumentOut.model_validate(document))
    return document


def target_collection(
    session: Session, knowledge_base_id: UUID, collection_id: UUID | None, subject: Subject
) -> Collection:
    """Return the collection that a new document goes to: the default one where none is named.

    Raises:
        KnowledgeBaseNotFound: there is no such knowledge base.
        CollectionNotFound: there is no such collection.
        CollectionOfAnotherKnowledgeBase: there is, elsewhere.
    """
    if KnowledgeBaseRepository(session).get_for_adding(knowledge_base_id, subject) is None:
        raise KnowledgeBaseNotFound
    if collection_id is None:
        return CollectionRepository(session).default_of(knowledge_base_id)
    return collection_of(session, knowledge_base_id, collection_id, subject)


def collection_of(session: Session, knowledge_base_id: UUID, collection_id: UUID, subject: Subject) -> Collection:
    """Return a collection of a knowledge base.

    Raises:
        CollectionNotFound: there is no such collection.
        CollectionOfAnotherKnowledgeBase: there is, elsewhere.
    """
    collection = CollectionRepository(session).get_for_adding(collection_id, subject)
    if collection is None:
        raise CollectionNotFound
    if collection.knowledge_base_id != knowledge_base_id:
        raise CollectionOfAnotherKnowledgeBase
    return collection
