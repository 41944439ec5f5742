from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define

T = TypeVar("T", bound="DocumentMove")


@_attrs_define
class DocumentMove:
    """Where a document goes.

    Attributes:
        collection_id (UUID): A collection of the same knowledge base.
    """

    collection_id: UUID

    def to_dict(self) -> dict[str, Any]:
        collection_id = str(self.collection_id)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "collection_id": collection_id,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        collection_id = UUID(d.pop("collection_id"))

        document_move = cls(
            collection_id=collection_id,
        )

        return document_move
