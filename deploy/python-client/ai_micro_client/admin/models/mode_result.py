from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.mode_result_misses_item import ModeResultMissesItem


T = TypeVar("T", bound="ModeResult")


@_attrs_define
class ModeResult:
    """The figures of one mode; null where no question is of the kind.

    Attributes:
        answerable (int): Those for which a document is expected.
        misses (list[ModeResultMissesItem]): Questions without an expected document among the first five.
        mrr (float | None): Mean of 1/rank of the first expected document.
        questions (int):
        recall_at_1 (float | None): Share of these whose first document is an expected one.
        recall_at_5 (float | None): The same for one among the first five.
        rejected (float | None): Share of the others for which nothing was found.
    """

    answerable: int
    misses: list[ModeResultMissesItem]
    mrr: float | None
    questions: int
    recall_at_1: float | None
    recall_at_5: float | None
    rejected: float | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        answerable = self.answerable

        misses = []
        for misses_item_data in self.misses:
            misses_item = misses_item_data.to_dict()
            misses.append(misses_item)

        mrr: float | None
        mrr = self.mrr

        questions = self.questions

        recall_at_1: float | None
        recall_at_1 = self.recall_at_1

        recall_at_5: float | None
        recall_at_5 = self.recall_at_5

        rejected: float | None
        rejected = self.rejected

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "answerable": answerable,
                "misses": misses,
                "mrr": mrr,
                "questions": questions,
                "recall_at_1": recall_at_1,
                "recall_at_5": recall_at_5,
                "rejected": rejected,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.mode_result_misses_item import ModeResultMissesItem

        d = dict(src_dict)
        answerable = d.pop("answerable")

        misses = []
        _misses = d.pop("misses")
        for misses_item_data in _misses:
            misses_item = ModeResultMissesItem.from_dict(misses_item_data)

            misses.append(misses_item)

        def _parse_mrr(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        mrr = _parse_mrr(d.pop("mrr"))

        questions = d.pop("questions")

        def _parse_recall_at_1(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        recall_at_1 = _parse_recall_at_1(d.pop("recall_at_1"))

        def _parse_recall_at_5(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        recall_at_5 = _parse_recall_at_5(d.pop("recall_at_5"))

        def _parse_rejected(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        rejected = _parse_rejected(d.pop("rejected"))

        mode_result = cls(
            answerable=answerable,
            misses=misses,
            mrr=mrr,
            questions=questions,
            recall_at_1=recall_at_1,
            recall_at_5=recall_at_5,
            rejected=rejected,
        )

        mode_result.additional_properties = d
        return mode_result

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
