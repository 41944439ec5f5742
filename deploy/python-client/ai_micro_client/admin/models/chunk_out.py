from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ChunkOut")


@_attrs_define
class ChunkOut:
    """A piece of a document's text, as it is searched and cited.

    Attributes:
        corrected (bool): A person wrote this text in the place of the file's.
        id (str):
        index (int): Place in the document, from 0.
        page (int | None): Page of the file, from 1; null for a format without pages.
        text (str):
    """

    corrected: bool
    id: str
    index: int
    page: int | None
    text: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        corrected = self.corrected

        id = self.id

        index = self.index

        page: int | None
        page = self.page

        text = self.text

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "corrected": corrected,
                "id": id,
                "index": index,
                "page": page,
                "text": text,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        corrected = d.pop("corrected")

        id = d.pop("id")

        index = d.pop("index")

        def _parse_page(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        page = _parse_page(d.pop("page"))

        text = d.pop("text")

        chunk_out = cls(
            corrected=corrected,
            id=id,
            index=index,
            page=page,
            text=text,
        )

        chunk_out.additional_properties = d
        return chunk_out

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
