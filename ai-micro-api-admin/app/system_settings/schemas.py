"""Request and response bodies of settings."""

from datetime import datetime
from uuid import UUID

from pydantic import ConfigDict, Field, StrictFloat, StrictInt

from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel


class SettingChange(RequestModel):
    """The new value of a setting."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"value": 0.5}]})

    value: StrictInt | StrictFloat


class SettingOut(Resource):
    """A setting."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "search.japanese.vector_weight",
                    "value": 0.5,
                    "default": 0.4,
                    "description": "Weight of the vector ranking, Japanese queries. 0.01 to 100.",
                    "updated_at": "2026-01-05T09:00:00Z",
                    "updated_by": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                }
            ]
        }
    )

    key: str
    value: int | float
    default: int | float
    description: str
    updated_at: datetime | None = Field(description="Null while the default holds.")
    updated_by: UUID | None
