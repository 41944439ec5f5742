from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.pending_out_phase import PendingOutPhase

T = TypeVar("T", bound="PendingOut")


@_attrs_define
class PendingOut:
    """A revision that the database has not applied.

    Attributes:
        held_by (list[str]): Connections of older releases that hold it; empty where none does.
        held_since (datetime.datetime | None):
        phase (PendingOutPhase):
        revision (str):
        title (str):
    """

    held_by: list[str]
    held_since: datetime.datetime | None
    phase: PendingOutPhase
    revision: str
    title: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        held_by = self.held_by

        held_since: None | str
        if isinstance(self.held_since, datetime.datetime):
            held_since = self.held_since.isoformat()
        else:
            held_since = self.held_since

        phase = self.phase.value

        revision = self.revision

        title = self.title

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "held_by": held_by,
                "held_since": held_since,
                "phase": phase,
                "revision": revision,
                "title": title,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        held_by = cast(list[str], d.pop("held_by"))

        def _parse_held_since(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                held_since_type_0 = datetime.datetime.fromisoformat(data)

                return held_since_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        held_since = _parse_held_since(d.pop("held_since"))

        phase = PendingOutPhase(d.pop("phase"))

        revision = d.pop("revision")

        title = d.pop("title")

        pending_out = cls(
            held_by=held_by,
            held_since=held_since,
            phase=phase,
            revision=revision,
            title=title,
        )

        pending_out.additional_properties = d
        return pending_out

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
