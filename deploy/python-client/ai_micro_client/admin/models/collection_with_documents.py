from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.page_document_out import PageDocumentOut


T = TypeVar("T", bound="CollectionWithDocuments")


@_attrs_define
class CollectionWithDocuments:
    """A collection with a page of its documents, newest first.

    Attributes:
        created_at (datetime.datetime):
        description (None | str):
        document_count (int):
        documents (PageDocumentOut):
        id (UUID):
        is_default (bool):
        knowledge_base_id (UUID):
        name (str):
        updated_at (datetime.datetime):
    """

    created_at: datetime.datetime
    description: None | str
    document_count: int
    documents: PageDocumentOut
    id: UUID
    is_default: bool
    knowledge_base_id: UUID
    name: str
    updated_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        created_at = self.created_at.isoformat()

        description: None | str
        description = self.description

        document_count = self.document_count

        documents = self.documents.to_dict()

        id = str(self.id)

        is_default = self.is_default

        knowledge_base_id = str(self.knowledge_base_id)

        name = self.name

        updated_at = self.updated_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "created_at": created_at,
                "description": description,
                "document_count": document_count,
                "documents": documents,
                "id": id,
                "is_default": is_default,
                "knowledge_base_id": knowledge_base_id,
                "name": name,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.page_document_out import PageDocumentOut

        d = dict(src_dict)
        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        document_count = d.pop("document_count")

        documents = PageDocumentOut.from_dict(d.pop("documents"))

        id = UUID(d.pop("id"))

        is_default = d.pop("is_default")

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        name = d.pop("name")

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        collection_with_documents = cls(
            created_at=created_at,
            description=description,
            document_count=document_count,
            documents=documents,
            id=id,
            is_default=is_default,
            knowledge_base_id=knowledge_base_id,
            name=name,
            updated_at=updated_at,
        )

        collection_with_documents.additional_properties = d
        return collection_with_documents

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
