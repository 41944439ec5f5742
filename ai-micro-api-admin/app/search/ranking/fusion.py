"""One ranking from two: reciprocal rank fusion of vector and lexical search, weighted by the script of the query.

Cormack, Clarke and Büttcher 2009, "Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods",
with a weight for each ranking. Ranks fuse where scores cannot: a cosine and a sum of term weights have no common unit.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeVar

from app.text.normalization import normalize
from app.text.runs import CJK_RUN

Id = TypeVar("Id", bound=Hashable)


class Script(StrEnum):
    """How the words of a query are classified."""

    JAPANESE = "japanese"
    """Has kanji or kana (or Chinese, or Korean): found by bigrams."""

    LATIN = "latin"
    """Has words with spaces between them, in whatever alphabet, or no letters at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingWeights:
    """How much each ranking counts. At least one is above 0, none below."""

    vector: float
    lexical: float

    def __post_init__(self) -> None:
        if min(self.vector, self.lexical) < 0 or self.vector + self.lexical <= 0:
            raise ValueError("ranking weights must not be negative, and one of them must be above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionSettings:
    """How rankings are fused.

    Args:
        k: Added to every rank; the smaller, the more the first places count.
        japanese: Weights for a query in Japanese.
        latin: Weights for any other query.
    """

    k: int = 10
    japanese: RankingWeights = field(default_factory=lambda: RankingWeights(vector=0.4, lexical=1.0))
    latin: RankingWeights = field(default_factory=lambda: RankingWeights(vector=1.0, lexical=0.2))

    def __post_init__(self) -> None:
        if self.k < 0:
            raise ValueError("k must not be negative")

    def weights_for(self, query: str) -> RankingWeights:
        """Return the weights for the script of a query."""
        return self.japanese if script_of(query) is Script.JAPANESE else self.latin


@dataclass(frozen=True, slots=True)
class FusedResult(Generic[Id]):
    """One result of the fused ranking.

    `score` is above 0 and at most 1: 1 for a result that is first in every ranking that counts. Ranks begin at 1;
    None where a ranking does not have the result.
    """

    id: Id
    score: float
    vector_rank: int | None
    lexical_rank: int | None


def script_of(text: str) -> Script:
    """Return the script by which a query is searched.

    One Japanese character decides: in "PostgreSQL の復元" and "What does 納期 mean?" it is the Japanese part that
    lexical search finds best.
    """
    return Script.JAPANESE if CJK_RUN.search(normalize(text)) else Script.LATIN


def fuse(
    *, vector: Sequence[Id], lexical: Sequence[Id], weights: RankingWeights, settings: FusionSettings
) -> list[FusedResult[Id]]:
    """Fuse two rankings, each best first, into one.

    Args:
        vector: Ids by similarity of their vectors; of an id that occurs twice, the first place counts.
        lexical: Ids by lexical score.
        weights: How much each ranking counts; a ranking of weight 0 contributes no result of its own.
        settings: Where `k` comes from.

    Returns:
        Every id of a ranking that counts, best first; equal scores by the better single rank, then in the order of
        first appearance, vector ranking first.
    """
    vector_ranks = _ranks(vector) if weights.vector else {}
    lexical_ranks = _ranks(lexical) if weights.lexical else {}
    best_possible = (weights.vector + weights.lexical) / (settings.k + 1)

    def result(identity: Id) -> FusedResult[Id]:
        vector_rank, lexical_rank = vector_ranks.get(identity), lexical_ranks.get(identity)
        score = 0.0
        if vector_rank is not None:
            score += weights.vector / (settings.k + vector_rank)
        if lexical_rank is not None:
            score += weights.lexical / (settings.k + lexical_rank)
        return FusedResult(identity, min(score / best_possible, 1.0), vector_rank, lexical_rank)

    def best_rank(item: FusedResult[Id]) -> int:
        return min(rank for rank in (item.vector_rank, item.lexical_rank) if rank is not None)

    results = [result(identity) for identity in {**vector_ranks, **lexical_ranks}]
    return sorted(results, key=lambda item: (-item.score, best_rank(item)))


def _ranks(ranking: Sequence[Id]) -> dict[Id, int]:
    ranks: dict[Id, int] = {}
    for place, identity in enumerate(ranking, start=1):
        ranks.setdefault(identity, place)
    return ranks
