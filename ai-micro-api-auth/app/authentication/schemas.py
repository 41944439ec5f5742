"""Request bodies of signing in."""

from typing import Literal, Self

from pydantic import ConfigDict, Field, model_validator

from app.accounts.schemas import CurrentPassword
from service_kit.http.schemas import RequestModel
from service_kit.text.email_addresses import MAX_LENGTH
from service_kit.text.field_faults import FieldFault

_SIGN_IN_MISSING = FieldFault("sign_in_missing", "username and password are needed")


class Credentials(RequestModel):
    """Email and password. Any text will do: what is no address simply has no account."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "hanako@example.com", "password": "correct horse battery"}]}
    )

    email: str = Field(min_length=1, max_length=MAX_LENGTH)
    password: CurrentPassword


class TokenForm(RequestModel):
    """The password grant of OAuth 2.0 (RFC 6749 section 4.3.2), as the docs page's Authorize button sends it; or the
    client credentials of a service (section 4.4.2), in the form or as HTTP Basic.
    """

    # RFC 6749 section 3.2: unrecognised request parameters are ignored.
    model_config = ConfigDict(extra="ignore")

    grant_type: Literal["password", "client_credentials"]
    username: str | None = Field(default=None, min_length=1, max_length=MAX_LENGTH, description="The email address.")
    password: CurrentPassword | None = None
    client_id: str = Field(default="", max_length=100, description="A service's name.")
    client_secret: str = Field(default="", max_length=500, json_schema_extra={"format": "password"})
    scope: str = Field(default="", max_length=500, description="What a service's token is for.")

    @model_validator(mode="after")
    def _password_grant_is_complete(self) -> Self:
        if self.grant_type == "password" and (self.username is None or self.password is None):
            raise _SIGN_IN_MISSING.error()
        return self
