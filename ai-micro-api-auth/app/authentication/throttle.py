"""Failed logins are counted by account and network, and past a limit refused until the window ends.

By both together: whoever guesses passwords from elsewhere cannot lock the owner out, and the window is short in any
case. Logins that run at the same moment may all pass the check before one of them is counted; there are never more of
them than the server has threads.
"""

import math
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, case, delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.authentication.models import LoginThrottle

_CLEANED_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class ThrottlePolicy:
    """How much guessing is allowed.

    Attributes:
        limit: failures in a window.
        window_seconds: its length.
    """

    limit: int
    window_seconds: int

    @property
    def window(self) -> timedelta:
        """The length of the window."""
        return timedelta(seconds=self.window_seconds)


class LoginThrottles:
    """Counts failures.

    Args:
        policy: how many, and for how long.
    """

    def __init__(self, policy: ThrottlePolicy) -> None:
        self._policy = policy

    def retry_after(self, connection: Connection, email: str, network: str) -> int | None:
        """Return in how many whole seconds a login may be tried again, or None when it may now."""
        ends_at = LoginThrottle.window_started_at + self._policy.window
        seconds = connection.scalar(
            select(func.extract("epoch", ends_at - func.now())).where(
                LoginThrottle.email == email,
                LoginThrottle.network == network,
                LoginThrottle.failures >= self._policy.limit,
                ends_at > func.now(),
            )
        )
        return None if seconds is None else max(1, math.ceil(seconds))

    def count_failure(self, session: Session, email: str, network: str) -> None:
        """Count one failure; the first one after a window's end begins a new window."""
        over = LoginThrottle.window_started_at <= func.now() - self._policy.window
        session.execute(
            insert(LoginThrottle)
            .values(email=email, network=network, failures=1)
            .on_conflict_do_update(
                index_elements=[LoginThrottle.email, LoginThrottle.network],
                set_={
                    "failures": case((over, 1), else_=LoginThrottle.failures + 1),
                    "window_started_at": case((over, func.now()), else_=LoginThrottle.window_started_at),
                },
            )
        )
        self._forget_some_old(session)

    def forget(self, session: Session, email: str, network: str) -> None:
        """Start at zero again after a success."""
        session.execute(delete(LoginThrottle).where(LoginThrottle.email == email, LoginThrottle.network == network))

    def _forget_some_old(self, session: Session) -> None:
        # Each failure adds at most one row and removes many old ones: the table stays as small as the last window was.
        old = (
            select(LoginThrottle.email, LoginThrottle.network)
            .where(LoginThrottle.window_started_at <= func.now() - self._policy.window)
            .limit(_CLEANED_AT_ONCE)
            .with_for_update(skip_locked=True)
            .cte("old")
        )
        session.execute(
            delete(LoginThrottle).where(LoginThrottle.email == old.c.email, LoginThrottle.network == old.c.network),
            execution_options={"synchronize_session": False},
        )
