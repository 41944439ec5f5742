from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from .. import types
from ..types import File

T = TypeVar("T", bound="BodyCreateApiEvaluationsPost")


@_attrs_define
class BodyCreateApiEvaluationsPost:
    """
    Attributes:
        file (File): CSV in UTF-8 with the columns `question` and `expected`: ids, titles or file names, by `|`.
        knowledge_base_id (UUID):
        name (str):
    """

    file: File
    knowledge_base_id: UUID
    name: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        file = self.file.to_tuple()

        knowledge_base_id = str(self.knowledge_base_id)

        name = self.name

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "file": file,
                "knowledge_base_id": knowledge_base_id,
                "name": name,
            }
        )

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("file", self.file.to_tuple()))

        files.append(("knowledge_base_id", (None, str(self.knowledge_base_id), "text/plain")))

        files.append(("name", (None, str(self.name).encode(), "text/plain")))

        for prop_name, prop in self.additional_properties.items():
            files.append((prop_name, (None, str(prop).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        file = File(payload=BytesIO(d.pop("file")))

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        name = d.pop("name")

        body_create_api_evaluations_post = cls(
            file=file,
            knowledge_base_id=knowledge_base_id,
            name=name,
        )

        body_create_api_evaluations_post.additional_properties = d
        return body_create_api_evaluations_post

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
