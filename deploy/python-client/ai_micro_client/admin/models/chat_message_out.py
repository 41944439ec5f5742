from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.chat_message_out_rating_type_0 import ChatMessageOutRatingType0
from ..models.chat_message_out_role import ChatMessageOutRole
from ..models.chat_message_out_state import ChatMessageOutState
from ..models.kind import Kind

if TYPE_CHECKING:
    from ..models.search_item import SearchItem
    from ..models.text_span import TextSpan


T = TypeVar("T", bound="ChatMessageOut")


@_attrs_define
class ChatMessageOut:
    """A question, or an answer.

    Attributes:
        citations (list[SearchItem]): [1] in the answer is the first of them.
        classification (Kind | None):
        comment (None | str):
        content (str):
        created_at (datetime.datetime):
        id (UUID):
        model (None | str):
        rating (ChatMessageOutRatingType0 | None):
        role (ChatMessageOutRole):
        state (ChatMessageOutState): Of an answer: `stopped`: the caller left before its end; `failed`: the model server
            did.
        template_id (None | UUID):
        template_version (int | None): Which version of the template the answer was made with.
        unsourced (list[TextSpan]): Sentences of a model that cite no passage: to be shown as not confirmed.
    """

    citations: list[SearchItem]
    classification: Kind | None
    comment: None | str
    content: str
    created_at: datetime.datetime
    id: UUID
    model: None | str
    rating: ChatMessageOutRatingType0 | None
    role: ChatMessageOutRole
    state: ChatMessageOutState
    template_id: None | UUID
    template_version: int | None
    unsourced: list[TextSpan]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        citations = []
        for citations_item_data in self.citations:
            citations_item = citations_item_data.to_dict()
            citations.append(citations_item)

        classification: None | str
        if isinstance(self.classification, Kind):
            classification = self.classification.value
        else:
            classification = self.classification

        comment: None | str
        comment = self.comment

        content = self.content

        created_at = self.created_at.isoformat()

        id = str(self.id)

        model: None | str
        model = self.model

        rating: None | str
        if isinstance(self.rating, ChatMessageOutRatingType0):
            rating = self.rating.value
        else:
            rating = self.rating

        role = self.role.value

        state = self.state.value

        template_id: None | str
        if isinstance(self.template_id, UUID):
            template_id = str(self.template_id)
        else:
            template_id = self.template_id

        template_version: int | None
        template_version = self.template_version

        unsourced = []
        for unsourced_item_data in self.unsourced:
            unsourced_item = unsourced_item_data.to_dict()
            unsourced.append(unsourced_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "citations": citations,
                "classification": classification,
                "comment": comment,
                "content": content,
                "created_at": created_at,
                "id": id,
                "model": model,
                "rating": rating,
                "role": role,
                "state": state,
                "template_id": template_id,
                "template_version": template_version,
                "unsourced": unsourced,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.search_item import SearchItem
        from ..models.text_span import TextSpan

        d = dict(src_dict)
        citations = []
        _citations = d.pop("citations")
        for citations_item_data in _citations:
            citations_item = SearchItem.from_dict(citations_item_data)

            citations.append(citations_item)

        def _parse_classification(data: object) -> Kind | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                classification_type_0 = Kind(data)

                return classification_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Kind | None, data)

        classification = _parse_classification(d.pop("classification"))

        def _parse_comment(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        comment = _parse_comment(d.pop("comment"))

        content = d.pop("content")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        id = UUID(d.pop("id"))

        def _parse_model(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        model = _parse_model(d.pop("model"))

        def _parse_rating(data: object) -> ChatMessageOutRatingType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                rating_type_0 = ChatMessageOutRatingType0(data)

                return rating_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(ChatMessageOutRatingType0 | None, data)

        rating = _parse_rating(d.pop("rating"))

        role = ChatMessageOutRole(d.pop("role"))

        state = ChatMessageOutState(d.pop("state"))

        def _parse_template_id(data: object) -> None | UUID:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                template_id_type_0 = UUID(data)

                return template_id_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | UUID, data)

        template_id = _parse_template_id(d.pop("template_id"))

        def _parse_template_version(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        template_version = _parse_template_version(d.pop("template_version"))

        unsourced = []
        _unsourced = d.pop("unsourced")
        for unsourced_item_data in _unsourced:
            unsourced_item = TextSpan.from_dict(unsourced_item_data)

            unsourced.append(unsourced_item)

        chat_message_out = cls(
            citations=citations,
            classification=classification,
            comment=comment,
            content=content,
            created_at=created_at,
            id=id,
            model=model,
            rating=rating,
            role=role,
            state=state,
            template_id=template_id,
            template_version=template_version,
            unsourced=unsourced,
        )

        chat_message_out.additional_properties = d
        return chat_message_out

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
