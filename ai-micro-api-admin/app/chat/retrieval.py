"""The passages for a question: what search finds, with their whole texts, of what the asker may read."""

from dataclasses import dataclass
from uuid import UUID

from app.answers.extractive import Asked, Passage
from app.contents.models import KnowledgeBase
from app.embeddings.providers import EmbeddingProviders
from app.search.schemas import Mode, SearchItem
from app.search.service import SearchService
from service_kit.tokens.verification import Subject

PASSAGES = 8
"""How many are retrieved; more of them crowd out the good ones in a small model's window."""

ENOUGH_BY_MEANING = 0.35
"""Relevance below which a passage that was found by its meaning does not answer: unanswered questions have up to 0.3 in
the measurements of ADR 44, paraphrases mostly above 0.45."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that was retrieved.

    Attributes:
        item: as search shows it, and a citation.
        passage: its title and whole text.
    """

    item: SearchItem
    passage: Passage


class Retrieval:
    """Finds the passages that may answer a question.

    Args:
        search: finds and judges them; what is below its threshold is not there.
        providers: say what the vectors of a knowledge base know.
    """

    def __init__(self, search: SearchService, providers: EmbeddingProviders) -> None:
        self._search = search
        self._providers = providers

    def asked(self, question: str, context: str, knowledge_base: KnowledgeBase) -> Asked:
        """Return a question as it is asked of a knowledge base.

        Args:
            question: as it was typed.
            context: earlier questions that it refers to, or empty.
            knowledge_base: what is asked.
        """
        provider = self._providers.find(knowledge_base.embedding_provider, knowledge_base.embedding_model)
        return Asked(question, context, by_words=provider is None or provider.scale.knows_words_only)

    def find(self, asked: Asked, knowledge_base_id: UUID, collection_id: UUID | None, *, by: Subject) -> list[Source]:
        """Return the passages, best first; none where search finds none that may answer.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection in it.
            EmbeddingModelUnavailable: its vectors come from a model that is not set up.
        """
        found = self._search.passages(
            asked.query,
            knowledge_base_id=knowledge_base_id,
            collection_id=collection_id,
            mode=Mode.HYBRID,
            limit=PASSAGES,
            by=by,
        )
        return [
            Source(passage.item, Passage(passage.item.title, passage.text))
            for passage in found
            if asked.by_words or passage.item.score >= ENOUGH_BY_MEANING
        ]
