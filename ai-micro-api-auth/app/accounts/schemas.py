"""Request and response bodies of accounts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Query
from pydantic import AfterValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

from app.passwords import password_policy
from service_kit.http.etags import Resource
from service_kit.http.schemas import RequestModel
from service_kit.lists.text_search import SearchText
from service_kit.text.email_addresses import EmailAddress
from service_kit.text.field_faults import FieldFault

_PASSWORD_TOO_LONG = FieldFault("password_too_long", "has more than {max_length} characters")


def _long_enough(password: str) -> str:
    password_policy.check_length(password)
    return password


NewPassword = Annotated[
    str,
    AfterValidator(_long_enough),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "minLength": password_policy.MIN_LENGTH,
            "maxLength": password_policy.MAX_LENGTH,
            "description": "Any characters. Common and easily guessed ones are refused, and those made of the address.",
        }
    ),
]


def _not_too_long(password: str) -> str:
    if len(password_policy.normalise(password)) > password_policy.MAX_LENGTH:
        raise _PASSWORD_TOO_LONG.error(max_length=password_policy.MAX_LENGTH)
    return password


CurrentPassword = Annotated[
    str,
    Field(
        min_length=1,
        max_length=password_policy.MAX_TYPED_LENGTH,
        json_schema_extra={"format": "password", "writeOnly": True},
    ),
    AfterValidator(_not_too_long),
]
"""A password that is compared with the stored one; no account has a longer one."""
MOST_IDS = 100
"""As many accounts as a page of a list has."""
Role = Literal["admin", "user"]


def _as_set(roles: list[Role]) -> list[Role]:
    return sorted(set(roles))


Roles = Annotated[list[Role], Field(min_length=1, max_length=10), AfterValidator(_as_set)]


class Signup(RequestModel):
    """A new account. Roles cannot be asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "hanako@example.com", "password": "correct horse battery"}]}
    )

    email: EmailAddress
    password: NewPassword


class AccountCreate(RequestModel):
    """An account that an administrator creates; its password is generated."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "taro@example.com", "roles": ["user"]}]})

    email: EmailAddress
    roles: Roles = Field(default=["user"], description="All roles of the account.")


class PasswordConfirmation(RequestModel):
    """One's own password, asked for again before what cannot be undone."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"password": "correct horse battery"}]})

    password: CurrentPassword


class PasswordChange(RequestModel):
    """One's own new password."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current_password": "correct horse battery", "new_password": "staple it to the wall"}]
        }
    )

    current_password: CurrentPassword
    new_password: NewPassword


class AccountPatch(RequestModel):
    """What an administrator can change; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"roles": ["admin", "user"]}, {"is_active": False}]})

    roles: Roles = Field(default_factory=list, description="All roles of the account from now on.")
    is_active: bool = Field(default=True, description="An inactive account cannot sign in.", strict=True)


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts of the list are wanted; what is left out is any."""

    q: SearchText = None
    is_active: Annotated[bool | None, Query(description="Only accounts that are active, or that are not.")] = None
    is_approved: Annotated[
        bool | None, Query(description="Only accounts whose sign-up is approved, or that wait for it.")
    ] = None
    role: Annotated[Role | None, Query(description="Only accounts that have this role.")] = None
    id: Annotated[
        list[UUID] | None,
        Query(max_length=MOST_IDS, description="Only these accounts; given once for each. Unknown ids are left out."),
    ] = None


class AccountOut(Resource):
    """An account."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c",
                    "email": "hanako@example.com",
                    "roles": ["user"],
                    "is_active": True,
                    "created_at": "2026-01-05T09:00:00Z",
                    "updated_at": "2026-01-05T09:00:00Z",
                }
            ]
        }
    )

    id: UUID
    email: str
    roles: list[str]
    is_active: bool
    created_at: datetime
    updated_at: datetime


class AccountWithPassword(AccountOut):
    """A new account with its generated password."""

    model_config = ConfigDict(json_schema_extra={"examples": []})

    password: str = Field(description="Shown this once.", json_schema_extra={"format": "password"})

    def etag(self) -> str:
        """Return the tag of the account, which a GET shows without the password."""
        return AccountOut.model_validate(self.model_dump(exclude={"password"})).etag()
