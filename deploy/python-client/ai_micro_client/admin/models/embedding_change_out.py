from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self, TypeVar, cast
from uuid import UUID

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.embedding import Embedding


T = TypeVar("T", bound="EmbeddingChangeOut")


@_attrs_define
class EmbeddingChangeOut:
    """A change of the embedding model that is under way. The old vectors are searched until it is over.

    Attributes:
        chunk_count (int): Chunks of the knowledge base.
        embedding (Embedding): Which model makes the vectors of a knowledge base.
        error (None | str): Why the last vectors could not be made; they are tried again.
        finished_chunk_count (int): Those that have a vector of the new model.
        knowledge_base_id (UUID):
        requested_at (datetime.datetime):
    """

    chunk_count: int
    embedding: Embedding
    error: None | str
    finished_chunk_count: int
    knowledge_base_id: UUID
    requested_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        chunk_count = self.chunk_count

        embedding = self.embedding.to_dict()

        error: None | str
        error = self.error

        finished_chunk_count = self.finished_chunk_count

        knowledge_base_id = str(self.knowledge_base_id)

        requested_at = self.requested_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "chunk_count": chunk_count,
                "embedding": embedding,
                "error": error,
                "finished_chunk_count": finished_chunk_count,
                "knowledge_base_id": knowledge_base_id,
                "requested_at": requested_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls, src_dict: Mapping[str, Any]) -> Self:
        from ..models.embedding import Embedding

        d = dict(src_dict)
        chunk_count = d.pop("chunk_count")

        embedding = Embedding.from_dict(d.pop("embedding"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        finished_chunk_count = d.pop("finished_chunk_count")

        knowledge_base_id = UUID(d.pop("knowledge_base_id"))

        requested_at = datetime.datetime.fromisoformat(d.pop("requested_at"))

        embedding_change_out = cls(
            chunk_count=chunk_count,
            embedding=embedding,
            error=error,
            finished_chunk_count=finished_chunk_count,
            knowledge_base_id=knowledge_base_id,
            requested_at=requested_at,
        )

        embedding_change_out.additional_properties = d
        return embedding_change_out

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
