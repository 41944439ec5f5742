from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EvaluationQuestionOut")


@_attrs_define
class EvaluationQuestionOut:
    """A question of a set.

    Attributes:
        expected (list[str]): Ids, titles or file names of documents; none: nothing should be found.
        number (int):
        question (str):
    """

    expected: list[str]
    number: int
    question: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        expected = self.expected

        number = self.number

        question = self.question

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "expected": expected,
                "number": number,
                "question": question,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        expected = cast(list[str], d.pop("expected"))

        number = d.pop("number")

        question = d.pop("question")

        evaluation_question_out = cls(
            expected=expected,
            number=number,
            question=question,
        )

        evaluation_question_out.additional_properties = d
        return evaluation_question_out

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
