"""Queries on conversations. Only one's own are there: an administrator's right to read does not extend to them."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select
from sqlalchemy.orm import Session, selectinload

from app.chat_sessions.models import ChatMessage, ChatSession
from service_kit.lists.filters import equals
from service_kit.lists.pagination import PageRequest, Slice, paginate
from service_kit.lists.text_search import contains
from service_kit.tokens.verification import Subject


class ChatSessionRepository:
    """Reads and writes conversations in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def own(self, subject: Subject) -> Select[ChatSession]:
        """Return the conversations of a subject."""
        return select(ChatSession).where(ChatSession.user_id == subject.id)

    def page(
        self, subject: Subject, text: str | None, knowledge_base_id: UUID | None, page: PageRequest
    ) -> Slice[ChatSession]:
        """Return a page of a subject's conversations, the last used first, whose title contains a text."""
        statement = self.own(subject).where(
            contains(text, ChatSession.title), equals(ChatSession.knowledge_base_id, knowledge_base_id)
        )
        return paginate(self._session, statement, page, created_at=ChatSession.updated_at, key=ChatSession.id)

    def get(self, session_id: UUID, subject: Subject) -> ChatSession | None:
        """Return a conversation with its messages, or None."""
        statement = self.own(subject).where(ChatSession.id == session_id).options(selectinload(ChatSession.messages))
        return self._session.scalars(statement).one_or_none()

    def get_for_change(self, session_id: UUID, subject: Subject) -> ChatSession | None:
        """Return a conversation locked against every other change, or None."""
        statement = self.own(subject).where(ChatSession.id == session_id).with_for_update()
        return self._session.scalars(statement.execution_options(populate_existing=True)).one_or_none()

    def add(self, knowledge_base_id: UUID, title: str, subject: Subject) -> ChatSession:
        """Insert a conversation."""
        chat = ChatSession(user_id=subject.id, knowledge_base_id=knowledge_base_id, title=title)
        self._session.add(chat)
        self._session.flush()
        return chat

    def add_message(self, chat: ChatSession, **fields: Any) -> ChatMessage:  # noqa: ANN401 - columns of the model
        """Add a message to a conversation that is locked, and note that it was used."""
        last = self._session.scalar(select(func.max(ChatMessage.position)).where(ChatMessage.session_id == chat.id))
        message = ChatMessage(session_id=chat.id, position=0 if last is None else last + 1, **fields)
        self._session.add(message)
        chat.updated_at = func.now()
        self._session.flush()
        self._session.refresh(message)
        return message

    def messages(self, chat_id: UUID) -> Sequence[ChatMessage]:
        """Return the messages of a conversation in their order."""
        statement = select(ChatMessage).where(ChatMessage.session_id == chat_id)
        return self._session.scalars(statement.order_by(ChatMessage.position)).all()

    def answer_for_change(self, message_id: UUID, subject: Subject) -> ChatMessage | None:
        """Return an answer in a conversation of a subject's, locked, or None."""
        statement = (
            select(ChatMessage)
            .join(ChatSession, ChatSession.id == ChatMessage.session_id)
            .where(ChatSession.user_id == subject.id, ChatMessage.id == message_id, ChatMessage.role == "assistant")
            .with_for_update(of=ChatMessage)
        )
        return self._session.scalars(statement).one_or_none()

    def delete(self, chat: ChatSession) -> None:
        """Delete a conversation with its messages."""
        self._session.execute(delete(ChatSession).where(ChatSession.id == chat.id))

    def erase(self, user_id: UUID) -> None:
        """Delete the conversations of an account that is no more."""
        self._session.execute(delete(ChatSession).where(ChatSession.user_id == user_id))
