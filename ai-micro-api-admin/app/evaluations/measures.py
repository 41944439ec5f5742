"""Recall and mean reciprocal rank over a set of questions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.text.normalization import normalize

_WITHIN = 5
_SHOWN_MISSES = 50


@dataclass(frozen=True, slots=True)
class Found:
    """A document that a search found.

    Attributes:
        names: by which it can be expected: id, title and file name, comparable.
        title: for people.
    """

    names: frozenset[str]
    title: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question.

    Attributes:
        question: the question.
        expected: names of the documents that should be found.
        found: the documents, best first, each once.
    """

    question: str
    expected: Sequence[str]
    found: Sequence[Found]

    @property
    def rank(self) -> int | None:
        """The place of the first expected document, from 1; None where it was not found."""
        wanted = set(map(comparable, self.expected))
        return next((place for place, one in enumerate(self.found, start=1) if wanted & one.names), None)


def comparable(name: str) -> str:
    """Return a name in the form in which names are compared."""
    return normalize(name).strip()


def measured(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Return the figures of a run in one mode (`app.evaluations.schemas.ModeResult` says what they are)."""
    answerable = [outcome for outcome in outcomes if outcome.expected]
    ranks = [outcome.rank for outcome in answerable]
    missed = [
        {
            "question": outcome.question,
            "expected": list(outcome.expected),
            "found": [one.title for one in outcome.found[:_WITHIN]],
        }
        for outcome, rank in zip(answerable, ranks, strict=True)
        if rank is None or rank > _WITHIN
    ]
    return {
        "questions": len(outcomes),
        "answerable": len(answerable),
        "recall_at_1": _mean([float(rank == 1) for rank in ranks]),
        "recall_at_5": _mean([float(rank is not None and rank <= _WITHIN) for rank in ranks]),
        "mrr": _mean([0.0 if rank is None else 1 / rank for rank in ranks]),
        "rejected": _mean([float(not outcome.found) for outcome in outcomes if not outcome.expected]),
        "misses": missed[:_SHOWN_MISSES],
    }


def _mean(values: Sequence[float]) -> float | None:
    return round(sum(values) / len(values), 4) if values else None
