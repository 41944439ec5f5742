"""`/api/chat-sessions` and `/api/chat-messages`."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from fastapi.responses import Response

from app.chat_sessions.exports import Format, exported
from app.chat_sessions.models import ChatMessage, ChatSession
from app.chat_sessions.problems import ChatMessageNotFound, ChatSessionNotFound
from app.chat_sessions.schemas import (
    ChatMessageOut,
    ChatSessionOut,
    ChatSessionPatch,
    ChatSessionWithMessages,
    Feedback,
)
from app.chat_sessions.service import ChatSessions
from service_kit.http.etags import Conditional
from service_kit.http.problems import problems
from service_kit.lists.pagination import InvalidCursor, Page, Paging, Slice
from service_kit.lists.text_search import SearchText
from service_kit.server.routing import Route
from service_kit.tokens.verification import CurrentSubject

router = APIRouter(tags=["chat"], route_class=Route)

_SESSION = "/api/chat-sessions/{session_id}"


@router.get("/api/chat-sessions", response_model=Page[ChatSessionOut], responses=problems(InvalidCursor))
def list_own(
    subject: CurrentSubject,
    chats: ChatSessions,
    page: Paging,
    q: SearchText = None,
    knowledge_base_id: Annotated[UUID | None, Query(description="Only those with this one.")] = None,
) -> Slice[ChatSession]:
    """List one's own conversations, the last used first; `q` is part of a title."""
    return chats.page(q, knowledge_base_id, page, by=subject)


@router.get(_SESSION, response_model=ChatSessionWithMessages, responses=problems(ChatSessionNotFound))
def get(session_id: UUID, subject: CurrentSubject, chats: ChatSessions, response: Response) -> ChatSession:
    """Return a conversation of one's own with its messages. The ETag is the conversation's, without them."""
    chat = chats.get(session_id, by=subject)
    response.headers["ETag"] = ChatSessionOut.model_validate(chat).etag()
    return chat


@router.get(
    f"{_SESSION}/export",
    response_class=Response,
    responses={
        **problems(ChatSessionNotFound),
        200: {"model": ChatSessionWithMessages, "content": {"text/markdown": {"schema": {"type": "string"}}}},
    },
)
def export(
    session_id: UUID,
    subject: CurrentSubject,
    chats: ChatSessions,
    kind: Annotated[Format, Query(alias="format", description="JSON, or Markdown to read.")] = Format.JSON,
) -> Response:
    """Download a conversation of one's own."""
    return exported(ChatSessionWithMessages.model_validate(chats.get(session_id, by=subject)), kind)


@router.patch(_SESSION, response_model=ChatSessionOut, responses=problems(ChatSessionNotFound))
def rename(
    session_id: UUID, body: ChatSessionPatch, subject: CurrentSubject, condition: Conditional, chats: ChatSessions
) -> ChatSession:
    """Rename a conversation of one's own."""
    return chats.rename(session_id, body, condition, by=subject)


@router.delete(_SESSION, status_code=204, responses=problems(ChatSessionNotFound))
def delete(session_id: UUID, subject: CurrentSubject, condition: Conditional, chats: ChatSessions) -> None:
    """Delete a conversation of one's own with its messages."""
    chats.delete(session_id, condition, by=subject)


@router.post(
    "/api/chat-messages/{message_id}/feedback",
    response_model=ChatMessageOut,
    responses=problems(ChatMessageNotFound),
)
def rate(message_id: UUID, body: Feedback, subject: CurrentSubject, chats: ChatSessions) -> ChatMessage:
    """Say what one thinks of an answer that one got; a second time takes the place of the first."""
    return chats.rate(message_id, body, by=subject)
