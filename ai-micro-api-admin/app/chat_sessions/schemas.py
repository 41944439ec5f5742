"""Request and response bodies of conversations."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field, computed_field
from pydantic.config import JsonDict

from app.answers.classification import Kind
from app.answers.makers import EXTRACTIVE, RULES
from app.answers.sources import unsourced_sentences
from app.search.schemas import SearchItem, TextSpan
from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.text.text_fields import Line

Rating = Literal["up", "down"]
Title = Annotated[Line, Field(max_length=200)]

_SESSION: JsonDict = {
    "id": "2b6f1c1e-1d7e-4f0e-8b39-7b4c2f1a9d01",
    "knowledge_base_id": "8d8ac610-566d-4ef0-9c22-186b2a5ed793",
    "title": "図書館は何時まで開いていますか",
    "created_at": "2026-01-05T09:00:00Z",
    "updated_at": "2026-01-05T09:00:02Z",
}


def unsourced_spans(answer: str, model: str | None) -> list[TextSpan]:
    """Return the sentences of a model's answer that cite no passage; extracts and rules have none."""
    if model in (None, EXTRACTIVE, RULES):
        return []
    return [TextSpan(start=start, end=end) for start, end in unsourced_sentences(answer)]


class ChatSessionPatch(RequestModel):
    """The new title of a conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"title": "開館時間"}]})

    title: Title


class ChatSessionOut(Resource):
    """A conversation."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SESSION]})

    id: UUID
    knowledge_base_id: UUID
    title: str = Field(description="The first question, until it is renamed.")
    created_at: datetime
    updated_at: datetime


class ChatMessageOut(ResponseModel):
    """A question, or an answer."""

    id: UUID
    role: Literal["user", "assistant"]
    content: str
    state: Literal["complete", "stopped", "failed"] = Field(
        description="Of an answer: `stopped`: the caller left before its end; `failed`: the model server did."
    )
    citations: list[SearchItem] = Field(description="[1] in the answer is the first of them.")
    classification: Kind | None
    model: str | None
    template_id: UUID | None
    template_version: int | None = Field(description="Which version of the template the answer was made with.")
    rating: Rating | None
    comment: str | None
    created_at: datetime

    @computed_field(description="Sentences of a model that cite no passage: to be shown as not confirmed.")  # type: ignore[prop-decorator]  # as pydantic's documentation has it
    @property
    def unsourced(self) -> list[TextSpan]:
        """Return the sentences that cite no passage."""
        return unsourced_spans(self.content, self.model)


class ChatSessionWithMessages(ChatSessionOut):
    """A conversation with its questions and answers, in their order."""

    messages: list[ChatMessageOut]


class Feedback(RequestModel):
    """What the caller thinks of an answer; null removes it."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"rating": "up", "comment": "正確でした"}]})

    rating: Rating | None
    comment: Annotated[str, Field(max_length=2000)] | None = None
