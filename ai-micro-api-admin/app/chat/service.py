"""The rules of chat: what kind of question it is decides how it is answered."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.answers.classification import Classification, Kind, classify
from app.answers.extractive import Asked
from app.answers.follow_ups import context_of
from app.answers.language import PHRASES
from app.answers.makers import EXTRACTIVE, RULES
from app.chat import answering
from app.chat.answering import Answer
from app.chat.conversations import Conversations, TemplateUsed
from app.chat.metrics import ChatMetrics
from app.chat.problems import ChatLimitReached
from app.chat.prompts import Prompt, prompt_for
from app.chat.retrieval import Retrieval, Source
from app.chat.schemas import ChatAnswer, ChatRequest
from app.chat_sessions.models import ChatMessage
from app.chat_sessions.schemas import unsourced_spans
from app.contents import summary_marks
from app.contents.collections import CollectionRepository
from app.contents.documents import DocumentRepository
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.language_models.client import LanguageModel
from app.prompt_templates.models import PromptTemplate
from app.prompt_templates.service import chosen
from app.query_classifications.repository import QueryClassificationRepository
from app.summaries import statistics
from app.summaries.repository import SummaryRepository
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
        template: what a model is asked with; None where no model answers.
    """

    session_id: UUID
    knowledge_base_id: UUID
    knowledge_base_name: str
    asked: Asked
    classification: Classification
    before: list[ChatMessage]
    sources: list[Source]
    template: PromptTemplate | None


class ChatService:
    """Answers questions.

    Args:
        database: no connection is held between two calls.
        retrieval: finds passages.
        model: what answers from them; None for extracts.
        metrics: counts answers.
        questions_a_minute: how many of an account go to the model.
    """

    def __init__(
        self,
        database: Database,
        retrieval: Retrieval,
        model: LanguageModel | None,
        metrics: ChatMetrics,
        *,
        questions_a_minute: int,
    ) -> None:
        self._database = database
        self._retrieval = retrieval
        self._questions_a_minute = questions_a_minute
        self.model = model
        self.metrics = metrics

    def start(self, knowledge_base_id: UUID, body: ChatRequest, *, by: Subject) -> ChatAnswer | Turn:
        """Keep a question, and answer it unless that is for a model.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection in it.
            ChatSessionNotFound: the caller has no such conversation.
            ChatSessionOfAnotherKnowledgeBase: the conversation is with another one.
            ChatSessionFull: the conversation has as many questions as it may have.
            PromptTemplateNotFound: there is no such template for answers.
            ChatLimitReached: the account has asked too much.
            EmbeddingModelUnavailable: the vectors of the knowledge base come from a model that is not set up.
        """
        turn = self._begin(knowledge_base_id, body, by)
        return turn if turn.template is not None else self.finish(turn, self._without_model(turn, by), by=by)

    def prompt(self, turn: Turn) -> Prompt:
        """Return what is sent to the model for a question."""
        assert self.model is not None and turn.template is not None  # noqa: S101, PT018 - such a turn is for a model
        return prompt_for(
            turn.asked,
            turn.sources,
            [(message.role, message.content) for message in turn.before],
            template=turn.template.content,
            knowledge_base_name=turn.knowledge_base_name,
            tokens=self.model.settings.prompt_tokens,
        )

    def finish(self, turn: Turn, answer: Answer, *, by: Subject, state: str = "complete") -> ChatAnswer:
        """Keep an answer and return it as the caller gets it.

        Raises:
            KnowledgeBaseNotFound: it was deleted while it was asked.
        """
        template = TemplateUsed(turn.template.id, turn.template.version) if turn.template else None
        with self._database.session() as session:
            message = Conversations(session, by).keep_answer(
                turn.session_id, answer, turn.classification, state=state, template=template
            )
        maker = "model" if turn.template else RULES if answer.model == RULES else EXTRACTIVE
        self.metrics.answers.labels(maker, state).inc()
        return ChatAnswer(
            session_id=turn.session_id,
            message_id=message.id,
            answer=answer.text,
            citations=answer.citations,
            unsourced=unsourced_spans(answer.text, answer.model),
            classification=turn.classification.kind,
            model=answer.model,
        )

    def _begin(self, knowledge_base_id: UUID, body: ChatRequest, by: Subject) -> Turn:
        template = None
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
            if self.model is not None or body.template_id is not None:
                template = chosen(session, body.template_id, "answer")
        questions = [message.content for message in before if message.role == "user"]
        asked = self._retrieval.asked(body.message, context_of(body.message, questions), knowledge_base)
        classification = classify(body.message, knowledge_base=knowledge_base.name)
        sources: list[Source] = []
        if classification.kind is Kind.CONTENT:
            sources = self._retrieval.find(asked, knowledge_base_id, body.collection_id, by=by)
        is_for_model = self.model is not None and bool(sources)
        with self._database.session() as session:
            if is_for_model:
                self._count(session, by)
            session_id = Conversations(session, by).keep_question(
                knowledge_base_id, body.session_id, body.message, classification
            )
        used = template if is_for_model else None
        return Turn(session_id, knowledge_base_id, knowledge_base.name, asked, classification, before, sources, used)

    def _count(self, session: Session, by: Subject) -> None:
        if QueryClassificationRepository(session).asked_lately(by.id) >= self._questions_a_minute:
            raise ChatLimitReached

    def _without_model(self, turn: Turn, by: Subject) -> Answer:
        match turn.classification.kind:
            case Kind.SMALL_TALK:
                return answering.small_talk(turn.asked)
            case Kind.STATISTICS:
                return Answer(self._statistics(turn), [], RULES)
            case Kind.OVERVIEW:
                return self._overview(turn, by)
            case Kind.CONTENT:
                return answering.extractive(turn.asked, turn.sources)

    def _statistics(self, turn: Turn) -> str:
        with self._database.session() as session:
            numbers = statistics.current(session, turn.knowledge_base_id)
        return statistics.worded(PHRASES[turn.asked.language].statistics, turn.knowledge_base_name, numbers)

    def _overview(self, turn: Turn, by: Subject) -> Answer:
        """Return the summary, or the newest titles until the workers have made one."""
        phrases = PHRASES[turn.asked.language]
        with self._database.session() as session:
            summary = SummaryRepository(session).get(turn.knowledge_base_id)
            if summary is not None and summary.meta_summary:
                return Answer(summary.meta_summary, [], summary.meta_summary_model or RULES)
            summary_marks.mark(session, turn.knowledge_base_id, only_renew=False)
            numbers = statistics.count(session, turn.knowledge_base_id)
            titles = DocumentRepository(session).newest_titles(turn.knowledge_base_id, by, limit=_TITLES)
        if not titles:
            return Answer(phrases.empty.format(name=turn.knowledge_base_name), [], RULES)
        counted = statistics.worded(phrases.statistics, turn.knowledge_base_name, numbers)
        return Answer("\n".join([counted, phrases.contents, *(f"- {title}" for title in titles)]), [], RULES)


async def chat_service(request: Request) -> ChatService:
    """Return the application's chat."""
    service: ChatService = request.app.state.chat
    return service


Chat = Annotated[ChatService, Depends(chat_service)]
