"""Response bodies of services' tokens."""

from typing import Literal

from pydantic import ConfigDict

from service_kit.http.schemas import ResponseModel


class ServiceTokenOut(ResponseModel):
    """A service's access token (RFC 6749 section 4.4.3: without a refresh token)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9...",
                    "token_type": "bearer",
                    "expires_in": 300,
                    "scope": "audit:write",
                }
            ]
        }
    )

    access_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the name of the scheme
    expires_in: int
    scope: str
