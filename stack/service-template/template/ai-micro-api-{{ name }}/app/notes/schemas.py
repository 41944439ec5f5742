"""Request and response bodies of notes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel
from service_kit.text.text_fields import Line

EXAMPLE: JsonDict = {"title": "図書館", "body": "平日は午後八時まで。"}


class NoteIn(RequestModel):
    """What a user writes."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    title: Annotated[Line, Field(max_length=200)]
    body: Annotated[str, StringConstraints(max_length=10_000)] = ""


class NoteOut(Resource):
    """A note."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    **EXAMPLE,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    title: str
    body: str
    created_at: datetime
    updated_at: datetime
