from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PromptTemplateVersionOut")


@_attrs_define
class PromptTemplateVersionOut:
    """What a template was until it was changed.

    Attributes:
        content (str):
        description (None | str):
        name (str):
        replaced_at (datetime.datetime):
        replaced_by (UUID): The account that changed it.
        version (int):
    """

    content: str
    description: None | str
    name: str
    replaced_at: datetime.datetime
    replaced_by: UUID
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        content = self.content

        description: None | str
        description = self.description

        name = self.name

        replaced_at = self.replaced_at.isoformat()

        replaced_by = str(self.replaced_by)

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "content": content,
                "description": description,
                "name": name,
                "replaced_at": replaced_at,
                "replaced_by": replaced_by,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        content = d.pop("content")

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        name = d.pop("name")

        replaced_at = datetime.datetime.fromisoformat(d.pop("replaced_at"))

        replaced_by = UUID(d.pop("replaced_by"))

        version = d.pop("version")

        prompt_template_version_out = cls(
            content=content,
            description=description,
            name=name,
            replaced_at=replaced_at,
            replaced_by=replaced_by,
            version=version,
        )

        prompt_template_version_out.additional_properties = d
        return prompt_template_version_out

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
