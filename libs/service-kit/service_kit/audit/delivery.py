"""Delivers audit events to the admin service's `POST /api/logs/audit`."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from sqlalchemy import Row

from service_kit.audit.tables import AUDIT_DELIVERIES, AUDIT_EVENTS
from service_kit.audit.trail import COMMIT_MARK
from service_kit.database.sessions import Database
from service_kit.outbox.delivery import Delivery
from service_kit.outbox.queue import Outbox
from service_kit.outbox.receiver import Receiver

SCOPE: Final = "audit:write"
OUTBOX: Final = Outbox(AUDIT_DELIVERIES, AUDIT_EVENTS)
# Who the service is, the receiver reads from its token.
_SENT = tuple(column.name for column in AUDIT_EVENTS.c if column.name not in {"service", "recorded_at"})


def audit_delivery(
    database: Database,
    url: str,
    token: Callable[[], Awaitable[str]],
    *,
    forget_token: Callable[[], None] | None = None,
) -> Delivery:
    """Return what delivers a service's audit events.

    Args:
        database: where they are.
        url: the admin service's `POST /api/logs/audit`.
        token: returns an access token for `SCOPE`.
        forget_token: called when it was not accepted; None where each is a new one.
    """
    receiver = Receiver(url, token, message, forget_token=forget_token)
    delivery = Delivery(database, OUTBOX, receiver, name="audit")
    database.after_commit(COMMIT_MARK, delivery.notify)
    return delivery


def message(event: Row[Any]) -> dict[str, object]:
    """Return the body of the request that delivers an event."""
    values = {name: getattr(event, name) for name in _SENT}
    as_text = {name: str(values[name]) for name in ("id", "actor_id", "session_id") if values[name] is not None}
    return {**values, **as_text, "occurred_at": event.occurred_at.isoformat()}
