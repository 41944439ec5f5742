"""The rules of conversations."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from app.chat_sessions.models import ChatMessage, ChatSession
from app.chat_sessions.problems import ChatMessageNotFound, ChatSessionNotFound
from app.chat_sessions.repository import ChatSessionRepository
from app.chat_sessions.schemas import ChatSessionOut, ChatSessionPatch, Feedback
from service_kit.database.sessions import Database, DatabaseDep
from service_kit.http.etags import Precondition
from service_kit.lists.pagination import PageRequest, Slice
from service_kit.tokens.verification import Subject


class ChatSessionService:
    """Finds, renames and deletes the caller's conversations.

    Args:
        database: each call is a transaction of its own.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def page(
        self, text: str | None, knowledge_base_id: UUID | None, page: PageRequest, *, by: Subject
    ) -> Slice[ChatSession]:
        """Return a page of the caller's conversations, the last used first, those whose title contains a text."""
        with self._database.session() as session:
            return ChatSessionRepository(session).page(by, text, knowledge_base_id, page)

    def get(self, session_id: UUID, *, by: Subject) -> ChatSession:
        """Return a conversation with its messages.

        Raises:
            ChatSessionNotFound: the caller has none of that id.
        """
        with self._database.session() as session:
            chat = ChatSessionRepository(session).get(session_id, by)
        if chat is None:
            raise ChatSessionNotFound
        return chat

    def rename(self, session_id: UUID, body: ChatSessionPatch, condition: Precondition, *, by: Subject) -> ChatSession:
        """Give a conversation another title.

        Raises:
            ChatSessionNotFound: the caller has none of that id.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            chat = _get_for_change(ChatSessionRepository(session), session_id, condition, by)
            chat.title = body.title
            session.flush()
            session.refresh(chat)
            return chat

    def delete(self, session_id: UUID, condition: Precondition, *, by: Subject) -> None:
        """Delete a conversation with its messages.

        Raises:
            ChatSessionNotFound: the caller has none of that id.
            PreconditionFailed: it is not as the caller has read it.
        """
        with self._database.session() as session:
            chats = ChatSessionRepository(session)
            chats.delete(_get_for_change(chats, session_id, condition, by))

    def rate(self, message_id: UUID, feedback: Feedback, *, by: Subject) -> ChatMessage:
        """Keep what the caller thinks of an answer.

        Raises:
            ChatMessageNotFound: there is no such answer in the caller's conversations.
        """
        with self._database.session() as session:
            message = ChatSessionRepository(session).answer_for_change(message_id, by)
            if message is None:
                raise ChatMessageNotFound
            message.rating = feedback.rating
            message.comment = feedback.comment
            return message


def _get_for_change(
    chats: ChatSessionRepository, session_id: UUID, condition: Precondition, subject: Subject
) -> ChatSession:
    chat = chats.get_for_change(session_id, subject)
    if chat is None:
        raise ChatSessionNotFound
    condition.check(lambda: ChatSessionOut.model_validate(chat))
    return chat


async def chat_session_service(database: DatabaseDep) -> ChatSessionService:
    """Return the service."""
    return ChatSessionService(database)


ChatSessions = Annotated[ChatSessionService, Depends(chat_session_service)]
