"""Searches: two rankings, by vectors and by terms, give the candidates; their relevance gives the order, or a model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from uuid import UUID

from sqlalchemy.exc import DataError

from app.contents.filters import EVERY_DOCUMENT, DocumentFilter
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.embeddings.providers import EmbeddingProviders
from app.ingestion.texts.cleaning import clean
from app.reranking.reranker import Reranker
from app.search.problems import EmbeddingModelUnavailable
from app.search.ranking.passages import QueryVector, Question, RankedPassage, ranked_passages
from app.search.ranking.tuning import tuning
from app.search.repository import Base, Scope, SearchRepository
from app.search.schemas import Mode, SearchItem, TextSpan
from app.search.snippet import snippet
from app.system_settings.repository import current_values
from app.text.terms import query_terms
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject

Where: TypeAlias = tuple[UUID | None, UUID | None, DocumentFilter]
"""A knowledge base, a collection and a filter."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that was found.

    Attributes:
        item: as search shows it.
        text: the whole of it.
    """

    item: SearchItem
    text: str


class SearchService:
    """Finds passages of documents.

    Args:
        database: where they are.
        providers: make the vector of a query.
        reranker: orders what was found, if there is one.
    """

    def __init__(self, database: Database, providers: EmbeddingProviders, reranker: Reranker | None = None) -> None:
        self._database = database
        self._providers = providers
        self._reranker = reranker

    def passages(
        self,
        query: str,
        *,
        knowledge_base_id: UUID | None,
        collection_id: UUID | None,
        mode: Mode,
        limit: int,
        by: Subject,
        filtering: DocumentFilter = EVERY_DOCUMENT,
    ) -> list[FoundPassage]:
        """Return the best passages for a query, best first, none below the least relevance that is set.

        A query of nothing that is indexed (`!!!`) finds nothing.

        Args:
            query: as it was typed.
            knowledge_base_id: where to search; everywhere that the caller may read, if None.
            collection_id: only in this collection; its knowledge base need not be named then.
            mode: by vectors, by terms, or both.
            limit: how many at most.
            by: who searches.
            filtering: only in such documents.

        Raises:
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection in it that the caller may read.
            EmbeddingModelUnavailable: vectors are wanted that nothing here can make.
            EmbeddingsUnavailable: the embedding server gives no answer.
            EmbeddingsFailed: its answer cannot be used.
        """
        where = (knowledge_base_id, collection_id, filtering)
        try:
            return self._passages(query, where, mode, limit, by)
        except DataError:
            # Vectors of another length: the model of a knowledge base was changed since the query's vector was made.
            return self._passages(query, where, mode, limit, by)

    def _passages(self, query: str, where: Where, mode: Mode, limit: int, by: Subject) -> list[FoundPassage]:
        knowledge_base_id, collection_id, filtering = where
        query = clean(query)
        terms = query_terms(query)
        with self._database.reading() as connection:
            repository = SearchRepository(connection, by)
            groups = _by_model(_knowledge_bases(repository, knowledge_base_id, collection_id))
        if not terms:
            return []
        # An embedding server may be slow: no connection waits for it.
        vectors = [self._vector(group[0], query, mode) for group in groups]
        found: list[RankedPassage] = []
        with self._database.reading() as connection:
            repository = SearchRepository(connection, by)
            settings = tuning(current_values(connection))
            for knowledge_bases, vector in zip(groups, vectors, strict=True):
                scope = Scope(knowledge_bases, collection_id, filtering)
                question = Question(query, terms, vector, mode)
                found += ranked_passages(repository, scope, question, settings, limit)
        relevant = [passage for passage in found if passage.score >= settings.min_relevance]
        # Sorting is stable: equal ones stay in the order of the fused ranking.
        relevant.sort(key=lambda passage: -passage.score)
        return [_shown(passage, query) for passage in self._reranked(query, relevant)[:limit]]

    def _reranked(self, query: str, passages: list[RankedPassage]) -> list[RankedPassage]:
        if self._reranker is None:
            return passages
        return [passages[place] for place in self._reranker.order(query, [passage.row.text for passage in passages])]

    def _vector(self, knowledge_base: Base, query: str, mode: Mode) -> QueryVector | None:
        """Return the vector of a query for a knowledge base, or None where vectors are not compared."""
        if mode is Mode.TEXT:
            return None
        provider = self._providers.find(knowledge_base.embedding_provider, knowledge_base.embedding_model)
        if provider is None:
            raise EmbeddingModelUnavailable
        return QueryVector(provider.embed_query(query), provider.scale)


def _knowledge_bases(
    repository: SearchRepository, knowledge_base_id: UUID | None, collection_id: UUID | None
) -> Sequence[Base]:
    if collection_id is not None:
        owner = repository.knowledge_base_of(collection_id)
        if owner is None or knowledge_base_id not in (None, owner):
            raise CollectionNotFound
        knowledge_base_id = owner
    found = repository.knowledge_bases(knowledge_base_id)
    if knowledge_base_id is not None and not found:
        raise KnowledgeBaseNotFound
    return found


def _by_model(knowledge_bases: Sequence[Base]) -> list[Sequence[Base]]:
    """Return the knowledge bases in groups of one embedding model: vectors of two are never compared."""
    groups: dict[tuple[str, str], list[Base]] = {}
    for base in knowledge_bases:
        groups.setdefault((base.embedding_provider, base.embedding_model), []).append(base)
    return list(groups.values())


def _shown(found: RankedPassage, query: str) -> FoundPassage:
    row = found.row
    shown = snippet(row.text, query)
    item = SearchItem(
        document_id=row.document_id,
        chunk_id=row.chunk_id,
        title=row.title,
        collection_id=row.collection_id,
        collection_name=row.collection_name,
        snippet=shown.text,
        highlights=[TextSpan(start=start, end=end) for start, end in shown.highlights],
        page=row.page,
        score=round(found.score, 4),
    )
    return FoundPassage(item, row.text)
