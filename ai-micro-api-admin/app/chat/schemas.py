"""Request and response bodies of chat."""

from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.config import JsonDict

from app.answers.classification import Kind
from app.answers.makers import EXTRACTIVE
from app.search.schemas import SearchItem, TextSpan
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.text.field_faults import FieldFault

_BLANK = FieldFault("blank", "must not be blank")


def _not_blank(value: str) -> str:
    if not value.strip():
        raise _BLANK.error()
    return value


Message = Annotated[str, Field(min_length=1, max_length=4000), AfterValidator(_not_blank)]

_CITATION: JsonDict = {
    "document_id": "b7a2b9d0-9d0e-4a0c-8f53-2f9b7f0c6d11",
    "chunk_id": "0d6c7c55-6a0e-4f0e-8a43-0c6a2b0f7a10",
    "title": "library",
    "collection_id": "5f0c1b54-0a2f-4a6e-8a55-6d6d7f2b9f10",
    "collection_name": "未分類",
    "snippet": "図書館は平日の午前九時から午後八時まで開いています。",
    "page": None,
    "score": 0.93,
}
ANSWER_EXAMPLE: JsonDict = {
    "session_id": "2b6f1c1e-1d7e-4f0e-8b39-7b4c2f1a9d01",
    "message_id": "c0a8f5e2-3a1b-4f6e-9d57-0b6d2c9e4f11",
    "answer": "資料からの抜粋です。\n\n図書館は平日の午前九時から午後八時まで開いています。 [1]",
    "citations": [_CITATION],
    "classification": "content",
    "model": EXTRACTIVE,
}


class ChatRequest(RequestModel):
    """A question."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"message": "図書館は何時まで開いていますか"}]})

    message: Message
    session_id: UUID | None = Field(default=None, description="The conversation to go on with; a new one by default.")
    collection_id: UUID | None = Field(default=None, description="Answer from this collection only.")
    template_id: UUID | None = Field(
        default=None, description="The prompt template for `answer`; the default one otherwise. Needs a model."
    )


class ChatAnswer(ResponseModel):
    """An answer with its sources."""

    model_config = ConfigDict(json_schema_extra={"examples": [ANSWER_EXAMPLE]})

    session_id: UUID
    message_id: UUID = Field(description="Of the answer, for feedback.")
    answer: str = Field(description="Markdown without images and foreign links; [1] is the first citation.")
    citations: list[SearchItem]
    unsourced: list[TextSpan] = Field(
        default=[], description="Sentences of a model that cite no passage: to be shown as not confirmed."
    )
    classification: Kind
    model: str = Field(description="`extractive` and `rules` are no language models.")
