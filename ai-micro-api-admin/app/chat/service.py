"""The rules of chat: what kind of question it is decides how it is answered."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from app.answers.classification import Classification, Kind, classify
from app.answers.extractive import Asked
from app.answers.follow_ups import context_of
from app.answers.language import PHRASES
from app.chat import answering
from app.chat.answering import Answer
from app.chat.conversations import Conversations
from app.chat.retrieval import Retrieval, Source
from app.chat.schemas import RULES, ChatAnswer, ChatRequest
from app.chat_sessions.models import ChatMessage
from app.contents.collections import CollectionRepository
from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.summaries import statistics
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject

_TITLES = 10


@dataclass(frozen=True, slots=True)
class Turn:
    """A question that was kept, with all that its answer needs.

    Attributes:
        session_id: the conversation.
        knowledge_base_id: what is asked.
        knowledge_base_name: its name.
        asked: the question.
        classification: how it was understood.
        before: the messages before it, the oldest first.
        sources: the passages for it; none for a question that is not about the content.
    """

    session_id: UUID
    knowledge_base_id: UUID
    knowledge_base_name: str
    asked: Asked
    classification: Classification
    before: list[ChatMessage]
    sources: list[Source]


class ChatService:
    """Answers questions.

    Args:
        database: no connection is held between two calls.
        retrieval: finds passages.
    """

    def __init__(self, database: Database, retrieval: Retrieval) -> None:
        self._database = database
        self._retrieval = retrieval

    def answer(self, knowledge_base_id: UUID, body: ChatRequest, *, by: Subject) -> ChatAnswer:
        """Answer a question without a model, and keep both.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection in it.
            ChatSessionNotFound: the caller has no such conversation.
            ChatSessionOfAnotherKnowledgeBase: the conversation is with another one.
            ChatSessionFull: the conversation has as many questions as it may have.
            EmbeddingModelUnavailable: the vectors of the knowledge base come from a model that is not set up.
        """
        turn = self.begin(knowledge_base_id, body, by=by)
        return self.finish(turn, self.without_model(turn, by=by), by=by)

    def begin(self, knowledge_base_id: UUID, body: ChatRequest, *, by: Subject) -> Turn:
        """Understand a question, find what answers it, and keep it; raises what `answer` does."""
        with self._database.session() as session:
            knowledge_base = KnowledgeBaseRepository(session).get(knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
            if body.collection_id is not None:
                collection = CollectionRepository(session).get(body.collection_id, by)
                if collection is None or collection.knowledge_base_id != knowledge_base_id:
                    raise CollectionNotFound
            conversations = Conversations(session, by)
            before = conversations.before(body.session_id, knowledge_base_id) if body.session_id else []
        questions = [message.content for message in before if message.role == "user"]
        asked = Asked(body.message, context_of(body.message, questions))
        classification = classify(body.message, knowledge_base=knowledge_base.name)
        sources: list[Source] = []
        if classification.kind is Kind.CONTENT:
            sources = self._retrieval.find(asked, knowledge_base_id, body.collection_id, by=by)
        with self._database.session() as session:
            session_id = Conversations(session, by).keep_question(
                knowledge_base_id, body.session_id, body.message, classification
            )
        return Turn(session_id, knowledge_base_id, knowledge_base.name, asked, classification, before, sources)

    def without_model(self, turn: Turn, *, by: Subject) -> Answer:
        """Return the answer to a question that no model is needed for, or none is there for."""
        match turn.classification.kind:
            case Kind.SMALL_TALK:
                return answering.small_talk(turn.asked)
            case Kind.STATISTICS:
                return Answer(self._statistics(turn), [], RULES)
            case Kind.OVERVIEW:
                return Answer(self._overview(turn, by), [], RULES)
            case Kind.CONTENT:
                return answering.extractive(turn.asked, turn.sources)

    def finish(self, turn: Turn, answer: Answer, *, by: Subject) -> ChatAnswer:
        """Keep an answer and return it as the caller gets it.

        Raises:
            KnowledgeBaseNotFound: it was deleted while it was asked.
        """
        with self._database.session() as session:
            message = Conversations(session, by).keep_answer(turn.session_id, answer, turn.classification)
        return ChatAnswer(
            session_id=turn.session_id,
            message_id=message.id,
            answer=answer.text,
            citations=answer.citations,
            classification=turn.classification.kind,
            model=answer.model,
        )

    def _statistics(self, turn: Turn) -> str:
        with self._database.session() as session:
            numbers = statistics.count(session, turn.knowledge_base_id)
        return statistics.worded(PHRASES[turn.asked.language].statistics, turn.knowledge_base_name, numbers)

    def _overview(self, turn: Turn, by: Subject) -> str:
        phrases = PHRASES[turn.asked.language]
        with self._database.session() as session:
            numbers = statistics.count(session, turn.knowledge_base_id)
            titles = DocumentRepository(session).newest_titles(turn.knowledge_base_id, by, limit=_TITLES)
        if not titles:
            return phrases.empty.format(name=turn.knowledge_base_name)
        counted = statistics.worded(phrases.statistics, turn.knowledge_base_name, numbers)
        return "\n".join([counted, phrases.contents, *(f"- {title}" for title in titles)])


async def chat_service(request: Request) -> ChatService:
    """Return the application's chat."""
    service: ChatService = request.app.state.chat
    return service


Chat = Annotated[ChatService, Depends(chat_service)]
