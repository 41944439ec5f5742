"""Request and response bodies of prompt templates."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.field_types import Description
from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.text.text_fields import Line

Purpose = Literal["answer", "summary"]
Name = Annotated[Line, Field(max_length=100)]
Content = Annotated[
    str,
    Field(
        min_length=1,
        max_length=50_000,
        description="The prompt. {context} and {question} are filled in (summary: {context}); {knowledge_base_name},"
        " {history} (answer) and {statistics} (summary) may be; {{ and }} are braces.",
    ),
]

_FIELDS: JsonDict = {
    "name": "short-answer",
    "description": "二文以内で答える",
    "content": "資料だけを根拠に、二文以内で答えます。\n\n資料:\n{context}\n\n質問:\n{question}\n",
    "is_default": False,
}


class PromptTemplateReplace(RequestModel):
    """All fields of a template but its purpose, which never changes; what is left out gets its default."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FIELDS]})

    name: Name
    description: Description | None = None
    content: Content
    is_default: bool = Field(
        default=False, description="True makes it the default for its purpose, in the place of the present one."
    )


class PromptTemplateCreate(PromptTemplateReplace):
    """A new template."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"purpose": "answer", **_FIELDS}]})

    purpose: Purpose = Field(description="`answer`: for chat; `summary`: for the summary of a knowledge base.")


class PromptTemplatePatch(RequestModel):
    """Some fields of a template; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"is_default": True}]})

    # The factories mark the fields as optional; nothing reads their values, because only fields that were set count.
    name: Name = Field(default_factory=str)
    description: Description | None = None
    content: Content = Field(default_factory=str)
    is_default: bool = Field(default_factory=bool)


class PromptTemplateOut(Resource):
    """A prompt template."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "6f1d2c1e-6a55-4b0e-9c3a-0d8f5a7b1c01",
                    "name": "default-answer",
                    "purpose": "answer",
                    "description": "出典を付けて質問に答える（既定）",
                    "content": "資料:\n{context}\n\n質問:\n{question}\n",
                    "is_default": True,
                    "version": 1,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    name: str
    purpose: Purpose
    description: str | None
    content: str = Field(description="The prompt; what is in braces is filled in before it is sent.")
    is_default: bool
    version: int = Field(description="Counts the changes of name, description and content, from 1.")
    created_at: datetime
    updated_at: datetime


class PromptTemplateVersionOut(ResponseModel):
    """What a template was until it was changed."""

    version: int
    name: str
    description: str | None
    content: str
    replaced_at: datetime
    replaced_by: UUID = Field(description="The account that changed it.")
