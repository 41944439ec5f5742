"""Bodies of changes of the embedding model."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonValue

from app.embedding_changes.problems import NOT_SET_UP
from app.embeddings.problems import EmbeddingsFault, EmbeddingsUnavailable
from app.knowledge_bases.schemas import Embedding
from service_kit.http.schemas import RequestModel, ResponseModel

_REASONS: list[JsonValue] = [NOT_SET_UP, EmbeddingsUnavailable.default_detail(), *EmbeddingsFault]


class EmbeddingChangeRequest(RequestModel):
    """Which model is to make the vectors."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"provider": "openai"}]})

    provider: Literal["hash", "openai"] = Field(
        description="As in EMBEDDING_PROVIDER; its model is that of the settings."
    )


class EmbeddingChangeOut(ResponseModel):
    """A change of the embedding model that is under way. The old vectors are searched until it is over."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    "embedding": {"provider": "openai", "model": "bge-m3", "dimensions": 1024},
                    "requested_at": "2026-01-05T09:00:00Z",
                    "chunk_count": 1200,
                    "finished_chunk_count": 300,
                    "error": None,
                }
            ]
        }
    )

    knowledge_base_id: UUID
    embedding: Embedding
    requested_at: datetime
    chunk_count: int = Field(description="Chunks of the knowledge base.")
    finished_chunk_count: int = Field(description="Those that have a vector of the new model.")
    error: str | None = Field(
        description="Why the last vectors could not be made; they are tried again.",
        json_schema_extra={"x-texts": {"EMBEDDING_CHANGE_PAUSED": _REASONS}},
    )
