"""Who is signed in: the tokens of each browser, in this process, under an id that only its cookie has."""

import asyncio
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from secrets import token_urlsafe

ID_BYTES = 32
"""Of a session id: 256 bits, more than the 128 that OWASP ASVS 5.0 section 7.2 asks for."""


@dataclass
class Tokens:
    """What the auth service gave.

    Attributes:
        access: signs requests.
        refresh: gets the next ones, once.
        expires_at: when `access` ends, on this process's monotonic clock, seconds.
    """

    access: str
    refresh: str
    expires_at: float


@dataclass
class Session:
    """One signed-in browser.

    Attributes:
        id: what its cookie holds.
        tokens: of its account.
        email: of its account.
        roles: of its account when it signed in; what it may do is decided by the services.
        message: what its next page says once, and of what kind it is: `done` or `problem`.
        renewing: held while its tokens are renewed: a refresh token is good once.
    """

    id: str
    tokens: Tokens
    email: str
    roles: tuple[str, ...]
    message: tuple[str, str] | None = None
    last_used: float = field(default_factory=time.monotonic)
    renewing: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def is_administrator(self) -> bool:
        """Return True if pages for administrators are worth a link."""
        return "admin" in self.roles

    def take_message(self) -> tuple[str, str] | None:
        """Return the message and forget it."""
        message, self.message = self.message, None
        return message


class Sessions:
    """The sessions of this process.

    Args:
        idle_seconds: after this time without a request a session is gone.
        limit: how many are kept; with more, the longest idle one is gone.
    """

    def __init__(self, *, idle_seconds: float, limit: int) -> None:
        self._idle_seconds = idle_seconds
        self._limit = limit
        self._by_id: OrderedDict[str, Session] = OrderedDict()  # the longest idle one first

    def __len__(self) -> int:
        return len(self._by_id)

    def begin(self, tokens: Tokens, *, email: str, roles: tuple[str, ...]) -> Session:
        """Keep a new session, under an id that was never used (ASVS 7.2.4)."""
        session = Session(token_urlsafe(ID_BYTES), tokens, email, roles)
        self._by_id[session.id] = session
        self._drop_the_idle()
        return session

    def find(self, session_id: str) -> Session | None:
        """Return a session that has not been idle for too long, and note that it is used."""
        self._drop_the_idle()
        session = self._by_id.get(session_id)
        if session is not None:
            session.last_used = time.monotonic()
            self._by_id.move_to_end(session_id)
        return session

    def end(self, session: Session) -> None:
        """Forget a session."""
        self._by_id.pop(session.id, None)

    def _drop_the_idle(self) -> None:
        longest_ago = time.monotonic() - self._idle_seconds
        while self._by_id:
            first = next(iter(self._by_id.values()))
            if first.last_used >= longest_ago and len(self._by_id) <= self._limit:
                return
            del self._by_id[first.id]
