"""Weights of query terms by how rare they are among the chunks searched."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_UNSEEN_CHUNKS = 100
"""Counted in addition, as having none of the terms: in a knowledge base of four chunks, a term of all four still says
something, as it would among the documents that are not there yet."""


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


@dataclass(frozen=True, slots=True)
class WeightedQuery:
    """The terms of a query and what each is worth.

    Args:
        terms: The query's terms and their own weights (`app.text.terms.query_terms`).
        document_frequencies: In how many chunks each term occurs; a term that is missing occurs in none.
        chunk_count: How many chunks are searched.
    """

    terms: Mapping[str, float]
    document_frequencies: Mapping[str, int]
    chunk_count: int

    @property
    def weights(self) -> dict[str, float]:
        """Every term with its weight, in the order of the query: its own, times its inverse document frequency."""
        return {
            term: own * self.inverse_document_frequency(self.document_frequencies.get(term, 0))
            for term, own in self.terms.items()
        }

    def to_look_up(self, pruning: PruningSettings) -> dict[str, float]:
        """Return the terms that are worth looking up, each with its weight: not those that occur nowhere or everywhere.

        Args:
            pruning: What counts as too common.
        """
        found = {term: count for term in self.terms if (count := self.document_frequencies.get(term, 0)) > 0}
        limit = max(pruning.max_share * self.chunk_count, pruning.min_chunks)
        kept = {term for term, count in found.items() if count <= limit}
        if not kept:
            rarest = sorted(found, key=found.__getitem__)[: pruning.min_terms]
            kept = {term for term in rarest if not self.is_in_most_chunks(found[term])} or set(rarest[:1])
        return {term: weight for term, weight in self.weights.items() if term in kept}

    def separates(self, terms: Iterable[str]) -> bool:
        """Return True if at most half of the chunks have any of some terms, so that looking for them saves work."""
        return not self.is_in_most_chunks(sum(self.document_frequencies.get(term, 0) for term in terms))

    def is_in_most_chunks(self, count: int) -> bool:
        """Return True if so many chunks are more than half of all: what they have in common separates nothing."""
        return 2 * count > self.chunk_count

    def inverse_document_frequency(self, frequency: int) -> float:
        """Return that of BM25, which is never negative (Robertson and Zaragoza 2009).

        ln(1 + (N - n + 0.5) / (n + 0.5)).
        """
        # Counts are kept up to date beside the chunks and may lag: a frequency above the count must not break a search.
        absent = max(self.chunk_count - frequency, 0) + _UNSEEN_CHUNKS
        return math.log1p((absent + 0.5) / (frequency + 0.5))
