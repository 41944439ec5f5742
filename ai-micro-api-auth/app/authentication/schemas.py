"""Request bodies of signing in."""

from pydantic import ConfigDict, Field

from app.accounts.schemas import CurrentPassword
from service_kit.email_addresses import MAX_LENGTH
from service_kit.schemas import RequestModel


class Credentials(RequestModel):
    """Email and password. Any text will do: what is no address simply has no account."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"email": "hanako@example.com", "password": "correct horse battery"}]}
    )

    email: str = Field(min_length=1, max_length=MAX_LENGTH)
    password: CurrentPassword


class PasswordForm(RequestModel):
    """The password grant of OAuth 2.0 (RFC 6749 section 4.3.2), as the docs page's Authorize button sends it."""

    # RFC 6749 section 3.2: unrecognised request parameters are ignored.
    model_config = ConfigDict(extra="ignore")

    username: str = Field(min_length=1, max_length=MAX_LENGTH, description="The email address.")
    password: CurrentPassword
    grant_type: str = Field(default="password", pattern="^password$")
