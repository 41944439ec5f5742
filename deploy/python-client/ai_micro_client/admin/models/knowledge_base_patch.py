from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

from ..models.knowledge_base_patch_visibility import KnowledgeBasePatchVisibility
from ..types import UNSET, Unset

T = TypeVar("T", bound="KnowledgeBasePatch")


@_attrs_define
class KnowledgeBasePatch:
    """Some fields of a knowledge base; what is left out stays as it is.

    Attributes:
        description (None | str | Unset):
        name (str | Unset):
        visibility (KnowledgeBasePatchVisibility | Unset): `private`: its owner and administrators read it; `shared`:
            all who are signed in.
    """

    description: None | str | Unset = UNSET
    name: str | Unset = UNSET
    visibility: KnowledgeBasePatchVisibility | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        description: None | str | Unset
        if isinstance(self.description, Unset):
            description = UNSET
        else:
            description = self.description

        name = self.name

        visibility: str | Unset = UNSET
        if not isinstance(self.visibility, Unset):
            visibility = self.visibility.value

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if description is not UNSET:
            field_dict["description"] = description
        if name is not UNSET:
            field_dict["name"] = name
        if visibility is not UNSET:
            field_dict["visibility"] = visibility

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_description(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        description = _parse_description(d.pop("description", UNSET))

        name = d.pop("name", UNSET)

        _visibility = d.pop("visibility", UNSET)
        visibility: KnowledgeBasePatchVisibility | Unset
        if isinstance(_visibility, Unset):
            visibility = UNSET
        else:
            visibility = KnowledgeBasePatchVisibility(_visibility)

        knowledge_base_patch = cls(
            description=description,
            name=name,
            visibility=visibility,
        )

        return knowledge_base_patch
