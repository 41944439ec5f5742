"""Request and response bodies of profiles."""

from datetime import datetime
from typing import Annotated
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import AfterValidator, ConfigDict, EmailStr, Field, StringConstraints
from pydantic.config import JsonDict

from service_kit.schemas import RequestModel, ResponseModel

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

_TIME_ZONES = available_timezones()


def _known_time_zone(value: str) -> str:
    if value not in _TIME_ZONES:
        raise ValueError("is not a time zone of the IANA database, such as Asia/Tokyo")
    return value


Email = Annotated[EmailStr, Field(max_length=320)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
# E.164: a plus sign, then at most 15 digits (ITU-T E.164 section 6.2).
Phone = Annotated[str, StringConstraints(pattern=r"^\+[1-9][0-9]{1,14}$")]
# The shape of a BCP 47 language tag; RFC 5646 section 4.4.1 asks for room for 35 characters.
Locale = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", max_length=35)]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_known_time_zone)]


class ProfileFields(RequestModel):
    """What a user can say about themselves; each field may be left out or null."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    email: Email | None = Field(default=None, description="Where others may write to.")
    first_name: Name | None = None
    last_name: Name | None = None
    display_name: Name | None = None
    phone: Phone | None = Field(default=None, description="E.164, such as +81312345678.")
    locale: Locale | None = Field(default=None, description="BCP 47, such as ja-JP.")
    time_zone: TimeZone | None = Field(default=None, description="IANA, such as Asia/Tokyo.")
    bio: Annotated[str, StringConstraints(max_length=2000)] | None = None


class ProfileCreate(ProfileFields):
    """A new profile: one's own, or that of the user whom an administrator names."""

    user_id: UUID | None = Field(default=None, description="Administrators only; the default is the caller's own id.")


class ProfileReplace(ProfileFields):
    """All fields of a profile; what is left out becomes null."""


class ProfilePatch(ProfileFields):
    """Some fields of a profile; what is left out stays as it is, null empties a field."""


class ProfileOut(ResponseModel):
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
