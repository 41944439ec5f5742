from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.audit_entry import AuditEntry
    from ..models.login_entry import LoginEntry
    from ..models.system_entry import SystemEntry


T = TypeVar("T", bound="RequestLogOut")


@_attrs_define
class RequestLogOut:
    """What a request left in the logs.

    Attributes:
        is_complete (bool): False where the request left more than is shown; each log's list has the rest.
        items (list[AuditEntry | LoginEntry | SystemEntry]): Oldest first.
    """

    is_complete: bool
    items: list[AuditEntry | LoginEntry | SystemEntry]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.login_entry import LoginEntry
        from ..models.system_entry import SystemEntry

        is_complete = self.is_complete

        items = []
        for items_item_data in self.items:
            items_item: dict[str, Any]
            if isinstance(items_item_data, SystemEntry) or isinstance(items_item_data, LoginEntry):
                items_item = items_item_data.to_dict()
            else:
                items_item = items_item_data.to_dict()

            items.append(items_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "is_complete": is_complete,
                "items": items,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.audit_entry import AuditEntry
        from ..models.login_entry import LoginEntry
        from ..models.system_entry import SystemEntry

        d = dict(src_dict)
        is_complete = d.pop("is_complete")

        items = []
        _items = d.pop("items")
        for items_item_data in _items:

            def _parse_items_item(data: object) -> AuditEntry | LoginEntry | SystemEntry:
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    items_item_type_0 = SystemEntry.from_dict(data)

                    return items_item_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    items_item_type_1 = LoginEntry.from_dict(data)

                    return items_item_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                items_item_type_2 = AuditEntry.from_dict(data)

                return items_item_type_2

            items_item = _parse_items_item(items_item_data)

            items.append(items_item)

        request_log_out = cls(
            is_complete=is_complete,
            items=items,
        )

        request_log_out.additional_properties = d
        return request_log_out

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
