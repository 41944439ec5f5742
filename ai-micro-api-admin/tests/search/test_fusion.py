import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.ranking.fusion import FusionSettings, RankingWeights, Script, fuse, script_of

SETTINGS = FusionSettings()
EVEN = RankingWeights(vector=1.0, lexical=1.0)
RANKING = st.lists(st.integers(0, 20), max_size=15)


def ids(vector: list[str], lexical: list[str], weights: RankingWeights = EVEN) -> list[str]:
    return [result.id for result in fuse(vector=vector, lexical=lexical, weights=weights, settings=SETTINGS)]


@pytest.mark.parametrize(
    ("query", "script"),
    [
        ("データベースの復元", Script.JAPANESE),
        ("PostgreSQL の復元", Script.JAPANESE),
        ("What does 納期 mean?", Script.JAPANESE),
        ("ｶﾀｶﾅ", Script.JAPANESE),
        ("restore a database", Script.LATIN),
        ("ＦＵＬＬ　ＷＩＤＴＨ", Script.LATIN),
        ("Восстановление", Script.LATIN),
        ("", Script.LATIN),
        ("413", Script.LATIN),
    ],
)
def test_one_japanese_character_makes_a_query_japanese(query: str, script: Script) -> None:
    assert script_of(query) is script


def test_the_script_of_a_query_chooses_the_weights() -> None:
    assert SETTINGS.weights_for("復元") == RankingWeights(vector=0.4, lexical=1.0)
    assert SETTINGS.weights_for("restore") == RankingWeights(vector=1.0, lexical=0.2)


def test_a_result_of_both_rankings_beats_one_of_either() -> None:
    assert ids(["a", "both"], ["b", "both"])[0] == "both"


def test_the_heavier_ranking_decides_between_two_first_places() -> None:
    assert ids(["v"], ["l"], RankingWeights(vector=0.4, lexical=1.0)) == ["l", "v"]
    assert ids(["v"], ["l"], RankingWeights(vector=1.0, lexical=0.2)) == ["v", "l"]


def test_first_in_every_ranking_scores_one() -> None:
    (result,) = fuse(vector=["a"], lexical=["a"], weights=EVEN, settings=SETTINGS)
    assert (result.score, result.vector_rank, result.lexical_rank) == (1.0, 1, 1)


def test_a_ranking_without_weight_contributes_no_result() -> None:
    assert ids(["a"], ["b"], RankingWeights(vector=1.0, lexical=0.0)) == ["a"]


def test_the_first_place_of_an_id_counts() -> None:
    assert ids(["a", "b", "a"], []) == ["a", "b"]


def test_equal_scores_keep_the_order_of_appearance() -> None:
    assert ids(["x", "y"], ["y", "x"]) == ["x", "y"]


def test_the_rank_formula_is_that_of_reciprocal_rank_fusion() -> None:
    second = fuse(vector=["a", "b"], lexical=["b"], weights=EVEN, settings=FusionSettings(k=10))
    by_id = {result.id: result.score for result in second}
    assert by_id["b"] / by_id["a"] == pytest.approx((1 / 12 + 1 / 11) / (1 / 11))


@given(RANKING, RANKING)
def test_every_id_appears_once_best_first_with_a_score_up_to_one(vector: list[int], lexical: list[int]) -> None:
    results = fuse(vector=vector, lexical=lexical, weights=EVEN, settings=SETTINGS)
    assert sorted(result.id for result in results) == sorted(set(vector) | set(lexical))
    scores = [result.score for result in results]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)


@pytest.mark.parametrize(("vector", "lexical"), [(0.0, 0.0), (-1.0, 2.0)])
def test_weights_without_sense_are_refused(vector: float, lexical: float) -> None:
    with pytest.raises(ValueError, match="ranking weights"):
        RankingWeights(vector=vector, lexical=lexical)


def test_a_negative_k_is_refused() -> None:
    with pytest.raises(ValueError, match="k must"):
        FusionSettings(k=-1)
