"""`POST /api/knowledgebase/{id}/chat`."""

from uuid import UUID

from fastapi import APIRouter

from app.chat.schemas import ChatAnswer, ChatRequest
from app.chat.service import Chat
from app.chat_sessions.problems import ChatSessionFull, ChatSessionNotFound, ChatSessionOfAnotherKnowledgeBase
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.search.problems import EmbeddingModelUnavailable
from service_kit.http.problems import problems
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(prefix="/api/knowledgebase", tags=["chat"], route_class=Route)


@router.post(
    "/{knowledge_base_id}/chat",
    responses=problems(
        KnowledgeBaseNotFound,
        CollectionNotFound,
        ChatSessionNotFound,
        ChatSessionOfAnotherKnowledgeBase,
        ChatSessionFull,
        EmbeddingModelUnavailable,
    ),
)
def chat(knowledge_base_id: UUID, body: ChatRequest, subject: CurrentSubject, service: Chat) -> ChatAnswer:
    """Answer a question from the documents of a knowledge base, with citations, or say that they have no answer."""
    return service.answer(knowledge_base_id, body, by=subject)
