"""Weights of query terms by how rare they are among the chunks searched."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PruningSettings:
    """Which terms of a query are too common to be looked up.

    Args:
        max_share: A term in a larger share of the chunks is left out: its posting list is long and it separates little.
        min_chunks: A term in at most this many chunks is always kept, however few chunks there are in all.
        min_terms: The rarest terms that stay when all of them are common.
    """

    max_share: float = 0.05
    min_chunks: int = 50
    min_terms: int = 3

    def __post_init__(self) -> None:
        if not 0.0 < self.max_share <= 1.0:
            raise ValueError("max_share must be above 0 and at most 1")
        if self.min_chunks < 0 or self.min_terms < 1:
            raise ValueError("min_chunks must not be negative and min_terms must be at least 1")


def weigh_terms(
    terms: Mapping[str, float],
    document_frequencies: Mapping[str, int],
    *,
    chunk_count: int,
    pruning: PruningSettings,
) -> dict[str, float]:
    """Return the terms worth looking up, each with its weight; the score of a chunk is the sum over those it has.

    Args:
        terms: The query's terms and their own weights (`app.text.terms.query_terms`).
        document_frequencies: In how many chunks each term occurs; a term that is missing or 0 occurs in none and is
            left out, since it can find nothing.
        chunk_count: How many chunks are searched.
        pruning: What counts as too common.

    Returns:
        Terms in the order of the query. The weight is the query's own, times the inverse document frequency of BM25,
        ln(1 + (N - n + 0.5) / (n + 0.5)) (Robertson and Zaragoza 2009), which is never negative.
    """
    found = {term: frequency for term in terms if (frequency := document_frequencies.get(term, 0)) > 0}
    limit = max(pruning.max_share * chunk_count, pruning.min_chunks)
    kept = {term for term, frequency in found.items() if frequency <= limit}
    if not kept:
        kept = set(sorted(found, key=found.__getitem__)[: pruning.min_terms])
    return {
        term: terms[term] * _inverse_document_frequency(frequency, chunk_count)
        for term, frequency in found.items()
        if term in kept
    }


def _inverse_document_frequency(frequency: int, chunk_count: int) -> float:
    # Counts are kept up to date beside the chunks and may lag: a frequency above the count must not break a search.
    absent = max(chunk_count - frequency, 0)
    return math.log1p((absent + 0.5) / (frequency + 0.5))
