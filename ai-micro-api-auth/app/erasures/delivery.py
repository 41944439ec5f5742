"""Brings erasures to the services that keep something of an account."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any

import structlog
from sqlalchemy import Row

from app.erasures.models import AccountErasure
from app.erasures.repository import OUTBOX
from service_kit.database.models import table_of
from service_kit.database.sessions import Database
from service_kit.outbox.delivery import Delivery
from service_kit.outbox.metrics import WatchedOutbox
from service_kit.outbox.receiver import Answer, Receiver, ReceiverUnavailableError

UNDELIVERED_ERASURES = WatchedOutbox("account_erasures", table_of(AccountErasure))
"""The deleted accounts that a service has not forgotten yet, one for each service."""

logger = structlog.get_logger(__name__)


class Receivers(Receiver):
    """Sends each erasure to its service. One that is away holds up only its own: they are tried later.

    Args:
        receivers: by the name of the service.
    """

    def __init__(self, receivers: Mapping[str, Receiver]) -> None:
        self._receivers = receivers

    async def send(self, row: Row[Any]) -> Answer:
        """Deliver one erasure."""
        receiver = self._receivers.get(row.service)
        if receiver is None:
            logger.error("erasure_without_address", service=row.service, remedy="name the service in ERASURE_URLS")
            return Answer.REFUSED
        try:
            return await receiver.send(row)
        except ReceiverUnavailableError as error:
            logger.warning("erasure_postponed", service=row.service, error=str(error))
            return Answer.REFUSED

    async def send_together(self, _: Sequence[Row[Any]]) -> bool:
        """Return False: erasures are rare, and each may be for another service."""
        return False

    async def close(self) -> None:
        """Close the connections."""
        for receiver in self._receivers.values():
            await receiver.close()


def erasure_delivery(
    database: Database, urls: Mapping[str, str], new_token: Callable[[str], Awaitable[str]]
) -> Delivery:
    """Return the delivery of erasures.

    Args:
        database: where the outbox is.
        urls: each service's `POST /internal/erasures`, by its name.
        new_token: returns a token for the service with a name.
    """
    receivers = {name: Receiver(url, partial(new_token, name), message) for name, url in urls.items()}
    return Delivery(database, OUTBOX, Receivers(receivers), name="account_erasures")


def message(row: Row[Any]) -> dict[str, object]:
    """Return the body of the request."""
    return {"user_id": str(row.user_id)}
