"""Searches: two rankings, by vectors and by terms, fused into one."""

from collections.abc import Sequence
from typing import Any, TypeAlias
from uuid import UUID

from sqlalchemy import Row

from app.contents.problems import CollectionNotFound, KnowledgeBaseNotFound
from app.embeddings.providers import EmbeddingProviders
from app.search.fusion import FusedResult, FusionSettings, RankingWeights, fuse
from app.search.problems import EmbeddingModelUnavailable, SearchScopeMissing
from app.search.repository import SearchRepository
from app.search.schemas import Mode, SearchItem
from app.search.snippet import snippet
from app.search.tuning import tuning
from app.search.weighting import PruningSettings, weigh_terms
from app.system_settings.repository import current_values
from app.text.terms import query_terms
from service_kit.database.sessions import Database
from service_kit.tokens.verification import Subject

# Each ranking is cut there before the two are fused: further down, a place changes no result of the first page.
_MIN_CANDIDATES = 100
_CANDIDATES_A_RESULT = 2

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
        """Return the best passages for a query, best first.

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
            settings = tuning(current_values(connection))
            candidates = max(_MIN_CANDIDATES, _CANDIDATES_A_RESULT * limit)
            by_vector: Sequence[str] = ()
            by_terms: Sequence[str] = ()
            if mode is not Mode.TEXT:
                by_vector = self._by_vector(repository, knowledge_base, collection_id, query, candidates)
            if mode is not Mode.VECTOR:
                weights = _weights(repository, knowledge_base.id, query, settings.pruning)
                by_terms = repository.by_terms(
                    knowledge_base.langchain_collection_id, collection_id, weights, candidates
                )
            ranking = _fuse(mode, query, by_vector, by_terms, settings.fusion)
            passages = repository.passages([result.id for result in ranking[:limit]])
        return [_item(passages[result.id], query, result.score) for result in ranking[:limit] if result.id in passages]

    def _by_vector(
        self, repository: SearchRepository, knowledge_base: _Scope, collection_id: UUID | None, query: str, limit: int
    ) -> Sequence[str]:
        provider = self._providers.find(knowledge_base.embedding_provider, knowledge_base.embedding_model)
        if provider is None:
            raise EmbeddingModelUnavailable
        vector = provider.embed_query(query)
        return repository.by_vector(knowledge_base.langchain_collection_id, collection_id, vector, limit)


def _weights(
    repository: SearchRepository, knowledge_base_id: UUID, query: str, pruning: PruningSettings
) -> dict[str, float]:
    terms = query_terms(query)
    return weigh_terms(
        terms,
        repository.term_frequencies(knowledge_base_id, list(terms)),
        chunk_count=repository.chunk_count(knowledge_base_id),
        pruning=pruning,
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
