"""The admin service's `POST /api/logs/login`, as the outbox sees it."""

from collections.abc import Callable
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import httpx
from sqlalchemy import Row

from app.login_log.models import LoginEvent
from service_kit.trace_context import service_client

SCOPE: Final = "login-logs:write"
# The `sub` of the token that this service calls others with; no account has it.
SERVICE_ID: Final = UUID("a7a15e11-0000-4000-8000-000000000001")
TIMEOUT_SECONDS: Final = 3.0
# 200: the event had arrived before. Its id makes it the same one.
_DELIVERED = frozenset({HTTPStatus.CREATED, HTTPStatus.OK})
# Says something about this one event; every other failure is the receiver's state, and the next event fares no better.
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNPROCESSABLE_ENTITY})


class Answer(Enum):
    """What became of an event."""

    DELIVERED = auto()
    REFUSED = auto()


class ReceiverUnavailableError(Exception):
    """The receiver cannot take any event right now; the message says why."""


class Receiver:
    """Sends events.

    Args:
        url: where to.
        new_token: returns an access token for `SCOPE`.
    """

    def __init__(self, url: str, new_token: Callable[[], str]) -> None:
        self._url = url
        self._new_token = new_token
        self._client = service_client(timeout=TIMEOUT_SECONDS)

    async def send(self, event: Row[Any]) -> Answer:
        """Deliver one event.

        Raises:
            ReceiverUnavailableError: the receiver is away, or has trouble of its own.
        """
        try:
            response = await self._client.post(
                self._url, json=message(event), headers={"Authorization": f"Bearer {self._new_token()}"}
            )
        except httpx.HTTPError as error:
            raise ReceiverUnavailableError(str(error) or type(error).__name__) from error
        return meaning(response.status_code)

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()


def meaning(status: int) -> Answer:
    """Return what a status says of the event.

    Raises:
        ReceiverUnavailableError: it says something of the receiver instead.
    """
    if status in _DELIVERED:
        return Answer.DELIVERED
    if status in _REFUSED:
        return Answer.REFUSED
    raise ReceiverUnavailableError(f"status {status}")


def message(event: Row[Any] | LoginEvent) -> dict[str, object]:
    """Return the body of the request; `stack/tests/contract` holds it against the admin service's OpenAPI document."""
    return {
        "id": str(event.id),
        "user_id": str(event.user_id) if event.user_id else None,
        "email": event.email,
        "succeeded": event.succeeded,
        "reason": event.reason,
        "ip_address": event.ip_address,
        "user_agent": event.user_agent,
        "occurred_at": event.occurred_at.isoformat(),
        # An admin service of the release before knows no such member, and needs none for a single attempt.
        **({"occurrences": event.occurrences} if event.occurrences > 1 else {}),
    }
