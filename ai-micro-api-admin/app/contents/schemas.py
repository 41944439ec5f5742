"""The shape of a document, which a collection shows too."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import AliasChoices, BaseModel, ConfigDict, Field
from pydantic.config import JsonDict

from app.contents.models import Status, Step
from app.embeddings.problems import EmbeddingsFailed, EmbeddingsFault
from app.ingestion.reasons import Notice, Reason
from service_kit.http.etags import Resource


def _shown(name: str) -> AliasChoices:
    """Return where a field is read from: what a document shows, or an answer that was given already."""
    return AliasChoices(f"shown_{name}", name)


def _texts(kind: type[Reason] | type[Notice]) -> JsonDict:
    return {code: [*texts] for code, texts in kind.by_code().items()}


class WarningOut(BaseModel):
    """Something that a reader of a document should know although it is `ready`."""

    code: str = Field(
        description="Stable; a user interface translates by it.", json_schema_extra={"x-texts": _texts(Notice)}
    )
    text: str = Field(description="For a person.")


class DocumentOut(Resource):
    """A document. Its state is that of its renewal while it is processed again or replaced."""

    passing: ClassVar[frozenset[str]] = frozenset({"progress", "step"})

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "b7a2b9d0-9d0e-4a0c-8f53-2f9b7f0c6d11",
                    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
                    "collection_id": "5f0c1b54-0a2f-4a6e-8a55-6d6d7f2b9f10",
                    "title": "就業規則",
                    "file_name": "就業規則.pdf",
                    "media_type": "application/pdf",
                    "size_bytes": 482113,
                    "status": "ready",
                    "progress": 100,
                    "step": None,
                    "error": None,
                    "error_code": None,
                    "warnings": [
                        {
                            "code": "PAGES_WITHOUT_TEXT",
                            "text": "Pages 2-6 (5 pages) have only pictures and no text, like a scan.",
                        }
                    ],
                    "tags": ["人事"],
                    "chunk_count": 42,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:03Z",
                }
            ]
        }
    )

    id: UUID
    knowledge_base_id: UUID
    collection_id: UUID
    title: str
    file_name: str
    media_type: str
    size_bytes: int
    status: Status = Field(validation_alias=_shown("status"))
    progress: int = Field(
        ge=0, le=100, description="How far processing is, percent.", validation_alias=_shown("progress")
    )
    step: Step | None = Field(
        description="What is being done; null unless `status` is `processing`.", validation_alias=_shown("step")
    )
    error: str | None = Field(
        description="Why processing failed, for a person; beside `ready`, why it could not be processed again or be"
        " replaced: what it was before is still there and found.",
        validation_alias=_shown("error"),
    )
    error_code: str | None = Field(
        description="Stable; a user interface translates `error` by it. Null without `error`, and for what failed"
        " before there were codes.",
        validation_alias=_shown("error_code"),
        json_schema_extra={"x-texts": {**_texts(Reason), EmbeddingsFailed.code: [*EmbeddingsFault]}},
    )
    warnings: list[WarningOut] = Field(description="What of the file is not found, or not as it was.")
    tags: list[str]
    chunk_count: int
    created_at: datetime
    updated_at: datetime
