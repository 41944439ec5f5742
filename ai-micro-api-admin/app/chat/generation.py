"""An answer of a model, from its first piece to the message that is kept.

No connection to the database is held meanwhile. What there is when it ends is kept: as a stopped message where
the caller left, as a failed one where the server failed.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.answers.language import PHRASES
from app.answers.safe_answer import SafeAnswer
from app.answers.sources import says_that_there_is_none
from app.chat.answering import Answer
from app.chat.prompts import Prompt
from app.chat.schemas import ChatAnswer
from app.chat.service import ChatService, Turn
from app.language_models.client import LanguageModel
from service_kit.http.problems import Problem
from service_kit.tokens.verification import Subject

Keep = Callable[[Callable[[], ChatAnswer]], Awaitable[ChatAnswer]]

logger = structlog.get_logger(__name__)


class Generation:
    """Generates one answer.

    Args:
        service: keeps it.
        model: makes it.
        turn: the question.
        by: who asks.
    """

    def __init__(self, service: ChatService, model: LanguageModel, turn: Turn, *, by: Subject) -> None:
        self._service = service
        self._model = model
        self._turn = turn
        self._by = by
        self._phrases = PHRASES[turn.asked.language]
        self._prompt: Prompt = service.prompt(turn)
        passages = self._prompt.sources
        self._safe = SafeAnswer(
            passages=len(passages),
            known_text="\n".join([turn.asked.question, *(source.passage.text for source in passages)]),
            link_removed=self._phrases.link_removed,
        )
        self._text = ""
        self._has_begun = False

    async def pieces(self, keep: Keep) -> AsyncGenerator[str | ChatAnswer, None]:
        """Yield the answer in pieces, and at the end the answer as it was kept.

        Args:
            keep: runs what works with the database, also when the caller has left.

        Raises:
            Problem: the model server failed, or the knowledge base was deleted meanwhile.
        """
        state = "stopped"
        started = time.monotonic()
        try:
            async with aclosing(self._model.stream(self._prompt.messages)) as pieces:
                async for piece in pieces:
                    if not self._has_begun:
                        self._has_begun = True
                        self._service.metrics.first_piece.observe(time.monotonic() - started)
                    if shown := self._shown(self._safe.feed(piece)):
                        yield shown
            rest = self._shown(self._safe.finish() + self._note())
            if rest:
                yield rest
            state = "complete"
        except Problem:
            state = "failed"
            raise
        finally:
            if state != "complete":
                await self._keep_what_there_is(keep, state)
        yield await keep(partial(self._kept, state))

    def _shown(self, text: str) -> str:
        self._text += text
        return text

    def _note(self) -> str:
        """Return what is added to an answer that names no passage and does not say that there is none."""
        if self._safe.cited or says_that_there_is_none(self._safe.text):
            return ""
        return f"\n\n{self._phrases.unsourced}" if self._safe.text.strip() else self._phrases.not_found

    def _kept(self, state: str) -> ChatAnswer:
        citations = [self._prompt.sources[number - 1].item for number in self._safe.cited]
        answer = Answer(self._text, citations, self._model.settings.model)
        return self._service.finish(self._turn, answer, by=self._by, state=state)

    async def _keep_what_there_is(self, keep: Keep, state: str) -> None:
        try:
            await keep(partial(self._kept, state))
        except (Problem, SQLAlchemyError) as error:
            logger.warning("answer_not_kept", state=state, error=type(error).__name__)
