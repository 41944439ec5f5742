"""The response of a search."""

from enum import StrEnum
from uuid import UUID

from pydantic import ConfigDict, Field

from service_kit.http.schemas import ResponseModel


class Mode(StrEnum):
    """What is compared."""

    HYBRID = "hybrid"
    VECTOR = "vector"
    TEXT = "text"


class TextSpan(ResponseModel):
    """A part of a text, in characters (Unicode code points)."""

    start: int = Field(description="Of its first character; the first of the text is 0.")
    end: int = Field(description="Behind its last one.")


class SearchItem(ResponseModel):
    """A passage that was found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "document_id": "b7a2b9d0-9d0e-4a0c-8f53-2f9b7f0c6d11",
                    "chunk_id": "0d6c7c55-6a0e-4f0e-8a43-0c6a2b0f7a10",
                    "title": "就業規則",
                    "collection_id": "5f0c1b54-0a2f-4a6e-8a55-6d6d7f2b9f10",
                    "collection_name": "規程",
                    "snippet": "…年次有給休暇は、入社から六か月後に十日を付与する。…",
                    "highlights": [{"start": 3, "end": 7}],
                    "page": 4,
                    "score": 0.93,
                }
            ]
        }
    )

    document_id: UUID
    chunk_id: str
    title: str
    collection_id: UUID
    collection_name: str
    snippet: str = Field(description="The part of the passage that fits the query best; plain text.")
    highlights: list[TextSpan] = Field(
        default=[], description="What of the snippet the query has too, in order; they do not overlap."
    )
    page: int | None
    score: float = Field(
        description="How well the passage fits the query, from 0 to 1; it means the same for every query."
    )


class SearchResult(ResponseModel):
    """What a search found, best first: by score, or as the reranking model orders them where there is one."""

    items: list[SearchItem]
    next_cursor: None = Field(default=None, description="Always null: ask for more with `limit`.")
    total: None = Field(default=None, description="Always null: a ranking has no end.")
