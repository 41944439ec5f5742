import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.embeddings.provider import SimilarityScale
from app.search.ranking.relevance import Evidence, relevance
from app.search.ranking.weighting import WeightedQuery

WORDS_ONLY = SimilarityScale(unrelated=0.1, matching=0.5, knows_words_only=True)
MEANING = SimilarityScale(unrelated=0.8, matching=0.9, knows_words_only=False)
QUERY = WeightedQuery({"leave": 1.0, "days": 1.0, "of": 0.1}, {"leave": 3, "days": 30, "of": 900}, 1000)

SCALES = st.sampled_from([None, WORDS_ONLY, MEANING])
EVIDENCE = st.builds(
    Evidence, st.sets(st.sampled_from(["leave", "days", "of", "other"])), st.none() | st.floats(-1.0, 1.0)
)


@given(EVIDENCE, SCALES, st.booleans())
def test_a_relevance_is_from_0_to_1(evidence: Evidence, scale: SimilarityScale | None, by_words: bool) -> None:
    assert 0.0 <= relevance(QUERY, evidence, scale, by_words=by_words) <= 1.0 + 1e-9


@given(EVIDENCE, SCALES, st.sampled_from(["leave", "days", "of"]))
def test_one_more_word_of_the_query_never_makes_a_passage_fit_less(
    evidence: Evidence, scale: SimilarityScale | None, word: str
) -> None:
    more = Evidence({*evidence.terms, word}, evidence.similarity)
    assert relevance(QUERY, more, scale, by_words=True) >= relevance(QUERY, evidence, scale, by_words=True) - 1e-9


def test_all_words_are_all_that_was_asked_for() -> None:
    assert relevance(QUERY, Evidence({"leave", "days", "of"}, None), None, by_words=True) == pytest.approx(1.0)


def test_words_without_a_meaning_of_their_own_are_next_to_nothing() -> None:
    assert relevance(QUERY, Evidence({"of"}, None), None, by_words=True) < 0.01


def test_a_query_of_such_words_is_not_found_by_them() -> None:
    query = WeightedQuery({"the": 0.1}, {"the": 900}, 1000)
    assert relevance(query, Evidence({"the"}, None), None, by_words=True) < 0.05


def test_a_passage_of_the_same_meaning_fits_without_a_common_word() -> None:
    assert relevance(QUERY, Evidence((), 0.89), MEANING, by_words=True) > 0.8


def test_vectors_that_know_words_only_say_nothing_where_no_word_is_shared() -> None:
    for by_words in (True, False):
        assert relevance(QUERY, Evidence((), 0.4), WORDS_ONLY, by_words=by_words) == 0.0
