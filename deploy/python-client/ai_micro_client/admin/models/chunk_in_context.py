from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.chunk_out import ChunkOut


T = TypeVar("T", bound="ChunkInContext")


@_attrs_define
class ChunkInContext:
    """A chunk with its document and the chunks around it.

    Attributes:
        corrected (bool): A person wrote this text in the place of the file's.
        document_id (UUID):
        id (str):
        index (int): Place in the document, from 0.
        next_ (ChunkOut | None): The chunk after it; null for the last.
        original (None | str): What the file has in its place; null unless it is `corrected`.
        page (int | None): Page of the file, from 1; null for a format without pages.
        previous (ChunkOut | None): The chunk before it; null for the first.
        text (str):
        title (str):
    """

    corrected: bool
    document_id: UUID
    id: str
    index: int
    next_: ChunkOut | None
    original: None | str
    page: int | None
    previous: ChunkOut | None
    text: str
    title: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.chunk_out import ChunkOut

        corrected = self.corrected

        document_id = str(self.document_id)

        id = self.id

        index = self.index

        next_: dict[str, Any] | None
        if isinstance(self.next_, ChunkOut):
            next_ = self.next_.to_dict()
        else:
            next_ = self.next_

        original: None | str
        original = self.original

        page: int | None
        page = self.page

        previous: dict[str, Any] | None
        if isinstance(self.previous, ChunkOut):
            previous = self.previous.to_dict()
        else:
            previous = self.previous

        text = self.text

        title = self.title

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "corrected": corrected,
                "document_id": document_id,
                "id": id,
                "index": index,
                "next": next_,
                "original": original,
                "page": page,
                "previous": previous,
                "text": text,
                "title": title,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.chunk_out import ChunkOut

        d = dict(src_dict)
        corrected = d.pop("corrected")

        document_id = UUID(d.pop("document_id"))

        id = d.pop("id")

        index = d.pop("index")

        def _parse_next_(data: object) -> ChunkOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                next_type_0 = ChunkOut.from_dict(data)

                return next_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChunkOut | None, data)

        next_ = _parse_next_(d.pop("next"))

        def _parse_original(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        original = _parse_original(d.pop("original"))

        def _parse_page(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        page = _parse_page(d.pop("page"))

        def _parse_previous(data: object) -> ChunkOut | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                previous_type_0 = ChunkOut.from_dict(data)

                return previous_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChunkOut | None, data)

        previous = _parse_previous(d.pop("previous"))

        text = d.pop("text")

        title = d.pop("title")

        chunk_in_context = cls(
            corrected=corrected,
            document_id=document_id,
            id=id,
            index=index,
            next_=next_,
            original=original,
            page=page,
            previous=previous,
            text=text,
            title=title,
        )

        chunk_in_context.additional_properties = d
        return chunk_in_context

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
