"""How well a passage fits a query: a number from 0 to 1 that means the same for every query and knowledge base.

Two kinds of evidence count: how much of what the query says the passage has in words, and how similar their vectors
are, on the scale of the model that made them. Either is enough, both together are more. 0 is what a passage about
something else has; what is below a threshold (a setting) is not shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.embeddings.provider import SimilarityScale
from app.search.ranking.weighting import WeightedQuery
from app.text.terms import CONTENT_WEIGHT

_LEAST_WEIGHT = 0.5
"""A query is worth at least this share of a term that occurs nowhere: all of a query that is only grammar, found, is
not all of what was looked for."""

_GRAMMAR_ALONE = 0.4
"""What the words of a passage count when none of those it shares with the query has a meaning of its own."""

_SHARED_WORDS = 0.15
"""From this relevance by words on, the similarity of vectors that know words alone is no accident: texts without a
common word are similar by chance."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a passage.

    Attributes:
        terms: those of the query that it has.
        similarity: the cosine of its vector and the query's, or None without one.
    """

    terms: Iterable[str]
    similarity: float | None


def relevance(query: WeightedQuery, evidence: Evidence, scale: SimilarityScale | None, *, by_words: bool) -> float:
    """Return how well a passage fits a query, from 0 to 1.

    Args:
        query: its terms.
        evidence: what speaks for the passage.
        scale: of the model that made the vectors, or None where they are not compared.
        by_words: False where only the vectors are to be compared.
    """
    words = _by_words(query, query.weights, evidence.terms)
    if scale is None or evidence.similarity is None:
        return words
    similar = min(1.0, max(0.0, (evidence.similarity - scale.unrelated) / (scale.matching - scale.unrelated)))
    if not by_words:
        return similar * min(1.0, words / _SHARED_WORDS) if scale.knows_words_only else similar
    if scale.knows_words_only:
        # They say again what the words say: the more of the query is there at all, the more they count.
        similar *= words
    return 1.0 - (1.0 - words) * (1.0 - similar)


def _by_words(query: WeightedQuery, weights: Mapping[str, float], terms: Iterable[str]) -> float:
    shared = [term for term in terms if term in weights]
    least = _LEAST_WEIGHT * query.inverse_document_frequency(0)
    share = sum(weights[term] for term in shared) / max(sum(weights.values()), least)
    has_content = any(query.terms[term] >= CONTENT_WEIGHT for term in shared)
    return share if has_content else _GRAMMAR_ALONE * share
