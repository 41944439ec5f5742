"""Request and response bodies of accounts."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

from app.accounts import passwords
from service_kit.email_addresses import EmailAddress
from service_kit.schemas import RequestModel, ResponseModel


def _acceptable(password: str) -> str:
    passwords.check_acceptable(password)
    return password


NewPassword = Annotated[
    str,
    AfterValidator(_acceptable),
    WithJsonSchema(
        {
            "type": "string",
            "format": "password",
            "minLength": passwords.MIN_LENGTH,
            "maxLength": passwords.MAX_LENGTH,
            "description": "Any characters; the most common passwords are refused.",
        }
    ),
]
Role = Literal["admin", "user"]


def _as_set(roles: list[Role]) -> list[Role]:
    return sorted(set(roles))


class Signup(RequestModel):
    """A new account. Roles cannot be asked for."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "hanako@example.com", "password": "correct horse battery"}]}
    )

    email: EmailAddress
    password: NewPassword


class PasswordChange(RequestModel):
    """One's own new password."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"current_password": "correct horse battery", "new_password": "staple it to the wall"}]
        }
    )

    current_password: str = Field(min_length=1, max_length=passwords.MAX_LENGTH)
    new_password: NewPassword


class AccountPatch(RequestModel):
    """What an administrator can change; what is left out stays as it is."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"roles": ["admin", "user"]}, {"is_active": False}]})

    roles: Annotated[list[Role], Field(min_length=1, max_length=10), AfterValidator(_as_set)] = Field(
        default_factory=list, description="All roles of the account from now on."
    )
    is_active: bool = Field(default=True, description="An inactive account cannot sign in.", strict=True)


class AccountOut(ResponseModel):
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
