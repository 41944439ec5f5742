from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.statistics import Statistics


T = TypeVar("T", bound="SummaryOut")


@_attrs_define
class SummaryOut:
    """What a knowledge base is as a whole.

    Attributes:
        is_stale (bool): The documents have changed since; a worker makes it again.
        knowledge_base_id (UUID):
        model (None | str): `extractive`: put together from titles and first sentences.
        statistics (None | Statistics):
        summary (None | str): Null until one was made.
        updated_at (datetime.datetime | None):
    """

    is_stale: bool
    knowledge_base_id: UUID
    model: None | str
    statistics: None | Statistics
    summary: None | str
    updated_at: datetime.datetime | None
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.statistics import Statistics

        is_stale = self.is_stale

        knowledge_base_id = str(self.knowledge_base_id)

        model: None | str
        model = self.model

        statistics: dict[str, Any] | None
        if isinstance(self.statistics, Statistics):
            statistics = self.statistics.to_dict()
        else:
            statistics = self.statistics

        summary: None | str
        summary = self.summary

        updated_at: None | str
        if isinstance(self.updated_at, datetime.datetime):
            updated_at = self.updated_at.isoformat()
        else:
            updated_at = self.updated_at

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "is_stale": is_stale,
                "knowledge_base_id": knowledge_base_id,
                "model": model,
                "statistics": statistics,
                "summary": summary,
                "updated_at": updated_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.statistics import Statistics

        d = dict(src_dict)
        is_stale = d.pop("is_stale")

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_statistics(data: object) -> None | Statistics:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                statistics_type_0 = Statistics.from_dict(data)

                return statistics_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Statistics, data)

        statistics = _parse_statistics(d.pop("statistics"))

        def _parse_summary(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        summary = _parse_summary(d.pop("summary"))

        def _parse_updated_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                updated_at_type_0 = datetime.datetime.fromisoformat(data)

                return updated_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        updated_at = _parse_updated_at(d.pop("updated_at"))

        summary_out = cls(
            is_stale=is_stale,
            knowledge_base_id=knowledge_base_id,
            model=model,
            statistics=statistics,
            summary=summary,
            updated_at=updated_at,
        )

        summary_out.additional_properties = d
        return summary_out

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
