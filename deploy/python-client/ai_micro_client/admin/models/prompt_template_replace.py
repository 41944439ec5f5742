from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="PromptTemplateReplace")


@_attrs_define
class PromptTemplateReplace:
    """All fields of a template but its purpose, which never changes; what is left out gets its default.

    Attributes:
        content (str): The prompt. {context} and {question} are filled in (summary: {context}); {knowledge_base_name},
            {history} (answer) and {statistics} (summary) may be; {{ and }} are braces.
        name (str):
        description (None | str | Unset):
        is_default (bool | Unset): True makes it the default for its purpose, in the place of the present one. Default:
            False.
    """

    content: str
    name: str
    description: None | str | Unset = UNSET
    is_default: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        content = self.content

        name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        is_default = self.is_default

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "content": content,
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if is_default is not UNSET:
            field_dict["is_default"] = is_default

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        content = d.pop("content")

        name = d.pop("name")

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        is_default = d.pop("is_default", UNSET)

        prompt_template_replace = cls(
            content=content,
            name=name,
            description=description,
            is_default=is_default,
        )

        return prompt_template_replace
