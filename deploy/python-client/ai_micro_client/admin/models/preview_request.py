from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PreviewRequest")


@_attrs_define
class PreviewRequest:
    """What to try a template with.

    Attributes:
        knowledge_base_id (UUID):
        question (None | str | Unset): For a template for answers; a summary has none.
    """

    knowledge_base_id: UUID
    question: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        knowledge_base_id = str(self.knowledge_base_id)

        question: None | str | Unset
        if isinstance(self.question, Unset):
            question = UNSET
        else:
            question = self.question

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "knowledge_base_id": knowledge_base_id,
            }
        )
        if question is not UNSET:
            field_dict["question"] = question

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        def _parse_question(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        question = _parse_question(d.pop("question", UNSET))

        preview_request = cls(
            knowledge_base_id=knowledge_base_id,
            question=question,
        )

        return preview_request
