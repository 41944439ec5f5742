from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.feedback_rating_type_0 import FeedbackRatingType0
from ..types import UNSET, Unset

T = TypeVar("T", bound="Feedback")


@_attrs_define
class Feedback:
    """What the caller thinks of an answer; null removes it.

    Attributes:
        rating (FeedbackRatingType0 | None):
        comment (None | str | Unset):
    """

    rating: FeedbackRatingType0 | None
    comment: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        rating: None | str
        if isinstance(self.rating, FeedbackRatingType0):
            rating = self.rating.value
        else:
            rating = self.rating

        comment: None | str | Unset
        if isinstance(self.comment, Unset):
            comment = UNSET
        else:
            comment = self.comment

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "rating": rating,
            }
        )
        if comment is not UNSET:
            field_dict["comment"] = comment

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_rating(data: object) -> FeedbackRatingType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rating_type_0 = FeedbackRatingType0(data)

                return rating_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(FeedbackRatingType0 | None, data)

        rating = _parse_rating(d.pop("rating"))

        def _parse_comment(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        comment = _parse_comment(d.pop("comment", UNSET))

        feedback = cls(
            rating=rating,
            comment=comment,
        )

        return feedback
