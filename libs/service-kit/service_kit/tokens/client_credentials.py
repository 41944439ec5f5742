"""A service's own access tokens, from the auth service (OAuth 2.0 client credentials, RFC 6749 section 4.4)."""

import time
from typing import Final
from urllib.parse import quote_plus

import httpx
from pydantic import BaseModel, SecretStr, ValidationError

from service_kit.observability.service_client import service_client

TIMEOUT_SECONDS: Final = 3.0
# A token is not used in its last seconds: it has to be good when it arrives, by the clock of another machine.
_UNUSED_SECONDS: Final = 30.0


class NoServiceTokenError(httpx.HTTPError):
    """The auth service gave no token; the message says why."""


class _Token(BaseModel):
    access_token: str
    expires_in: float


class ClientCredentials:
    """Gets tokens and keeps each until shortly before it expires.

    Args:
        url: the auth service's `POST /auth/token`.
        client_id: this service's name.
        secret: what it and the auth service know.
        scope: what the tokens are for.
    """

    def __init__(self, url: str, client_id: str, secret: SecretStr, *, scope: str) -> None:
        self._url = url
        self._client_id = client_id
        self._secret = secret
        self._scope = scope
        self._token = ""
        self._good_until = 0.0

    async def token(self) -> str:
        """Return a token that is good for some time yet.

        Raises:
            NoServiceTokenError: there is none to be had right now.
        """
        if time.monotonic() >= self._good_until:
            asked_at = time.monotonic()
            answer = await self._ask()
            self._token = answer.access_token
            self._good_until = asked_at + max(answer.expires_in - _UNUSED_SECONDS, answer.expires_in / 2)
        return self._token

    def forget(self) -> None:
        """Get a new token next time: the one that is kept was refused."""
        self._good_until = 0.0

    async def _ask(self) -> _Token:
        # RFC 6749 section 2.3.1: encoded as in a form.
        credentials = httpx.BasicAuth(quote_plus(self._client_id), quote_plus(self._secret.get_secret_value()))
        form = {"grant_type": "client_credentials", "scope": self._scope}
        async with service_client(timeout=TIMEOUT_SECONDS) as client:
            try:
                response = await client.post(self._url, data=form, auth=credentials)
                response.raise_for_status()
                return _Token.model_validate_json(response.content)
            except httpx.HTTPStatusError as error:
                raise NoServiceTokenError(f"no token from {self._url}: status {error.response.status_code}") from error
            except ValidationError as error:
                raise NoServiceTokenError(f"no token from {self._url}: the answer is none") from error
