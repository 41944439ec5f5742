from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.kind import Kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.search_item import SearchItem
    from ..models.text_span import TextSpan


T = TypeVar("T", bound="ChatAnswer")


@_attrs_define
class ChatAnswer:
    """An answer with its sources.

    Attributes:
        answer (str): Markdown without images and foreign links; [1] is the first citation.
        citations (list[SearchItem]):
        classification (Kind): What a question is about.
        message_id (UUID): Of the answer, for feedback.
        model (str): `extractive` and `rules` are no language models.
        session_id (UUID):
        unsourced (list[TextSpan] | Unset): Sentences of a model that cite no passage: to be shown as not confirmed.
    """

    answer: str
    citations: list[SearchItem]
    classification: Kind
    message_id: UUID
    model: str
    session_id: UUID
    unsourced: list[TextSpan] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        answer = self.answer

        citations = []
        for citations_item_data in self.citations:
            citations_item = citations_item_data.to_dict()
            citations.append(citations_item)

        classification = self.classification.value

        message_id = str(self.message_id)

        model = self.model

        session_id = str(self.session_id)

        unsourced: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.unsourced, Unset):
            unsourced = []
            for unsourced_item_data in self.unsourced:
                unsourced_item = unsourced_item_data.to_dict()
                unsourced.append(unsourced_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "answer": answer,
                "citations": citations,
                "classification": classification,
                "message_id": message_id,
                "model": model,
                "session_id": session_id,
            }
        )
        if unsourced is not UNSET:
            field_dict["unsourced"] = unsourced

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.search_item import SearchItem
        from ..models.text_span import TextSpan

        d = dict(src_dict)
        answer = d.pop("answer")

        citations = []
        _citations = d.pop("citations")
        for citations_item_data in _citations:
            citations_item = SearchItem.from_dict(citations_item_data)

            citations.append(citations_item)

        classification = Kind(d.pop("classification"))

        message_id = UUID(d.pop("message_id"))

        model = d.pop("model")

        session_id = UUID(d.pop("session_id"))

        _unsourced = d.pop("unsourced", UNSET)
        unsourced: list[TextSpan] | Unset = UNSET
        if _unsourced is not UNSET:
            unsourced = []
            for unsourced_item_data in _unsourced:
                unsourced_item = TextSpan.from_dict(unsourced_item_data)

                unsourced.append(unsourced_item)

        chat_answer = cls(
            answer=answer,
            citations=citations,
            classification=classification,
            message_id=message_id,
            model=model,
            session_id=session_id,
            unsourced=unsourced,
        )

        chat_answer.additional_properties = d
        return chat_answer

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
