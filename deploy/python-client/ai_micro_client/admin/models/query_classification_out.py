from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.kind import Kind

T = TypeVar("T", bound="QueryClassificationOut")


@_attrs_define
class QueryClassificationOut:
    """How one question was understood.

    Attributes:
        asked_by (UUID):
        classification (Kind): What a question is about.
        confidence (float):
        created_at (datetime.datetime):
        id (UUID):
        knowledge_base_id (UUID):
        query (str):
    """

    asked_by: UUID
    classification: Kind
    confidence: float
    created_at: datetime.datetime
    id: UUID
    knowledge_base_id: UUID
    query: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        asked_by = str(self.asked_by)

        classification = self.classification.value

        confidence = self.confidence

        created_at = self.created_at.isoformat()

        id = str(self.id)

        knowledge_base_id = str(self.knowledge_base_id)

        query = self.query

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "asked_by": asked_by,
                "classification": classification,
                "confidence": confidence,
                "created_at": created_at,
                "id": id,
                "knowledge_base_id": knowledge_base_id,
                "query": query,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        asked_by = UUID(d.pop("asked_by"))

        classification = Kind(d.pop("classification"))

        confidence = d.pop("confidence")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        query = d.pop("query")

        query_classification_out = cls(
            asked_by=asked_by,
            classification=classification,
            confidence=confidence,
            created_at=created_at,
            id=id,
            knowledge_base_id=knowledge_base_id,
            query=query,
        )

        query_classification_out.additional_properties = d
        return query_classification_out

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
