"""The passages of knowledge bases of one model that fit a question, each with its relevance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.embeddings.provider import SimilarityScale
from app.search.ranking.fusion import FusedResult, FusionSettings, RankingWeights, fuse
from app.search.ranking.relevance import Evidence, relevance
from app.search.ranking.tuning import Tuning
from app.search.ranking.weighting import WeightedQuery
from app.search.repository import Scope, SearchRepository
from app.search.schemas import Mode

# Each ranking is cut there before the two are fused: further down, a place changes no result of the first page.
_MIN_CANDIDATES = 100
_CANDIDATES_A_RESULT = 2
# So many more than are wanted are judged by their relevance, which may put them into another order.
_CANDIDATES_MORE = 40


@dataclass(frozen=True, slots=True)
class QueryVector:
    """The vector of a question.

    Attributes:
        numbers: of it.
        scale: what its cosine with that of a passage means.
    """

    numbers: Sequence[float]
    scale: SimilarityScale


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for.

    Attributes:
        query: as it was typed.
        terms: of it, with their own weights.
        vector: of it, or None where vectors are not compared.
        mode: what is compared.
    """

    query: str
    terms: dict[str, float]
    vector: QueryVector | None
    mode: Mode


@dataclass(frozen=True, slots=True)
class RankedPassage:
    """A passage that may be shown.

    Attributes:
        score: how well it fits the question, from 0 to 1.
        row: what `SearchRepository.passages` says of it.
    """

    score: float
    row: Row[Any]


def ranked_passages(
    repository: SearchRepository, scope: Scope, question: Question, settings: Tuning, limit: int
) -> list[RankedPassage]:
    """Return passages in the order of the two rankings together, each with its relevance.

    Args:
        repository: finds them.
        scope: knowledge bases of the model that made the question's vector.
        question: what is looked for.
        settings: how it is ranked.
        limit: how many are wanted; there are some more, because relevance orders them otherwise.
    """
    asked = WeightedQuery(
        question.terms, repository.term_frequencies(scope, list(question.terms)), repository.chunk_count(scope)
    )
    candidates = max(_MIN_CANDIDATES, _CANDIDATES_A_RESULT * limit)
    vector, mode = question.vector, question.mode
    numbers, scale = (None, None) if vector is None else (vector.numbers, vector.scale)
    terms = asked.to_look_up(settings.pruning)
    # Where vectors know words alone, one without a common word is similar by chance, and has no relevance.
    having = terms if scale is not None and scale.knows_words_only and asked.separates(terms) else None
    by_vector = () if numbers is None else repository.by_vector(scope, numbers, candidates, having=having)
    by_terms = () if mode is Mode.VECTOR else repository.by_terms(scope, terms, candidates)
    ranking = _fuse(mode, question.query, by_vector, by_terms, settings.fusion)[: limit + _CANDIDATES_MORE]
    rows = repository.passages([result.id for result in ranking], list(asked.terms), numbers)
    return [
        RankedPassage(
            relevance(asked, Evidence(row.terms, row.similarity), scale, by_words=mode is not Mode.VECTOR), row
        )
        for result in ranking
        if (row := rows.get(result.id)) is not None
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
