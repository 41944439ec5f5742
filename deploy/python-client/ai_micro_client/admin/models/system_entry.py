from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import (
    TYPE_CHECKING,
    Any,
    Literal,
    Self,
    TypeVar,
    cast,
)

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.system_log_out import SystemLogOut


T = TypeVar("T", bound="SystemEntry")


@_attrs_define
class SystemEntry:
    """An entry of the system log.

    Attributes:
        at (datetime.datetime):
        entry (SystemLogOut): One event.
        log (Literal['system']):
        service (str): Where it happened.
    """

    at: datetime.datetime
    entry: SystemLogOut
    log: Literal["system"]
    service: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        at = self.at.isoformat()

        entry = self.entry.to_dict()

        log = self.log

        service = self.service

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "at": at,
                "entry": entry,
                "log": log,
                "service": service,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.system_log_out import SystemLogOut

        d = dict(src_dict)
        at = datetime.datetime.fromisoformat(d.pop("at"))

        entry = SystemLogOut.from_dict(d.pop("entry"))

        log = cast(Literal["system"], d.pop("log"))
        if log != "system":
            raise ValueError(f"log must match const 'system', got '{log}'")

        service = d.pop("service")

        system_entry = cls(
            at=at,
            entry=entry,
            log=log,
            service=service,
        )

        system_entry.additional_properties = d
        return system_entry

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
