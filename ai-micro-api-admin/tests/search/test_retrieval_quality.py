"""The parts together, as the service puts them together, on a corpus small enough to judge by eye."""

from collections.abc import Callable

import pytest

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.search.ranking.fusion import FusionSettings, fuse
from app.search.ranking.relevance import Evidence, relevance
from app.search.ranking.weighting import PruningSettings, WeightedQuery
from app.system_settings.known import KNOWN, MIN_RELEVANCE
from app.text.terms import document_terms, query_terms
from tests.search.retrieval_corpus import PASSAGES, QUESTIONS, UNANSWERED

PROVIDER = HashEmbeddingProvider()
VECTORS = dict(zip(PASSAGES, PROVIDER.embed_passages(list(PASSAGES.values())), strict=True))
TERMS = {name: set(document_terms(text)) for name, text in PASSAGES.items()}
FREQUENCIES: dict[str, int] = {}
for terms in TERMS.values():
    for term in terms:
        FREQUENCIES[term] = FREQUENCIES.get(term, 0) + 1


def weighted(question: str) -> WeightedQuery:
    return WeightedQuery(query_terms(question), FREQUENCIES, len(PASSAGES))


def similarities(question: str) -> dict[str, float]:
    wanted = PROVIDER.embed_query(question)
    return {name: sum(map(float.__mul__, wanted, vector)) for name, vector in VECTORS.items()}


def by_vector(question: str) -> list[str]:
    similarity = similarities(question)
    return sorted(similarity, key=similarity.__getitem__, reverse=True)


def by_terms(question: str) -> list[str]:
    weights = weighted(question).to_look_up(PruningSettings(min_chunks=5))
    scores = {name: sum(weights[term] for term in weights.keys() & terms) for name, terms in TERMS.items()}
    return sorted((name for name in scores if scores[name] > 0), key=scores.__getitem__, reverse=True)


def scores(question: str) -> dict[str, float]:
    """Return the relevance of every passage, the fused ranking's first place first."""
    settings = FusionSettings()
    weights = settings.weights_for(question)
    fused = fuse(vector=by_vector(question), lexical=by_terms(question), weights=weights, settings=settings)
    query, similarity = weighted(question), similarities(question)
    return {
        result.id: relevance(query, Evidence(TERMS[result.id], similarity[result.id]), PROVIDER.scale, by_words=True)
        for result in fused
    }


def hybrid(question: str) -> list[str]:
    relevances = scores(question)
    found = sorted(relevances, key=relevances.__getitem__, reverse=True)
    return [name for name in found if relevances[name] >= KNOWN[MIN_RELEVANCE].default]


def answered(search: Callable[[str], list[str]], *, within: int) -> float:
    """Return the share of questions whose passage is among the first results."""
    hits = [answer in search(question)[:within] for question, answer in QUESTIONS.items()]
    return sum(hits) / len(hits)


def test_hybrid_search_finds_every_passage_among_the_first_three() -> None:
    assert answered(hybrid, within=3) == 1.0


def test_hybrid_search_puts_nearly_every_passage_first() -> None:
    # Measured when this was written: 30 of 30.
    assert answered(hybrid, within=1) >= 0.96


@pytest.mark.parametrize("search", [by_vector, by_terms])
def test_each_ranking_alone_already_finds_most_passages(search: Callable[[str], list[str]]) -> None:
    assert answered(search, within=3) >= 0.9


@pytest.mark.parametrize("question", UNANSWERED)
def test_a_question_without_an_answer_finds_nothing(question: str) -> None:
    assert hybrid(question) == []


def test_every_passage_that_answers_fits_better_than_any_that_does_not() -> None:
    """One threshold for every query parts them: that is what makes a score mean something."""
    worst_answer = min(scores(question)[answer] for question, answer in QUESTIONS.items())
    best_noise = max(max(scores(question).values(), default=0.0) for question in UNANSWERED)
    assert worst_answer > best_noise


def test_every_question_has_a_passage() -> None:
    assert set(QUESTIONS.values()) <= set(PASSAGES)
