import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.ranking.weighting import PruningSettings, WeightedQuery

PRUNING = PruningSettings(max_share=0.05, min_chunks=50, min_terms=2)


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    weights = WeightedQuery({"a": 1.0, "b": 1.0}, {"a": 2, "b": 40}, 1000).weights
    assert weights["a"] > weights["b"] > 0


def test_a_term_of_no_chunk_weighs_most() -> None:
    weights = WeightedQuery({"a": 1.0, "b": 1.0}, {"b": 1}, 1000).weights
    assert weights["a"] > weights["b"]


def test_a_term_in_more_than_the_share_of_chunks_is_not_looked_up() -> None:
    query = WeightedQuery({"a": 1.0, "b": 1.0}, {"a": 500, "b": 501}, 10_000)
    assert query.to_look_up(PRUNING).keys() == {"a"}


def test_a_small_collection_is_searched_for_every_term() -> None:
    assert WeightedQuery({"a": 1.0}, {"a": 20}, 20).to_look_up(PRUNING)["a"] > 0


def test_a_term_of_every_chunk_of_a_small_collection_still_weighs_something() -> None:
    query = WeightedQuery({"a": 1.0, "b": 1.0}, {"a": 4, "b": 0}, 4)
    assert query.weights["a"] > 0.5 * query.weights["b"]


def test_of_common_terms_alone_the_rarest_are_looked_up() -> None:
    frequencies = {"a": 450, "b": 300, "c": 400}
    assert list(WeightedQuery(dict.fromkeys("abc", 1.0), frequencies, 1000).to_look_up(PRUNING)) == ["b", "c"]


def test_of_terms_that_most_chunks_have_one_is_looked_up() -> None:
    frequencies = {"a": 900, "b": 700, "c": 800}
    assert list(WeightedQuery(dict.fromkeys("abc", 1.0), frequencies, 1000).to_look_up(PRUNING)) == ["b"]


def test_terms_that_most_chunks_have_separate_nothing() -> None:
    query = WeightedQuery(dict.fromkeys("ab", 1.0), {"a": 300, "b": 300}, 1000)
    assert query.separates(["a"])
    assert not query.separates(["a", "b"])


def test_terms_that_no_chunk_has_are_not_looked_up() -> None:
    assert WeightedQuery({"a": 1.0, "b": 1.0}, {"b": 0}, 10).to_look_up(PRUNING) == {}


def test_the_weight_of_the_query_is_kept() -> None:
    weights = WeightedQuery({"a": 1.0, "b": 0.2}, {"a": 3, "b": 3}, 100).weights
    assert weights["b"] == pytest.approx(0.2 * weights["a"])


@given(
    st.dictionaries(st.text(max_size=2), st.integers(min_value=0, max_value=10_000)),
    st.integers(min_value=0, max_value=5_000),
)
def test_frequencies_that_lag_behind_never_give_a_negative_weight(frequencies: dict[str, int], count: int) -> None:
    query = WeightedQuery(dict.fromkeys(frequencies, 1.0), frequencies, count)
    assert all(weight > 0 for weight in query.weights.values())


@pytest.mark.parametrize("bad", [{"max_share": 0.0}, {"max_share": 1.1}, {"min_chunks": -1}, {"min_terms": 0}])
def test_settings_without_sense_are_refused(bad: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must"):
        PruningSettings(**bad)  # type: ignore[arg-type] # the point of the test
