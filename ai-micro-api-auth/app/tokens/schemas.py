"""Request and response bodies of tokens."""

from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from service_kit.http.schemas import RequestModel, ResponseModel

_REFRESH_TOKEN = "P2-mxb4sTJqVzR0h0m1b8Fv1Tn3r9c2KQm0lY7i5sE6gH8jK1aQ4wZ3xN5vB7uCd"  # noqa: S105 - an example
_EXAMPLE: JsonDict = {"refresh_token": _REFRESH_TOKEN}


class RefreshTokenIn(RequestModel):
    """A refresh token."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EXAMPLE]})

    refresh_token: str = Field(min_length=1, max_length=512)


class TokensOut(ResponseModel):
    """What a client signs its requests with, and what it gets the next one for."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9...",
                    "refresh_token": _REFRESH_TOKEN,
                    "token_type": "bearer",
                    "expires_in": 900,
                }
            ]
        }
    )

    access_token: str = Field(description="Send it as `Authorization: Bearer ...`.")
    refresh_token: str = Field(description="Good once: POST /auth/refresh returns its successor.")
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of the scheme
    expires_in: int = Field(description="Life of the access token, seconds.")
