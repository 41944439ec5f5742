"""The outbox of login attempts, and what is put into it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.login_log.models import LoginEvent
from service_kit.database.models import table_of
from service_kit.observability import origin
from service_kit.observability.origin import RequestOrigin
from service_kit.outbox.queue import Outbox

THROTTLED = "throttled"
OUTBOX = Outbox(table_of(LoginEvent))
_INSERT = insert(table_of(LoginEvent))


class LoginEventRepository:
    """Adds and finds events in a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(
        self,
        *,
        user_id: UUID | None,
        email: str,
        reason: str | None,
        ip_address: str | None,
        user_agent: str | None,
    ) -> None:
        """Put an attempt into the outbox; it succeeded when there is no reason for a failure."""
        came_from = origin.current()
        self._session.execute(
            _INSERT,
            {
                "user_id": user_id,
                "email": email,
                "succeeded": reason is None,
                "reason": reason,
                "ip_address": ip_address,
                "user_agent": user_agent,
                "request_id": came_from.request_id,
                "traceparent": came_from.traceparent,
            },
        )

    def of_account(self, user_id: UUID) -> Sequence[LoginEvent]:
        """Return the attempts on an account that wait for their delivery."""
        statement = select(LoginEvent).where(LoginEvent.user_id == user_id).order_by(LoginEvent.occurred_at)
        return self._session.scalars(statement).all()

    def add_refused(self, email: str, network: str, *, first: RequestOrigin, occurrences: int) -> None:
        """Put attempts that were refused unchecked into the outbox, as one event with their number.

        Args:
            email: as it was typed, normalised; the account that has it is named.
            network: stands for the addresses in it.
            first: the request of the first of them.
            occurrences: how many attempts.
        """
        account = select(User.id).where(User.email == email).scalar_subquery()
        self._session.execute(
            insert(LoginEvent).values(
                user_id=account,
                email=email,
                succeeded=False,
                reason=THROTTLED,
                ip_address=network,
                request_id=first.request_id,
                traceparent=first.traceparent,
                occurrences=occurrences,
            )
        )
