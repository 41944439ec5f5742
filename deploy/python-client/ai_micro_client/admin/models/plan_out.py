from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="PlanOut")


@_attrs_define
class PlanOut:
    """What `alembic upgrade head` of this release would do on the database as it is now.

    Attributes:
        backup (None | str): Why a backup would be taken first; null where none would.
        current (None | str):
        held (list[str]): Those that would wait for older releases to go.
        notice (str): What it would say where there is nothing to do.
        refusal (None | str): What it would end with before it changes anything.
        runs (list[str]): The revisions that would run, in order.
        warning (str): What it would say besides.
    """

    backup: None | str
    current: None | str
    held: list[str]
    notice: str
    refusal: None | str
    runs: list[str]
    warning: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        backup: None | str
        backup = self.backup

        current: None | str
        current = self.current

        held = self.held

        notice = self.notice

        refusal: None | str
        refusal = self.refusal

        runs = self.runs

        warning = self.warning

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "backup": backup,
                "current": current,
                "held": held,
                "notice": notice,
                "refusal": refusal,
                "runs": runs,
                "warning": warning,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)

        def _parse_backup(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        backup = _parse_backup(d.pop("backup"))

        def _parse_current(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        current = _parse_current(d.pop("current"))

        held = cast(list[str], d.pop("held"))

        notice = d.pop("notice")

        def _parse_refusal(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        refusal = _parse_refusal(d.pop("refusal"))

        runs = cast(list[str], d.pop("runs"))

        warning = d.pop("warning")

        plan_out = cls(
            backup=backup,
            current=current,
            held=held,
            notice=notice,
            refusal=refusal,
            runs=runs,
            warning=warning,
        )

        plan_out.additional_properties = d
        return plan_out

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
