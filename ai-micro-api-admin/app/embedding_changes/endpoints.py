"""`/api/knowledgebase/{id}/embedding-change`."""

from uuid import UUID

from fastapi import APIRouter

from app.contents.problems import KnowledgeBaseNotFound
from app.embedding_changes.problems import EmbeddingModelUnchanged, EmbeddingProviderNotSetUp
from app.embedding_changes.schemas import EmbeddingChangeOut, EmbeddingChangeRequest
from app.embedding_changes.service import EmbeddingChanges
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import Administrator, CurrentSubject

router = APIRouter(
    prefix="/api/knowledgebase/{knowledge_base_id}/embedding-change", tags=["knowledge bases"], route_class=Route
)


@router.put(
    "",
    status_code=202,
    responses=problems(KnowledgeBaseNotFound, EmbeddingProviderNotSetUp, EmbeddingModelUnchanged),
)
def request(
    knowledge_base_id: UUID, body: EmbeddingChangeRequest, subject: Administrator, changes: EmbeddingChanges
) -> EmbeddingChangeOut:
    """Give a knowledge base the vectors of another model; administrators only.

    They are made in the background. Until all are there, the old ones are searched; then they are swapped at once.
    """
    return changes.request(knowledge_base_id, body.provider, by=subject)


@router.get("", responses=problems(KnowledgeBaseNotFound))
def get(knowledge_base_id: UUID, subject: CurrentSubject, changes: EmbeddingChanges) -> EmbeddingChangeOut | None:
    """Return how far a change of the model is; null where nothing is being changed, or once it is over."""
    return changes.get(knowledge_base_id, by=subject)


@router.delete("", status_code=204, responses=problems(KnowledgeBaseNotFound))
def cancel(knowledge_base_id: UUID, subject: Administrator, changes: EmbeddingChanges) -> None:
    """End a change of the model before it is over: the knowledge base keeps its old one; administrators only."""
    changes.cancel(knowledge_base_id, by=subject)
