from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.prompt_template_out_purpose import PromptTemplateOutPurpose

T = TypeVar("T", bound="PromptTemplateOut")


@_attrs_define
class PromptTemplateOut:
    """A prompt template.

    Attributes:
        content (str): The prompt; what is in braces is filled in before it is sent.
        created_at (datetime.datetime):
        description (None | str):
        id (UUID):
        is_default (bool):
        name (str):
        purpose (PromptTemplateOutPurpose):
        updated_at (datetime.datetime):
        version (int): Counts the changes of name, description and content, from 1.
    """

    content: str
    created_at: datetime.datetime
    description: None | str
    id: UUID
    is_default: bool
    name: str
    purpose: PromptTemplateOutPurpose
    updated_at: datetime.datetime
    version: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        content = self.content

        created_at = self.created_at.isoformat()

        description: None | str
        description = self.description

        id = str(self.id)

        is_default = self.is_default

        name = self.name

        purpose = self.purpose.value

        updated_at = self.updated_at.isoformat()

        version = self.version

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "content": content,
                "created_at": created_at,
                "description": description,
                "id": id,
                "is_default": is_default,
                "name": name,
                "purpose": purpose,
                "updated_at": updated_at,
                "version": version,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        content = d.pop("content")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_description(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        description = _parse_description(d.pop("description"))

        id = UUID(d.pop("id"))

        is_default = d.pop("is_default")

        name = d.pop("name")

        purpose = PromptTemplateOutPurpose(d.pop("purpose"))

        updated_at = datetime.datetime.fromisoformat(d.pop("updated_at"))

        version = d.pop("version")

        prompt_template_out = cls(
            content=content,
            created_at=created_at,
            description=description,
            id=id,
            is_default=is_default,
            name=name,
            purpose=purpose,
            updated_at=updated_at,
            version=version,
        )

        prompt_template_out.additional_properties = d
        return prompt_template_out

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
