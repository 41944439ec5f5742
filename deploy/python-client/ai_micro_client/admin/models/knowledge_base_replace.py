from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.knowledge_base_replace_visibility import KnowledgeBaseReplaceVisibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="KnowledgeBaseReplace")


@_attrs_define
class KnowledgeBaseReplace:
    """All fields of a knowledge base; what is left out gets its default.

    Attributes:
        name (str):
        description (None | str | Unset):
        visibility (KnowledgeBaseReplaceVisibility | Unset): `private`: its owner and administrators read it; `shared`:
            all who are signed in. Default: KnowledgeBaseReplaceVisibility.PRIVATE.
    """

    name: str
    description: None | str | Unset = UNSET
    visibility: KnowledgeBaseReplaceVisibility | Unset = KnowledgeBaseReplaceVisibility.PRIVATE

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "name": name,
            }
        )
        if description is not UNSET:
            field_dict["description"] = description
        if visibility is not UNSET:
            field_dict["visibility"] = visibility

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        name = d.pop("name")

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        _visibility = d.pop("visibility", UNSET)
        visibility: KnowledgeBaseReplaceVisibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = KnowledgeBaseReplaceVisibility(_visibility)

        knowledge_base_replace = cls(
            name=name,
            description=description,
            visibility=visibility,
        )

        return knowledge_base_replace
