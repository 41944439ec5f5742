from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.text_span import TextSpan


T = TypeVar("T", bound="SearchItem")


@_attrs_define
class SearchItem:
    """A passage that was found.

    Attributes:
        chunk_id (str):
        collection_id (UUID):
        collection_name (str):
        document_id (UUID):
        page (int | None):
        score (float): How well the passage fits the query, from 0 to 1; it means the same for every query.
        snippet (str): The part of the passage that fits the query best; plain text.
        title (str):
        highlights (list[TextSpan] | Unset): What of the snippet the query has too, in order; they do not overlap.
    """

    chunk_id: str
    collection_id: UUID
    collection_name: str
    document_id: UUID
    page: int | None
    score: float
    snippet: str
    title: str
    highlights: list[TextSpan] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        chunk_id = self.chunk_id

        collection_id = str(self.collection_id)

        collection_name = self.collection_name

        document_id = str(self.document_id)

        page: int | None
        page = self.page

        score = self.score

        snippet = self.snippet

        title = self.title

        highlights: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.highlights, Unset):
            highlights = []
            for highlights_item_data in self.highlights:
                highlights_item = highlights_item_data.to_dict()
                highlights.append(highlights_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chunk_id": chunk_id,
                "collection_id": collection_id,
                "collection_name": collection_name,
                "document_id": document_id,
                "page": page,
                "score": score,
                "snippet": snippet,
                "title": title,
            }
        )
        if highlights is not UNSET:
            field_dict["highlights"] = highlights

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.text_span import TextSpan

        d = dict(src_dict)
        chunk_id = d.pop("chunk_id")

        collection_id = UUID(d.pop("collection_id"))

        collection_name = d.pop("collection_name")

        document_id = UUID(d.pop("document_id"))

        def _parse_page(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        page = _parse_page(d.pop("page"))

        score = d.pop("score")

        snippet = d.pop("snippet")

        title = d.pop("title")

        _highlights = d.pop("highlights", UNSET)
        highlights: list[TextSpan] | Unset = UNSET
        if _highlights is not UNSET:
            highlights = []
            for highlights_item_data in _highlights:
                highlights_item = TextSpan.from_dict(highlights_item_data)

                highlights.append(highlights_item)

        search_item = cls(
            chunk_id=chunk_id,
            collection_id=collection_id,
            collection_name=collection_name,
            document_id=document_id,
            page=page,
            score=score,
            snippet=snippet,
            title=title,
            highlights=highlights,
        )

        search_item.additional_properties = d
        return search_item

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
