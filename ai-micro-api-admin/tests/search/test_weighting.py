import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.weighting import PruningSettings, weigh_terms

PRUNING = PruningSettings(max_share=0.05, min_chunks=50, min_terms=2)


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    weights = weigh_terms({"a": 1.0, "b": 1.0}, {"a": 2, "b": 40}, chunk_count=1000, pruning=PRUNING)
    assert weights["a"] > weights["b"] > 0


def test_a_term_in_more_than_the_share_of_chunks_is_left_out() -> None:
    weights = weigh_terms({"a": 1.0, "b": 1.0}, {"a": 500, "b": 501}, chunk_count=10_000, pruning=PRUNING)
    assert weights.keys() == {"a"}


def test_a_small_collection_is_searched_for_every_term() -> None:
    assert weigh_terms({"a": 1.0}, {"a": 20}, chunk_count=20, pruning=PRUNING)["a"] > 0


def test_a_query_of_common_terms_alone_keeps_the_rarest() -> None:
    frequencies = {"a": 900, "b": 700, "c": 800}
    weights = weigh_terms(dict.fromkeys("abc", 1.0), frequencies, chunk_count=1000, pruning=PRUNING)
    assert list(weights) == ["b", "c"]


def test_terms_that_no_chunk_has_are_left_out() -> None:
    assert weigh_terms({"a": 1.0, "b": 1.0}, {"b": 0}, chunk_count=10, pruning=PRUNING) == {}


def test_the_weight_of_the_query_is_kept() -> None:
    weights = weigh_terms({"a": 1.0, "b": 0.2}, {"a": 3, "b": 3}, chunk_count=100, pruning=PRUNING)
    assert weights["b"] == pytest.approx(0.2 * weights["a"])


@given(
    st.dictionaries(st.text(max_size=2), st.integers(min_value=0, max_value=10_000)),
    st.integers(min_value=0, max_value=5_000),
)
def test_frequencies_that_lag_behind_never_give_a_negative_weight(frequencies: dict[str, int], count: int) -> None:
    terms = dict.fromkeys(frequencies, 1.0)
    assert all(weight > 0 for weight in weigh_terms(terms, frequencies, chunk_count=count, pruning=PRUNING).values())


@pytest.mark.parametrize("bad", [{"max_share": 0.0}, {"max_share": 1.1}, {"min_chunks": -1}, {"min_terms": 0}])
def test_settings_without_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        PruningSettings(**bad)  # type: ignore[arg-type] # the point of the test
