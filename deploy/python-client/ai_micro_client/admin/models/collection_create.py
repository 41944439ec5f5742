from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="CollectionCreate")


@_attrs_define
class CollectionCreate:
    """A new collection.

    Attributes:
        knowledge_base_id (UUID):
        name (str):
        description (None | str | Unset):
    """

    knowledge_base_id: UUID
    name: str
    description: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        knowledge_base_id = str(self.knowledge_base_id)

        name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "knowledge_base_id": knowledge_base_id,
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        name = d.pop("name")

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        collection_create = cls(
            knowledge_base_id=knowledge_base_id,
            name=name,
            description=description,
        )

        return collection_create
