"""Request and response bodies of profiles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import ConfigDict, Field, StringConstraints
from pydantic.config import JsonDict

from app.profiles.fields import Locale, Name, Phone, TimeZone
from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel, ResponseModel
from service_kit.text.email_addresses import EmailAddress

EXAMPLE: JsonDict = {
    "email": "hanako@example.com",
    "first_name": "花子",
    "last_name": "山田",
    "display_name": "Hanako",
    "phone": "+81312345678",
    "locale": "ja-JP",
    "time_zone": "Asia/Tokyo",
    "bio": "図書館で働いています。",
}


class ProfileFields(RequestModel):
    """What a user can say about themselves; each field may be left out or null."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    email: EmailAddress | None = Field(default=None, description="Where others may write to.")
    first_name: Name | None = None
    last_name: Name | None = None
    display_name: Name | None = None
    phone: Phone | None = Field(
        default=None, description="As people write it, such as 03-1234-5678 or +81 3-1234-5678; kept as E.164."
    )
    locale: Locale | None = Field(default=None, description="BCP 47, such as ja-JP; ja_JP is read as well.")
    time_zone: TimeZone | None = Field(default=None, description="IANA, such as Asia/Tokyo.")
    bio: Annotated[str, StringConstraints(max_length=2000)] | None = None


class ProfileCreate(ProfileFields):
    """A new profile: one's own, or that of the user whom an administrator names."""

    user_id: UUID | None = Field(default=None, description="Administrators only; the default is the caller's own id.")


class ProfileReplace(ProfileFields):
    """All fields of a profile; what is left out becomes null."""


class ProfilePatch(ProfileFields):
    """Some fields of a profile; what is left out stays as it is, null empties a field."""


class ProfileOut(Resource):
    """A profile."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "user_id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    **EXAMPLE,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    user_id: UUID
    email: str | None
    first_name: str | None
    last_name: str | None
    display_name: str | None
    phone: str | None
    locale: str | None
    time_zone: str | None
    bio: str | None
    created_at: datetime
    updated_at: datetime


class ProfileExport(ResponseModel):
    """Everything that this service has of a person."""

    profile: ProfileOut | None = Field(description="Null where there is none.")
