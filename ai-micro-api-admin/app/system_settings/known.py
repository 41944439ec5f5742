"""The settings there are: type, bounds, default, and what each is for. A stored value counts only while it fits."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

Number = int | float

_Count = TypeAdapter[Number](Annotated[int, Field(strict=True, ge=0, le=1000)])
_Weight = TypeAdapter[Number](Annotated[float, Field(strict=True, ge=0.01, le=100, allow_inf_nan=False)])
_Relevance = TypeAdapter[Number](Annotated[float, Field(strict=True, ge=0, le=1, allow_inf_nan=False)])
_Share = TypeAdapter[Number](Annotated[float, Field(strict=True, ge=0.001, le=1, allow_inf_nan=False)])


@dataclass(frozen=True, slots=True)
class KnownSetting:
    """A setting that administrators can change.

    Attributes:
        key: its name.
        default: its value until another one is set.
        description: what it does, with its bounds.
        values: what is accepted.
    """

    key: str
    default: Number
    description: str
    values: TypeAdapter[Number]

    def accepts(self, value: object) -> bool:
        """Return True if a value has the right type and lies within the bounds."""
        try:
            self.values.validate_python(value)
        except ValidationError:
            return False
        return True


FUSION_K = "search.fusion.k"
JAPANESE_VECTOR_WEIGHT = "search.japanese.vector_weight"
JAPANESE_LEXICAL_WEIGHT = "search.japanese.lexical_weight"
LATIN_VECTOR_WEIGHT = "search.latin.vector_weight"
LATIN_LEXICAL_WEIGHT = "search.latin.lexical_weight"
COMMON_TERM_SHARE = "search.common_term_share"
MIN_RELEVANCE = "search.min_relevance"

KNOWN = {
    setting.key: setting
    for setting in (
        KnownSetting(
            FUSION_K,
            10,
            "Rank fusion, which chooses candidates: the smaller, the more first places count. 0 to 1000.",
            _Count,
        ),
        KnownSetting(
            JAPANESE_VECTOR_WEIGHT, 0.4, "Weight of the vector ranking in that, Japanese queries. 0.01 to 100.", _Weight
        ),
        KnownSetting(
            JAPANESE_LEXICAL_WEIGHT,
            1.0,
            "Weight of the lexical ranking in that, Japanese queries. 0.01 to 100.",
            _Weight,
        ),
        KnownSetting(
            LATIN_VECTOR_WEIGHT, 1.0, "Weight of the vector ranking in that, other queries. 0.01 to 100.", _Weight
        ),
        KnownSetting(
            LATIN_LEXICAL_WEIGHT, 0.2, "Weight of the lexical ranking in that, other queries. 0.01 to 100.", _Weight
        ),
        KnownSetting(
            COMMON_TERM_SHARE,
            0.05,
            "A term in a larger share of a knowledge base's chunks is not looked up. 0.001 to 1.",
            _Share,
        ),
        KnownSetting(
            MIN_RELEVANCE, 0.2, "A passage that fits the query less is not found. 0 (every passage) to 1.", _Relevance
        ),
    )
}


def effective(stored: Mapping[str, Any]) -> dict[str, Number]:
    """Return the value of every setting: the stored one where it is acceptable, else the default."""
    return {
        key: stored[key] if key in stored and setting.accepts(stored[key]) else setting.default
        for key, setting in KNOWN.items()
    }
