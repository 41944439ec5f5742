from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define

T = TypeVar("T", bound="SettingChange")


@_attrs_define
class SettingChange:
    """The new value of a setting.

    Attributes:
        value (float | int):
    """

    value: float | int

    def to_dict(self) -> dict[str, Any]:
        value: float | int
        value = self.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "value": value,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_value(data: object) -> float | int:
            return cast(float | int, data)

        value = _parse_value(d.pop("value"))

        setting_change = cls(
            value=value,
        )

        return setting_change
