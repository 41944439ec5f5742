from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from attrs import define as _attrs_define

from ..models.embedding_change_request_provider import EmbeddingChangeRequestProvider

T = TypeVar("T", bound="EmbeddingChangeRequest")


@_attrs_define
class EmbeddingChangeRequest:
    """Which model is to make the vectors.

    Attributes:
        provider (EmbeddingChangeRequestProvider): As in EMBEDDING_PROVIDER; its model is that of the settings.
    """

    provider: EmbeddingChangeRequestProvider

    def to_dict(self) -> dict[str, Any]:
        provider = self.provider.value

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "provider": provider,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        d = dict(src_dict)
        provider = EmbeddingChangeRequestProvider(d.pop("provider"))

        embedding_change_request = cls(
            provider=provider,
        )

        return embedding_change_request
