"""Request and response bodies of documents."""

from enum import StrEnum
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from app.contents.schemas import DocumentOut
from app.documents.problems import ArchiveDamaged, ArchiveTooLarge, EncryptedFile, UnsupportedDocument
from app.field_types import DocumentTitle, Tags
from app.ingestion.texts.cleaning import clean
from service_kit.http.etags import Resource
from service_kit.http.problems import ProblemDocument
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.text.field_faults import FieldFault

_NOTHING_VISIBLE = FieldFault("nothing_visible", "must have visible characters")


def _cleaned(text: str) -> str:
    cleaned = clean(text).strip()
    if not cleaned:
        raise _NOTHING_VISIBLE.error()
    return cleaned


ChunkText = Annotated[str, Field(max_length=20_000), AfterValidator(_cleaned)]
"""A text as parsers leave it, of which something can be seen."""


class OnDuplicate(StrEnum):
    """What becomes of an upload whose bytes are a document of the knowledge base already."""

    KEEP = "keep"
    MOVE = "move"
    REFUSE = "refuse"


_PLACE = "the document “{title}” ({file_name}) in the collection “{collection}”"
DUPLICATE_TEXTS = {"kept": f"The file is {_PLACE} already, and was left there.", "moved": f"The file is {_PLACE} now."}
"""What is said of such an upload, by what became of it; `{name}` stands for a value."""


class Duplicate(BaseModel):
    """What became of an upload whose bytes are a document already, which the answer shows."""

    action: Literal["kept", "moved"] = Field(
        description="`kept`: it is as it was, under its own name, title and collection. `moved`: it has those of this"
        " upload.",
        json_schema_extra={"x-texts": {action: [text] for action, text in DUPLICATE_TEXTS.items()}},
    )
    file_name: str = Field(description="The file's name in this upload.")
    text: str = Field(description="The same, for a person.")


class UploadOut(DocumentOut):
    """A document that was uploaded."""

    passing: ClassVar[frozenset[str]] = DocumentOut.passing | {"duplicate"}

    duplicate: Duplicate | None = Field(default=None, description="Null for bytes that are new.")


class Outcome(StrEnum):
    """What became of a file of a batch."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REFUSED = "refused"


class BatchItem(BaseModel):
    """What became of a file."""

    name: str = Field(description="As it was sent; of a file in a zip, the zip's name and its path there.")
    outcome: Outcome
    document: UploadOut | None = Field(description="Null if it was refused.")
    problem: ProblemDocument | None = Field(
        description="Why it was refused; null if it was not.",
        examples=[kind.example() for kind in (UnsupportedDocument, ArchiveTooLarge, ArchiveDamaged, EncryptedFile)],
    )


class BatchOut(BaseModel):
    """What became of each file, in the order in which they were sent."""

    items: list[BatchItem]
    accepted: int
    duplicate: int
    refused: int


class DocumentMove(RequestModel):
    """Where a document goes."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"collection_id": "5f0c1b54-0a2f-4a6e-8a55-6d6d7f2b9f10"}]}
    )

    collection_id: UUID = Field(description="A collection of the same knowledge base.")


class DocumentPatch(RequestModel):
    """Some fields of a document; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "就業規則（2026年版）", "tags": ["人事"]}]})

    # The factories mark the fields as optional; nothing reads their values, because only fields that were set count.
    title: DocumentTitle = Field(default_factory=str)
    tags: Tags = Field(default_factory=list)


class ChunkOut(ResponseModel):
    """A piece of a document's text, as it is searched and cited."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0d6c7c55-6a0e-4f0e-8a43-0c6a2b0f7a10",
                    "index": 0,
                    "page": 1,
                    "text": "第1条 この規則は、従業員の就業に関する事項を定める。",
                    "corrected": False,
                }
            ]
        }
    )

    id: str
    index: int = Field(description="Place in the document, from 0.")
    page: int | None = Field(description="Page of the file, from 1; null for a format without pages.")
    text: str
    corrected: bool = Field(description="A person wrote this text in the place of the file's.")


class ChunkCorrection(RequestModel):
    """A chunk's text as it should be."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"text": "第1条 この規則は、従業員の就業に関する事項を定める。"}]}
    )

    text: ChunkText = Field(description="The whole text, which may have several lines.")


class ChunkInContext(ChunkOut, Resource):
    """A chunk with its document and the chunks around it."""

    passing: ClassVar[frozenset[str]] = frozenset({"title", "previous", "next"})

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0d6c7c55-6a0e-4f0e-8a43-0c6a2b0f7a10",
                    "index": 0,
                    "page": 1,
                    "text": "第1条 この規則は、従業員の就業に関する事項を定める。",
                    "corrected": False,
                    "original": None,
                    "document_id": "b7a2b9d0-9d0e-4a0c-8f53-2f9b7f0c6d11",
                    "title": "就業規則",
                    "previous": None,
                    "next": None,
                }
            ]
        }
    )

    document_id: UUID
    title: str
    original: str | None = Field(description="What the file has in its place; null unless it is `corrected`.")
    previous: ChunkOut | None = Field(description="The chunk before it; null for the first.")
    next: ChunkOut | None = Field(description="The chunk after it; null for the last.")
