"""The outbox of login attempts, and what is put into it."""

from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.login_log.models import LoginEvent
from service_kit.models import table_of
from service_kit.outbox.queue import Outbox

THROTTLED = "throttled"
OUTBOX = Outbox(table_of(LoginEvent))


class LoginEventRepository:
    """Adds events in a session."""

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
        self._session.execute(
            insert(LoginEvent).values(
                user_id=user_id,
                email=email,
                succeeded=reason is None,
                reason=reason,
                ip_address=ip_address,
                user_agent=user_agent,
            )
        )

    def add_refused(self, email: str, network: str, *, occurrences: int) -> None:
        """Put attempts that were refused unchecked into the outbox, as one event with their number.

        Args:
            email: as it was typed, normalised; the account that has it is named.
            network: stands for the addresses in it.
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
                occurrences=occurrences,
            )
        )
