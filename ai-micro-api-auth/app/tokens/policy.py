"""How long sessions last, how many an account has, and what is forgiven."""

from dataclasses import dataclass
from datetime import timedelta

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class SessionPolicy:
    """The limits of sessions.

    Attributes:
        idle: how long a client may stay away.
        lifetime: how long a session lasts, however it is used.
        max_per_account: with one more, the one that was not used for the longest time ends.
        grace: how long a used refresh token gives its successor again.
    """

    idle: timedelta
    lifetime: timedelta
    max_per_account: int
    grace: timedelta

    @classmethod
    def of(cls, settings: Settings) -> "SessionPolicy":
        """Return the limits that are set."""
        return cls(
            idle=timedelta(seconds=settings.refresh_token_ttl_sec),
            lifetime=timedelta(seconds=settings.session_lifetime_sec),
            max_per_account=settings.sessions_per_account,
            grace=timedelta(seconds=settings.refresh_grace_sec),
        )
