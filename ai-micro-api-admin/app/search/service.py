"""Searches: two rankings, by vectors and by terms, give the candidates; their relevance gives the order."""

from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row

from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.embeddings.provider import EmbeddingProvider
from app.embeddings.providers import EmbeddingProviders
from app.search.fusion import FusedResult, FusionSettings, RankingWeights, fuse
from app.search.problems import EmbeddingModelUnavailable, SearchScopeMissing
from app.search.relevance import Evidence, relevance
from app.search.repository import SearchRepository
from app.search.schemas import Mode, SearchItem
from app.search.snippet import snippet
from app.search.tuning import tuning
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

_Scope: TypeAlias = "Row[UUID, UUID, str, str]"


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
    ) -> list[SearchItem]:
        """Return the best passages for a query, best first, none below the least relevance that is set.

        A query of nothing that is indexed (`!!!`) finds nothing.

        Args:
            query: as it was typed.
            knowledge_base_id: where to search.
            collection_id: only in this collection; its knowledge base need not be named then.
            mode: by vectors, by terms, or both.
            limit: how many at most.
            by: who searches.

        Raises:
            SearchScopeMissing: neither knowledge base nor collection is named.
            KnowledgeBaseNotFound: there is no such knowledge base that the caller may read.
            CollectionNotFound: there is no such collection in it that the caller may read.
            EmbeddingModelUnavailable: vectors are wanted that nothing here can make.
        """
        with self._database.reading() as connection:
            repository = SearchRepository(connection, by)
            knowledge_base = _scope(repository, knowledge_base_id, collection_id)
            asked = _weighted(repository, knowledge_base.id, query)
            if not asked.terms:
                return []
            settings = tuning(current_values(connection))
            candidates = max(_MIN_CANDIDATES, _CANDIDATES_A_RESULT * limit)
            provider = self._provider(knowledge_base, mode)
            vector = None if provider is None else provider.embed_query(query)
            by_vector: Sequence[str] = ()
            by_terms: Sequence[str] = ()
            if vector is not None:
                by_vector = repository.by_vector(
                    knowledge_base.langchain_collection_id, collection_id, vector, candidates
                )
            if mode is not Mode.VECTOR:
                by_terms = repository.by_terms(
                    knowledge_base.langchain_collection_id,
                    collection_id,
                    asked.to_look_up(settings.pruning),
                    candidates,
                )
            ranking = _fuse(mode, query, by_vector, by_terms, settings.fusion)[: limit + _CANDIDATES_MORE]
            passages = repository.passages([result.id for result in ranking], list(asked.terms), vector)
        scale = None if provider is None else provider.scale
        scored = [
            (
                relevance(asked, Evidence(passage.terms, passage.similarity), scale, by_words=mode is not Mode.VECTOR),
                passage,
            )
            for result in ranking
            if (passage := passages.get(result.id)) is not None
        ]
        # Sorting is stable: equal ones stay in the order of the fused ranking.
        scored.sort(key=lambda found: -found[0])
        return [_item(passage, query, score) for score, passage in scored[:limit] if score >= settings.min_relevance]

    def _provider(self, knowledge_base: _Scope, mode: Mode) -> EmbeddingProvider | None:
        """Return what makes the vectors of a knowledge base, or None where they are not compared."""
        if mode is Mode.TEXT:
            return None
        provider = self._providers.find(knowledge_base.embedding_provider, knowledge_base.embedding_model)
        if provider is None:
            raise EmbeddingModelUnavailable
        return provider


def _weighted(repository: SearchRepository, knowledge_base_id: UUID, query: str) -> WeightedQuery:
    terms = query_terms(query)
    return WeightedQuery(
        terms,
        repository.term_frequencies(knowledge_base_id, list(terms)) if terms else {},
        repository.chunk_count(knowledge_base_id) if terms else 0,
    )


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


def _scope(repository: SearchRepository, knowledge_base_id: UUID | None, collection_id: UUID | None) -> _Scope:
    if collection_id is not None:
        owner = repository.knowledge_base_of(collection_id)
        if owner is None or knowledge_base_id not in (None, owner):
            raise CollectionNotFound
        knowledge_base_id = owner
    if knowledge_base_id is None:
        raise SearchScopeMissing
    knowledge_base = repository.knowledge_base(knowledge_base_id)
    if knowledge_base is None:
        raise KnowledgeBaseNotFound
    return knowledge_base


def _item(passage: Row[Any], query: str, score: float) -> SearchItem:
    return SearchItem(
        document_id=passage.document_id,
        chunk_id=passage.chunk_id,
        title=passage.title,
        collection_id=passage.collection_id,
        collection_name=passage.collection_name,
        snippet=snippet(passage.text, query).text,
        page=passage.page,
        score=round(score, 4),
    )
