from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.prompt_message import PromptMessage
    from ..models.search_item import SearchItem


T = TypeVar("T", bound="Preview")


@_attrs_define
class Preview:
    """What would be sent.

    Attributes:
        messages (list[PromptMessage]):
        passages (list[SearchItem]): Those that an answer may cite, in the order of their numbers; none in a summary.
        tokens (int): About how many tokens the messages have.
    """

    messages: list[PromptMessage]
    passages: list[SearchItem]
    tokens: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        messages = []
        for messages_item_data in self.messages:
            messages_item = messages_item_data.to_dict()
            messages.append(messages_item)

        passages = []
        for passages_item_data in self.passages:
            passages_item = passages_item_data.to_dict()
            passages.append(passages_item)

        tokens = self.tokens

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "messages": messages,
                "passages": passages,
                "tokens": tokens,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.prompt_message import PromptMessage
        from ..models.search_item import SearchItem

        d = dict(src_dict)
        messages = []
        _messages = d.pop("messages")
        for messages_item_data in _messages:
            messages_item = PromptMessage.from_dict(messages_item_data)

            messages.append(messages_item)

        passages = []
        _passages = d.pop("passages")
        for passages_item_data in _passages:
            passages_item = SearchItem.from_dict(passages_item_data)

            passages.append(passages_item)

        tokens = d.pop("tokens")

        preview = cls(
            messages=messages,
            passages=passages,
            tokens=tokens,
        )

        preview.additional_properties = d
        return preview

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
