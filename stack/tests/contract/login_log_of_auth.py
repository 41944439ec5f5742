"""What the auth service sends to the login log, as JSON: run in that service's folder and environment."""

import json
import sys
from datetime import UTC, datetime
from uuid import uuid4

from app.authentication.service import Refusal  # type: ignore[import-not-found]  # not in stack's
from app.login_log.message import SCOPE, message  # type: ignore[import-not-found]  # not in stack's
from app.login_log.models import LoginEvent  # type: ignore[import-not-found]  # not in stack's
from app.login_log.repository import THROTTLED  # type: ignore[import-not-found]  # not in stack's
from service_kit.observability.trace_context import REQUEST_ID
from service_kit.outbox.batches import batch_of
from service_kit.outbox.delivery import BATCH
from service_kit.outbox.receiver import ReceiverUnavailableError, meaning

REASONS = [*Refusal, THROTTLED]


def event(reason: str | None, *, occurrences: int = 1, **texts: str | None) -> LoginEvent:
    return LoginEvent(
        id=uuid4(),
        succeeded=reason is None,
        reason=reason,
        occurrences=occurrences,
        occurred_at=datetime.now(UTC),
        request_id="0c1d2e3f40514263a4b5c6d7e8f90a1b",
        traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        **{"user_id": None, "email": "hanako@example.com", "ip_address": None, "user_agent": None, **texts},
    )


def meaning_of(status: int) -> str:
    try:
        return str(meaning(status).name)
    except ReceiverUnavailableError:
        return "UNAVAILABLE"


sent = message(event(None))
lengths = {
    column.name: column.type.length
    for column in LoginEvent.__table__.columns
    if column.name in sent and getattr(column.type, "length", None)
}
longest = event(**{name: "x" * length for name, length in lengths.items()}, occurrences=2_147_483_647)
messages = [message(event(reason)) for reason in (None, *REASONS)] + [message(longest)]
meanings = {status: meaning_of(status) for status in range(100, 600)}
json.dump(
    {
        "messages": messages,
        "batch": batch_of([event(None)] * BATCH, message),
        "request_id": {"header": REQUEST_ID, "length": LoginEvent.__table__.columns["request_id"].type.length},
        "lengths": lengths,
        "reasons": REASONS,
        "meanings": meanings,
        "scope": SCOPE,
    },
    sys.stdout,
)
