from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.statistics_media_types import StatisticsMediaTypes


T = TypeVar("T", bound="Statistics")


@_attrs_define
class Statistics:
    """The numbers of a knowledge base.

    Attributes:
        chunks (int):
        collections (int):
        documents (int):
        failed (int):
        media_types (StatisticsMediaTypes): Documents by their kind.
        newest_document_at (datetime.datetime | None):
        ready (int): Documents that can be searched.
        size_bytes (int):
    """

    chunks: int
    collections: int
    documents: int
    failed: int
    media_types: StatisticsMediaTypes
    newest_document_at: datetime.datetime | None
    ready: int
    size_bytes: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        chunks = self.chunks

        collections = self.collections

        documents = self.documents

        failed = self.failed

        media_types = self.media_types.to_dict()

        newest_document_at: None | str
        if isinstance(self.newest_document_at, datetime.datetime):
            newest_document_at = self.newest_document_at.isoformat()
        else:
            newest_document_at = self.newest_document_at

        ready = self.ready

        size_bytes = self.size_bytes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chunks": chunks,
                "collections": collections,
                "documents": documents,
                "failed": failed,
                "media_types": media_types,
                "newest_document_at": newest_document_at,
                "ready": ready,
                "size_bytes": size_bytes,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.statistics_media_types import StatisticsMediaTypes

        d = dict(src_dict)
        chunks = d.pop("chunks")

        collections = d.pop("collections")

        documents = d.pop("documents")

        failed = d.pop("failed")

        media_types = StatisticsMediaTypes.from_dict(d.pop("media_types"))

        def _parse_newest_document_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                newest_document_at_type_0 = datetime.datetime.fromisoformat(data)

                return newest_document_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        newest_document_at = _parse_newest_document_at(d.pop("newest_document_at"))

        ready = d.pop("ready")

        size_bytes = d.pop("size_bytes")

        statistics = cls(
            chunks=chunks,
            collections=collections,
            documents=documents,
            failed=failed,
            media_types=media_types,
            newest_document_at=newest_document_at,
            ready=ready,
            size_bytes=size_bytes,
        )

        statistics.additional_properties = d
        return statistics

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
