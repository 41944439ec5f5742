"""The rules of summaries: what they are made of, and who makes them when."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import structlog
from fastapi import Depends, Request
from sqlalchemy.orm import Session

from app.answers.language import PHRASES
from app.answers.safe_answer import SafeAnswer
from app.contents import summary_marks
from app.contents.knowledge_bases import KnowledgeBaseRepository
from app.contents.models import KnowledgeBase
from app.contents.problems import KnowledgeBaseNotFound
from app.language_models.client import LanguageModel, Message
from app.prompt_templates.service import chosen
from app.summaries import composition, statistics
from app.summaries.repository import SummaryRepository
from app.summaries.schemas import SummaryOut
from service_kit.database.sessions import Database
from service_kit.http.problems import Problem
from service_kit.tokens.verification import Subject

EXTRACTIVE = "extractive"
_BEGINNINGS = 40

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Material:
    """What a summary is made of.

    Attributes:
        knowledge_base_id: whose it is.
        statistics: its numbers.
        text: the summary, where no model makes it.
        messages: what a model is asked, where one does.
        since: when the documents changed last, as far as it was seen; None where no change was marked.
        known_text: what is in the messages.
        link_removed: takes the place of an address in a model's answer.
    """

    knowledge_base_id: UUID
    statistics: Mapping[str, Any]
    text: str
    messages: list[Message]
    since: datetime | None
    known_text: str
    link_removed: str


class SummaryService:
    """Makes and finds summaries.

    Args:
        database: no connection is held while a model writes.
        model: writes them; None for titles and first sentences.
    """

    def __init__(self, database: Database, model: LanguageModel | None) -> None:
        self._database = database
        self._model = model

    def get(self, knowledge_base_id: UUID, *, by: Subject) -> SummaryOut:
        """Return the summary of a knowledge base.

        Raises:
            KnowledgeBaseNotFound: there is none that the caller may read.
        """
        with self._database.session() as session:
            knowledge_base = KnowledgeBaseRepository(session).get(knowledge_base_id, by)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
            return _shown(knowledge_base, is_stale=summary_marks.last_change(session, knowledge_base_id) is not None)

    async def make(
        self, knowledge_base_id: UUID, run: Callable[[Callable[[], Any]], Awaitable[Any]], *, by: Subject
    ) -> SummaryOut:
        """Make the summary of a knowledge base now.

        Args:
            knowledge_base_id: of which.
            run: runs what works with the database.
            by: who asks.

        Raises:
            KnowledgeBaseNotFound: there is none that the caller may read, or no more.
            Problem: the model server failed.
        """
        material: Material = await run(lambda: self._material(knowledge_base_id, None))
        text, model = await _written(material, self._model)
        await run(lambda: self._store(material, text, model))
        made: SummaryOut = await run(lambda: self.get(knowledge_base_id, by=by))
        return made

    def renew_one(self) -> bool:
        """Make one summary again that is marked as stale: the workers do this.

        Returns:
            True if there was one.
        """
        with self._database.session() as session:
            claimed = summary_marks.claim(session)
        if claimed is None:
            return False
        log = logger.bind(knowledge_base_id=str(claimed.knowledge_base_id))
        try:
            material = self._material(claimed.knowledge_base_id, claimed.since)
            text, model = asyncio.run(self._written_in_thread(material))
            self._store(material, text, model)
        except KnowledgeBaseNotFound:
            log.info("summary_not_needed")
        except Problem as problem:
            # The claim ends by itself, and the next worker tries again.
            log.warning("summary_not_renewed", code=problem.code)
        else:
            log.info("summary_renewed", model=model)
        return True

    async def _written_in_thread(self, material: Material) -> tuple[str, str]:
        # A client of its own: connections belong to one event loop.
        model = LanguageModel(self._model.settings) if self._model else None
        try:
            return await _written(material, model)
        finally:
            if model is not None:
                await model.close()

    def _material(self, knowledge_base_id: UUID, since: datetime | None) -> Material:
        with self._database.session() as session:
            summaries = SummaryRepository(session)
            knowledge_base = summaries.get(knowledge_base_id)
            if knowledge_base is None:
                raise KnowledgeBaseNotFound
            seen = since or summary_marks.last_change(session, knowledge_base_id)
            numbers = statistics.count(session, knowledge_base_id)
            beginnings = summaries.beginnings(knowledge_base_id, _BEGINNINGS)
            messages: list[Message] = []
            if self._model is not None and beginnings:
                template = chosen(session, None, "summary").content
                room = self._model.settings.prompt_tokens
                messages = composition.prompt(template, knowledge_base.name, numbers, beginnings, room)
            text = composition.extractive(knowledge_base.name, numbers, beginnings)
        return Material(
            knowledge_base_id,
            numbers,
            text,
            messages,
            seen,
            "\n".join(passage for _, passage in beginnings),
            PHRASES[composition.language(beginnings)].link_removed,
        )

    def _store(self, material: Material, text: str, model: str) -> None:
        with self._database.session() as session:
            if not SummaryRepository(session).write(material.knowledge_base_id, text, material.statistics, model):
                raise KnowledgeBaseNotFound.saying(KnowledgeBaseNotFound.DELETED_WHILE_SUMMARISED)
            summary_marks.clear(session, material.knowledge_base_id, material.since)


def prompt_of_summary(session: Session, knowledge_base: KnowledgeBase, template: str, *, tokens: int) -> list[Message]:
    """Return what a model would be asked for a summary; nothing where no document is ready.

    Args:
        session: reads the documents.
        knowledge_base: of which.
        template: has `{context}`.
        tokens: room for the documents.
    """
    beginnings = SummaryRepository(session).beginnings(knowledge_base.id, _BEGINNINGS)
    numbers = statistics.count(session, knowledge_base.id)
    return composition.prompt(template, knowledge_base.name, numbers, beginnings, tokens) if beginnings else []


async def _written(material: Material, model: LanguageModel | None) -> tuple[str, str]:
    if model is None or not material.messages:
        return material.text, EXTRACTIVE
    safe = SafeAnswer(passages=0, known_text=material.known_text, link_removed=material.link_removed)
    async for piece in model.stream(material.messages):
        safe.feed(piece)
    safe.finish()
    return (safe.text.strip(), model.settings.model) if safe.text.strip() else (material.text, EXTRACTIVE)


def _shown(knowledge_base: KnowledgeBase, *, is_stale: bool) -> SummaryOut:
    return SummaryOut.model_validate(
        {
            "knowledge_base_id": knowledge_base.id,
            "summary": knowledge_base.meta_summary,
            "statistics": knowledge_base.meta_statistics,
            "model": knowledge_base.meta_summary_model,
            "updated_at": knowledge_base.meta_summary_updated_at,
            "is_stale": is_stale,
        }
    )


async def summary_service(request: Request) -> SummaryService:
    """Return the application's summaries."""
    service: SummaryService = request.app.state.summaries
    return service


Summaries = Annotated[SummaryService, Depends(summary_service)]
