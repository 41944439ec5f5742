from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.change_out import ChangeOut


T = TypeVar("T", bound="DriftOut")


@_attrs_define
class DriftOut:
    """What was changed in the schema since the last migration.

    Attributes:
        changes (list[ChangeOut]):
        compared (bool):
        compared_at (datetime.datetime):
        reason (str): Why the two could not be compared; empty where they were.
    """

    changes: list[ChangeOut]
    compared: bool
    compared_at: datetime.datetime
    reason: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        changes = []
        for changes_item_data in self.changes:
            changes_item = changes_item_data.to_dict()
            changes.append(changes_item)

        compared = self.compared

        compared_at = self.compared_at.isoformat()

        reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "changes": changes,
                "compared": compared,
                "compared_at": compared_at,
                "reason": reason,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.change_out import ChangeOut

        d = dict(src_dict)
        changes = []
        _changes = d.pop("changes")
        for changes_item_data in _changes:
            changes_item = ChangeOut.from_dict(changes_item_data)

            changes.append(changes_item)

        compared = d.pop("compared")

        compared_at = datetime.datetime.fromisoformat(d.pop("compared_at"))

        reason = d.pop("reason")

        drift_out = cls(
            changes=changes,
            compared=compared,
            compared_at=compared_at,
            reason=reason,
        )

        drift_out.additional_properties = d
        return drift_out

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
