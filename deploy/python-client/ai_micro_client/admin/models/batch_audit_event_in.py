from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.enclosed_audit_event_in import EnclosedAuditEventIn


T = TypeVar("T", bound="BatchAuditEventIn")


@_attrs_define
class BatchAuditEventIn:
    """
    Attributes:
        messages (list[EnclosedAuditEventIn]):
    """

    messages: list[EnclosedAuditEventIn]

    def to_dict(self) -> dict[str, Any]:
        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "messages": messages,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.enclosed_audit_event_in import EnclosedAuditEventIn

        d = dict(src_dict)
        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = EnclosedAuditEventIn.from_dict(messages_item_data)

            messages.append(messages_item)

        batch_audit_event_in = cls(
            messages=messages,
        )

        return batch_audit_event_in
