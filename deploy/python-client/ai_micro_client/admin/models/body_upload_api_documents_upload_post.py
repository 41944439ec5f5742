from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..models.on_duplicate import OnDuplicate
from ..types import UNSET, File, Unset

T = TypeVar("T", bound="BodyUploadApiDocumentsUploadPost")


@_attrs_define
class BodyUploadApiDocumentsUploadPost:
    """
    Attributes:
        file (File): Of any format that can be read.
        knowledge_base_id (UUID):
        collection_id (None | Unset | UUID): The default collection, if left out or empty, as forms send it.
        on_duplicate (OnDuplicate | Unset): What becomes of an upload whose bytes are a document of the knowledge base
            already.
    """

    file: File
    knowledge_base_id: UUID
    collection_id: None | Unset | UUID = UNSET
    on_duplicate: OnDuplicate | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file.to_tuple()

        knowledge_base_id = str(self.knowledge_base_id)

        collection_id: None | str | Unset
        if isinstance(self.collection_id, Unset):
            collection_id = UNSET
        elif isinstance(self.collection_id, UUID):
            collection_id = str(self.collection_id)
        else:
            collection_id = self.collection_id

        on_duplicate: str | Unset = UNSET
        if not isinstance(self.on_duplicate, Unset):
            on_duplicate = self.on_duplicate.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
                "knowledge_base_id": knowledge_base_id,
            }
        )
        if collection_id is not UNSET:
            field_dict["collection_id"] = collection_id
        if on_duplicate is not UNSET:
            field_dict["on_duplicate"] = on_duplicate

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        files.append(("knowledge_base_id", (None, str(self.knowledge_base_id), "text/plain")))

        if not isinstance(self.collection_id, Unset):
            if isinstance(self.collection_id, UUID):
                files.append(("collection_id", (None, str(self.collection_id), "text/plain")))
            else:
                files.append(("collection_id", (None, str(self.collection_id).encode(), "text/plain")))

        if not isinstance(self.on_duplicate, Unset):
            files.append(("on_duplicate", (None, str(self.on_duplicate.value).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        def _parse_collection_id(data: object) -> None | Unset | UUID:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                collection_id_type_0 = UUID(data)

                return collection_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | UUID, data)

        collection_id = _parse_collection_id(d.pop("collection_id", UNSET))

        _on_duplicate = d.pop("on_duplicate", UNSET)
        on_duplicate: OnDuplicate | Unset
        if isinstance(_on_duplicate, Unset):
            on_duplicate = UNSET
        else:
            on_duplicate = OnDuplicate(_on_duplicate)

        body_upload_api_documents_upload_post = cls(
            file=file,
            knowledge_base_id=knowledge_base_id,
            collection_id=collection_id,
            on_duplicate=on_duplicate,
        )

        body_upload_api_documents_upload_post.additional_properties = d
        return body_upload_api_documents_upload_post

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
