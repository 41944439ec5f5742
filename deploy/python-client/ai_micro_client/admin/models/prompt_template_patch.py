from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PromptTemplatePatch")


@_attrs_define
class PromptTemplatePatch:
    """Some fields of a template; what is left out stays as it is.

    Attributes:
        content (str | Unset): The prompt. {context} and {question} are filled in (summary: {context});
            {knowledge_base_name}, {history} (answer) and {statistics} (summary) may be; {{ and }} are braces.
        description (None | str | Unset):
        is_default (bool | Unset):
        name (str | Unset):
    """

    content: str | Unset = UNSET
    description: None | str | Unset = UNSET
    is_default: bool | Unset = UNSET
    name: str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        content = self.content

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        is_default = self.is_default

        name = self.name

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if content is not UNSET:
            field_dict["content"] = content
        if description is not UNSET:
            field_dict["description"] = description
        if is_default is not UNSET:
            field_dict["is_default"] = is_default
        if name is not UNSET:
            field_dict["name"] = name

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        content = d.pop("content", UNSET)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        is_default = d.pop("is_default", UNSET)

        name = d.pop("name", UNSET)

        prompt_template_patch = cls(
            content=content,
            description=description,
            is_default=is_default,
            name=name,
        )

        return prompt_template_patch
