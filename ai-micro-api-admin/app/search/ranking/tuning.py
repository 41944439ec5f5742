"""The settings of a search, from the values that administrators can change."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.search.ranking.fusion import FusionSettings, RankingWeights
from app.search.ranking.weighting import PruningSettings
from app.system_settings import known
from app.system_settings.known import Number


@dataclass(frozen=True, slots=True)
class Tuning:
    """How one search ranks.

    Attributes:
        fusion: how the two rankings become one.
        pruning: which terms of the query are too common to be looked up.
        min_relevance: what fits the query less is no result, from 0 to 1.
    """

    fusion: FusionSettings
    pruning: PruningSettings
    min_relevance: float


def tuning(values: Mapping[str, Number]) -> Tuning:
    """Return the tuning that the settings' values say."""
    return Tuning(
        FusionSettings(
            k=int(values[known.FUSION_K]),
            japanese=RankingWeights(
                vector=values[known.JAPANESE_VECTOR_WEIGHT], lexical=values[known.JAPANESE_LEXICAL_WEIGHT]
            ),
            latin=RankingWeights(vector=values[known.LATIN_VECTOR_WEIGHT], lexical=values[known.LATIN_LEXICAL_WEIGHT]),
        ),
        PruningSettings(max_share=values[known.COMMON_TERM_SHARE]),
        float(values[known.MIN_RELEVANCE]),
    )
