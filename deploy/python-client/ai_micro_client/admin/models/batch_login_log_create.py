from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define

if TYPE_CHECKING:
    from ..models.enclosed_login_log_create import EnclosedLoginLogCreate


T = TypeVar("T", bound="BatchLoginLogCreate")


@_attrs_define
class BatchLoginLogCreate:
    """
    Attributes:
        messages (list[EnclosedLoginLogCreate]):
    """

    messages: list[EnclosedLoginLogCreate]

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
        from ..models.enclosed_login_log_create import EnclosedLoginLogCreate

        d = dict(src_dict)
        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = EnclosedLoginLogCreate.from_dict(messages_item_data)

            messages.append(messages_item)

        batch_login_log_create = cls(
            messages=messages,
        )

        return batch_login_log_create
