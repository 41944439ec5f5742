from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.duplicate_action import DuplicateAction

T = TypeVar("T", bound="Duplicate")


@_attrs_define
class Duplicate:
    """What became of an upload whose bytes are a document already, which the answer shows.

    Attributes:
        action (DuplicateAction): `kept`: it is as it was, under its own name, title and collection. `moved`: it has
            those of this upload.
        file_name (str): The file's name in this upload.
        text (str): The same, for a person.
    """

    action: DuplicateAction
    file_name: str
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        action = self.action.value

        file_name = self.file_name

        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "action": action,
                "file_name": file_name,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        action = DuplicateAction(d.pop("action"))

        file_name = d.pop("file_name")

        text = d.pop("text")

        duplicate = cls(
            action=action,
            file_name=file_name,
            text=text,
        )

        duplicate.additional_properties = d
        return duplicate

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
