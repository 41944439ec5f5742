"""The other service, as an outbox sees it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final

import httpx
from sqlalchemy import Row

from service_kit.observability.service_client import service_client
from service_kit.outbox.batches import batch_of

TIMEOUT_SECONDS: Final = 3.0
# 200: the message had arrived before. Its id makes it the same one.
_DELIVERED = frozenset({HTTPStatus.CREATED, HTTPStatus.OK, HTTPStatus.NO_CONTENT})
# Says something about this one message; every other failure is the receiver's state, and the next message fares no
# better.
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})
# A receiver of an older release takes single messages only.
_NO_BATCHES = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED})


class Answer(Enum):
    """What became of a message."""

    DELIVERED = auto()
    REFUSED = auto()


class ReceiverUnavailableError(Exception):
    """The receiver cannot take any message right now; the text says why."""


class Receiver:
    """Sends messages with POST, one by one to `url` and several to `url/batch`.

    Args:
        url: where to.
        token: returns an access token for it.
        message: returns the body of the request that delivers a row.
        forget_token: called when the receiver does not accept the token; None where each is a new one.
    """

    def __init__(
        self,
        url: str,
        token: Callable[[], Awaitable[str]],
        message: Callable[[Row[Any]], Mapping[str, object]],
        *,
        forget_token: Callable[[], None] | None = None,
    ) -> None:
        self._url = url
        self._token = token
        self._message = message
        self._forget_token = forget_token
        self._client = service_client(timeout=TIMEOUT_SECONDS)

    async def send(self, row: Row[Any]) -> Answer:
        """Deliver one message.

        Raises:
            ReceiverUnavailableError: the receiver is away or has trouble of its own, or there is no token for it.
        """
        return meaning(await self._post(self._url, self._message(row)))

    async def send_together(self, rows: Sequence[Row[Any]]) -> bool:
        """Deliver several messages in one request.

        Returns:
            False where they have to be sent one by one: the receiver takes no batches, or not this one.

        Raises:
            ReceiverUnavailableError: as `send`.
        """
        status = await self._post(f"{self._url}/batch", batch_of(rows, self._message))
        return status not in _NO_BATCHES and meaning(status) is Answer.DELIVERED

    async def _post(self, url: str, body: Mapping[str, object]) -> int:
        try:
            headers = {"Authorization": f"Bearer {await self._token()}"}
            response = await self._client.post(url, json=body, headers=headers)
        except httpx.HTTPError as error:
            raise ReceiverUnavailableError(str(error) or type(error).__name__) from error
        if response.status_code == HTTPStatus.UNAUTHORIZED and self._forget_token is not None:
            self._forget_token()
        return response.status_code

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def meaning(status: int) -> Answer:
    """Return what a status says of the message.

    Raises:
        ReceiverUnavailableError: it says something of the receiver instead.
    """
    if status in _DELIVERED:
        return Answer.DELIVERED
    if status in _REFUSED:
        return Answer.REFUSED
    raise ReceiverUnavailableError(f"status {status}")
