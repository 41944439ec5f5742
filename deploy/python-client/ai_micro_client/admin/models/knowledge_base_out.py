from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.knowledge_base_out_visibility import KnowledgeBaseOutVisibility

if TYPE_CHECKING:
    from ..models.embedding import Embedding


T = TypeVar("T", bound="KnowledgeBaseOut")


@_attrs_define
class KnowledgeBaseOut:
    """A knowledge base.

    Attributes:
        created_at (datetime.datetime):
        description (None | str):
        embedding (Embedding): Which model makes the vectors of a knowledge base.
        id (UUID):
        name (str):
        owner_id (UUID):
        updated_at (datetime.datetime):
        visibility (KnowledgeBaseOutVisibility):
    """

    created_at: datetime.datetime
    description: None | str
    embedding: Embedding
    id: UUID
    name: str
    owner_id: UUID
    updated_at: datetime.datetime
    visibility: KnowledgeBaseOutVisibility
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        description: None | str
        description = self.description

        embedding = self.embedding.to_dict()

        id = str(self.id)

        name = self.name

        owner_id = str(self.owner_id)

        updated_at = self.updated_at.isoformat()

        visibility = self.visibility.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "description": description,
                "embedding": embedding,
                "id": id,
                "name": name,
                "owner_id": owner_id,
                "updated_at": updated_at,
                "visibility": visibility,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.embedding import Embedding

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        embedding = Embedding.from_dict(d.pop("embedding"))

        id = UUID(d.pop("id"))

        name = d.pop("name")

        owner_id = UUID(d.pop("owner_id"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        visibility = KnowledgeBaseOutVisibility(d.pop("visibility"))

        knowledge_base_out = cls(
            created_at=created_at,
            description=description,
            embedding=embedding,
            id=id,
            name=name,
            owner_id=owner_id,
            updated_at=updated_at,
            visibility=visibility,
        )

        knowledge_base_out.additional_properties = d
        return knowledge_base_out

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
