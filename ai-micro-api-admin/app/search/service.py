"""Searches: two rankings, by vectors and by terms, give the candidates; their relevance gives the order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Row

from app.contents.filters import EVERY_DOCUMENT, DocumentFilter
from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.embeddings.provider import SimilarityScale
from app.embeddings.providers import EmbeddingProviders
from app.ingestion.texts.cleaning import clean
from app.search.fusion import FusedResult, FusionSettings, RankingWeights, fuse
from app.search.problems import EmbeddingModelUnavailable
from app.search.relevance import Evidence, relevance
from app.search.repository import Base, Scope, SearchRepository
from app.search.schemas import Mode, SearchItem
from app.search.snippet import snippet
from app.search.tuning import Tuning, tuning
from app.search.weighting import WeightedQuery
from app.system_settings.repository import current_values
from app.text.terms import query_terms
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject

# Each ranking is cut there before the two are fused: further down, a place changes no result of the first page.
_MIN_CANDIDATES = 100
_CANDIDATES_A_RESULT = 2
# So many more than are wanted are judged by their relevance, which may put them into another order.
_CANDIDATES_MORE = 40


class SearchService:
    """Finds passages of documents.

    Args:
        database: where they are.
        providers: make the vector of a query.
    """

    def __init__(self, database: Database, providers: EmbeddingProviders) -> None:
        self._database = database
        self._providers = providers

    def search(
        self,
        query: str,
        *,
        knowledge_base_id: UUID | None,
        collection_id: UUID | None,
        mode: Mode,
        limit: int,
        by: Subject,
        filtering: DocumentFilter = EVERY_DOCUMENT,
    ) -> list[SearchItem]:
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
        query = clean(query)
        terms = query_terms(query)
        with self._database.reading() as connection:
            repository = SearchRepository(connection, by)
            groups = _by_model(_knowledge_bases(repository, knowledge_base_id, collection_id))
        if not terms:
            return []
        # An embedding server may be slow: no connection waits for it.
        vectors = [self._vector(group[0], query, mode) for group in groups]
        found: list[_Found] = []
        with self._database.reading() as connection:
            repository = SearchRepository(connection, by)
            settings = tuning(current_values(connection))
            for knowledge_bases, vector in zip(groups, vectors, strict=True):
                scope = Scope(knowledge_bases, collection_id, filtering)
                asked = WeightedQuery(
                    terms, repository.term_frequencies(scope, list(terms)), repository.chunk_count(scope)
                )
                found += _search(repository, scope, _Question(query, asked, vector, mode), settings, limit)
        # Sorting is stable: equal ones stay in the order of the fused ranking.
        found.sort(key=lambda passage: -passage.score)
        return [_item(passage, query) for passage in found[:limit] if passage.score >= settings.min_relevance]

    def _vector(self, knowledge_base: Base, query: str, mode: Mode) -> _QueryVector | None:
        """Return the vector of a query for a knowledge base, or None where vectors are not compared."""
        if mode is Mode.TEXT:
            return None
        provider = self._providers.find(knowledge_base.embedding_provider, knowledge_base.embedding_model)
        if provider is None:
            raise EmbeddingModelUnavailable
        return _QueryVector(provider.embed_query(query), provider.scale)


@dataclass(frozen=True, slots=True)
class _QueryVector:
    numbers: Sequence[float]
    scale: SimilarityScale


@dataclass(frozen=True, slots=True)
class _Question:
    query: str
    asked: WeightedQuery
    vector: _QueryVector | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class _Found:
    score: float
    passage: Row[Any]


def _search(
    repository: SearchRepository, scope: Scope, question: _Question, settings: Tuning, limit: int
) -> list[_Found]:
    """Return passages of knowledge bases of one model, each with its relevance."""
    candidates = max(_MIN_CANDIDATES, _CANDIDATES_A_RESULT * limit)
    vector, asked, mode = question.vector, question.asked, question.mode
    numbers, scale = (None, None) if vector is None else (vector.numbers, vector.scale)
    by_vector = () if numbers is None else repository.by_vector(scope, numbers, candidates)
    by_terms = () if mode is Mode.VECTOR else repository.by_terms(scope, asked.to_look_up(settings.pruning), candidates)
    ranking = _fuse(mode, question.query, by_vector, by_terms, settings.fusion)[: limit + _CANDIDATES_MORE]
    passages = repository.passages([result.id for result in ranking], list(asked.terms), numbers)
    return [
        _Found(
            relevance(asked, Evidence(passage.terms, passage.similarity), scale, by_words=mode is not Mode.VECTOR),
            passage,
        )
        for result in ranking
        if (passage := passages.get(result.id)) is not None
    ]


def _fuse(
    mode: Mode, query: str, by_vector: Sequence[str], by_terms: Sequence[str], settings: FusionSettings
) -> list[FusedResult[str]]:
    match mode:
        case Mode.VECTOR:
            weights = RankingWeights(vector=1.0, lexical=0.0)
        case Mode.TEXT:
            weights = RankingWeights(vector=0.0, lexical=1.0)
        case Mode.HYBRID:
            weights = settings.weights_for(query)
    return fuse(vector=by_vector, lexical=by_terms, weights=weights, settings=settings)


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


def _item(found: _Found, query: str) -> SearchItem:
    passage = found.passage
    return SearchItem(
        document_id=passage.document_id,
        chunk_id=passage.chunk_id,
        title=passage.title,
        collection_id=passage.collection_id,
        collection_name=passage.collection_name,
        snippet=snippet(passage.text, query).text,
        page=passage.page,
        score=round(found.score, 4),
    )
