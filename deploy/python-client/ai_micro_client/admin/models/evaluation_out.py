from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="EvaluationOut")


@_attrs_define
class EvaluationOut:
    """A set of questions.

    Attributes:
        created_at (datetime.datetime):
        created_by (UUID):
        id (UUID):
        knowledge_base_id (UUID):
        name (str):
        question_count (int):
    """

    created_at: datetime.datetime
    created_by: UUID
    id: UUID
    knowledge_base_id: UUID
    name: str
    question_count: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        created_by = str(self.created_by)

        id = str(self.id)

        knowledge_base_id = str(self.knowledge_base_id)

        name = self.name

        question_count = self.question_count

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "created_by": created_by,
                "id": id,
                "knowledge_base_id": knowledge_base_id,
                "name": name,
                "question_count": question_count,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        created_by = UUID(d.pop("created_by"))

        id = UUID(d.pop("id"))

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        name = d.pop("name")

        question_count = d.pop("question_count")

        evaluation_out = cls(
            created_at=created_at,
            created_by=created_by,
            id=id,
            knowledge_base_id=knowledge_base_id,
            name=name,
            question_count=question_count,
        )

        evaluation_out.additional_properties = d
        return evaluation_out

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
