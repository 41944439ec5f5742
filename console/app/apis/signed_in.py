"""The APIs in the name of one session: its token on every request, renewed when it is due."""

import time
from http import HTTPStatus
from typing import Any

import httpx

from app.apis.problems import ApiError, RefusedError, ServiceUnavailableError, SignedOutError
from app.apis.transport import Transport
from app.sessions.sessions import Session, Tokens

SECONDS_BEFORE_END = 30.0
"""How long before its end an access token is renewed, so that it does not end on its way."""
LARGEST_PAGE = 100
"""Items that a list of the services gives at most in one answer."""


def tokens_of(answer: Any) -> Tokens:  # noqa: ANN401 - JSON
    """Return the tokens of an answer of `/auth/login` or `/auth/refresh`."""
    return Tokens(answer["access_token"], answer["refresh_token"], time.monotonic() + answer["expires_in"])


async def sign_out(transport: Transport, session: Session) -> bool:
    """End the tokens of a session at the auth service.

    Args:
        transport: sends the request.
        session: that is forgotten here.

    Returns:
        False if the auth service did not hear of it: the tokens end by their age.
    """
    # After a renewal that is under way, or its new tokens would outlive the session.
    async with session.renewing:
        try:
            await transport.send("auth", "POST", "/auth/logout", json={"refresh_token": session.tokens.refresh})
        except ApiError:
            return False
    return True


class Apis:
    """Asks services in the name of a session.

    Args:
        transport: sends the requests.
        session: whose token they carry.
    """

    def __init__(self, transport: Transport, session: Session) -> None:
        self.session = session
        self._transport = transport

    @property
    def services(self) -> tuple[str, ...]:
        """The names of the services."""
        return self._transport.services

    async def get(self, service: str, path: str, **parameters: Any) -> Any:  # noqa: ANN401 - JSON
        """Return what GET answers; parameters that are None or empty are left out.

        Raises:
            SignedOutError, ServiceUnavailableError, RefusedError: see `Transport.send`.
        """
        params = {name: value for name, value in parameters.items() if value not in (None, "")}
        return (await self.send(service, "GET", path, params=params)).json()

    async def get_tagged(self, service: str, path: str) -> tuple[Any, str]:
        """Return what GET answers and its entity tag, which a change of it names as If-Match.

        Raises:
            SignedOutError, ServiceUnavailableError, RefusedError: see `Transport.send`.
        """
        answer = await self.send(service, "GET", path)
        return answer.json(), answer.headers.get("etag", "")

    async def send(self, service: str, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request as `Transport.send` does, with the session's token.

        Raises:
            SignedOutError, ServiceUnavailableError, RefusedError: see `Transport.send`.
        """
        headers = content.pop("headers", {})
        token = await self._token()
        try:
            return await self._transport.send(
                service, method, path, headers={**headers, "Authorization": f"Bearer {token}"}, **content
            )
        except SignedOutError:
            if "content" in content:  # a body that is read once cannot be sent again
                raise
        # It was withdrawn, or ended early: a new one tells which.
        token = await self._token(other_than=token)
        return await self._transport.send(
            service, method, path, headers={**headers, "Authorization": f"Bearer {token}"}, **content
        )

    async def _token(self, *, other_than: str | None = None) -> str:
        async with self.session.renewing:
            tokens = self.session.tokens
            is_due = time.monotonic() > tokens.expires_at - SECONDS_BEFORE_END
            if tokens.access == other_than or is_due:
                self.session.tokens = tokens = await self._renewed(tokens)
            return tokens.access

    async def _renewed(self, tokens: Tokens) -> Tokens:
        try:
            answer = await self._transport.send("auth", "POST", "/auth/refresh", json={"refresh_token": tokens.refresh})
        except RefusedError as error:
            if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR or error.status == HTTPStatus.TOO_MANY_REQUESTS:
                raise ServiceUnavailableError("auth", error.detail) from error  # the tokens may be good still
            raise SignedOutError(error.detail) from error
        return tokens_of(answer.json())
