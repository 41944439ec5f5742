"""What is sent to the admin service's `POST /api/logs/login`."""

from typing import Any, Final

from sqlalchemy import Row

from app.login_log.models import LoginEvent

SCOPE: Final = "login-logs:write"


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
