"""What a question and its answer leave: messages of a conversation, and how the question was understood."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from app.answers.classification import Classification
from app.chat.answering import Answer
from app.chat_sessions.models import ChatMessage, ChatSession
from app.chat_sessions.problems import ChatSessionFull, ChatSessionNotFound, ChatSessionOfAnotherKnowledgeBase
from app.chat_sessions.repository import ChatSessionRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.problems import KnowledgeBaseNotFound
from app.query_classifications.repository import QueryClassificationRepository
from service_kit.tokens.verification import Subject

MOST_QUESTIONS = 500
_LONGEST_TITLE = 100


@dataclass(frozen=True, slots=True)
class TemplateUsed:
    """Which version of which template an answer was made with."""

    id: UUID
    version: int


class Conversations:
    """Keeps questions and answers, in a session.

    Args:
        session: the transaction.
        subject: who asks.
    """

    def __init__(self, session: Session, subject: Subject) -> None:
        self._chats = ChatSessionRepository(session)
        self._knowledge_bases = KnowledgeBaseRepository(session)
        self._classifications = QueryClassificationRepository(session)
        self._subject = subject

    def before(self, session_id: UUID, knowledge_base_id: UUID) -> list[ChatMessage]:
        """Return the messages of a conversation that a question goes on with.

        Raises:
            ChatSessionNotFound: the caller has none of that id.
            ChatSessionOfAnotherKnowledgeBase: it is with another one.
            ChatSessionFull: it has as many questions as it may have.
        """
        chat = self._chats.get(session_id, self._subject)
        if chat is None:
            raise ChatSessionNotFound
        if chat.knowledge_base_id != knowledge_base_id:
            raise ChatSessionOfAnotherKnowledgeBase
        if sum(message.role == "user" for message in chat.messages) >= MOST_QUESTIONS:
            raise ChatSessionFull
        return list(chat.messages)

    def keep_question(
        self, knowledge_base_id: UUID, session_id: UUID | None, question: str, classification: Classification
    ) -> UUID:
        """Add a question to a conversation, or begin one with it; return the conversation's id.

        Raises:
            KnowledgeBaseNotFound: it was deleted, or made private, a moment ago.
            ChatSessionNotFound: the conversation was deleted a moment ago.
        """
        if self._knowledge_bases.get_for_adding(knowledge_base_id, self._subject) is None:
            raise KnowledgeBaseNotFound
        chat: ChatSession | None
        if session_id is None:
            chat = self._chats.add(knowledge_base_id, _title(question), self._subject)
        else:
            chat = self._chats.get_for_change(session_id, self._subject)
        if chat is None:
            raise ChatSessionNotFound
        self._chats.add_message(chat, role="user", content=question, classification=classification.kind)
        self._classifications.add(
            knowledge_base_id,
            asked_by=self._subject.id,
            query=question,
            kind=classification.kind,
            confidence=classification.confidence,
        )
        return chat.id

    def keep_answer(
        self,
        session_id: UUID,
        answer: Answer,
        classification: Classification,
        *,
        state: str = "complete",
        template: TemplateUsed | None = None,
    ) -> ChatMessage:
        """Add an answer to a conversation.

        Raises:
            KnowledgeBaseNotFound: the conversation is gone, with its knowledge base or by its owner.
        """
        chat = self._chats.get_for_change(session_id, self._subject)
        if chat is None:
            raise KnowledgeBaseNotFound.saying(KnowledgeBaseNotFound.DELETED_WHILE_ASKED)
        return self._chats.add_message(
            chat,
            role="assistant",
            content=answer.text,
            state=state,
            citations=[item.model_dump(mode="json") for item in answer.citations],
            classification=classification.kind,
            model=answer.model,
            template_id=template.id if template else None,
            template_version=template.version if template else None,
        )


def _title(question: str) -> str:
    line = " ".join("".join(character if character.isprintable() else " " for character in question).split())
    return line if len(line) <= _LONGEST_TITLE else f"{line[: _LONGEST_TITLE - 1]}…"
