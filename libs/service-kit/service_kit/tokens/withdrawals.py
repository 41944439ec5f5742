"""Access tokens that are good no more although they have not expired: what the auth service publishes, and its watch.

A document names ended sessions and accounts by the SHA-256 of their ids, so that it says nothing to readers who do not
know the id already:

    {"sessions": ["9f86d0..."], "accounts": {"60303a...": 1767603600}}

A token of a named session is refused, and so is a token of a named account that was issued before that moment (seconds
since the epoch). The session's entry is exact; the account's is for tokens of an unknown session.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Protocol
from uuid import UUID

import httpx
import structlog

from service_kit.background import in_background
from service_kit.http.etags import tag_of
from service_kit.observability.service_client import service_client

POLL_SECONDS = 2.0
CLOCK_LEEWAY_SECONDS = 15
"""How far the clocks of two machines may be apart: 10 seconds, and some for rounding and the way."""
_FETCH_TIMEOUT_SECONDS = 2.0

logger = structlog.get_logger(__name__)


class WithdrawalsUnavailableError(Exception):
    """What is withdrawn is not known right now; the message says why."""


def digest(identifier: UUID) -> str:
    """Return how a session or an account is named in the document."""
    return sha256(str(identifier).encode()).hexdigest()


@dataclass(frozen=True)
class Withdrawals:
    """What is withdrawn at one moment.

    Attributes:
        sessions: digests of the sessions that have ended.
        accounts: by digest, the moment before which an account's tokens were issued, seconds since the epoch.
    """

    sessions: frozenset[str] = frozenset()
    accounts: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def parse(cls, document: object) -> "Withdrawals":
        """Return what a document says.

        Raises:
            WithdrawalsUnavailableError: it is none.
        """
        sessions = document.get("sessions") if isinstance(document, dict) else None
        accounts = document.get("accounts") if isinstance(document, dict) else None
        if not (
            isinstance(sessions, list)
            and all(isinstance(name, str) for name in sessions)
            and isinstance(accounts, dict)
            and all(type(moment) is int for moment in accounts.values())
        ):
            raise WithdrawalsUnavailableError("the answer is not a document of withdrawals")
        return cls(frozenset(sessions), accounts)

    def include(self, *, session: str | None, account: str, issued_at: float) -> bool:
        """Return True if a token is withdrawn.

        Args:
            session: digest of its session; None in a service's token.
            account: digest of its account.
            issued_at: its `iat`, by the clock of the machine that signed it.
        """
        if session in self.sessions:
            return True
        not_before = self.accounts.get(account)
        return not_before is not None and issued_at + CLOCK_LEEWAY_SECONDS < not_before

    @cached_property
    def body(self) -> bytes:
        """The document as JSON; of equal withdrawals it is equal."""
        document = {"sessions": sorted(self.sessions), "accounts": dict(sorted(self.accounts.items()))}
        return json.dumps(document, separators=(",", ":")).encode()

    @cached_property
    def etag(self) -> str:
        """The entity tag of the document (RFC 9110 section 8.8.3)."""
        return tag_of(self.body)


class WithdrawalSource(Protocol):
    """Who knows what is withdrawn."""

    async def read(self) -> Withdrawals | None:
        """Return what is withdrawn now, or None when that is as it was at the last call.

        Raises:
            WithdrawalsUnavailableError: it is not known.
        """

    async def close(self) -> None:
        """Close connections."""


class RemoteWithdrawals:
    """The document of the auth service.

    Args:
        url: where it is.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._etag: str | None = None
        self._client: httpx.AsyncClient | None = None

    async def read(self) -> Withdrawals | None:
        """Fetch the document unless it is as it was; see `WithdrawalSource.read`."""
        if self._client is None:
            self._client = service_client(timeout=_FETCH_TIMEOUT_SECONDS)
        try:
            async with asyncio.timeout(_FETCH_TIMEOUT_SECONDS):
                response = await self._client.get(self._url, headers={"If-None-Match": self._etag or '""'})
            if response.status_code == httpx.codes.NOT_MODIFIED:
                return None
            response.raise_for_status()
            withdrawals = Withdrawals.parse(response.json())
        # RecursionError: JSON that is nested too deeply
        except (httpx.HTTPError, TimeoutError, ValueError, RecursionError) as error:
            raise WithdrawalsUnavailableError((str(error) or type(error).__name__).splitlines()[0]) from error
        self._etag = response.headers.get("etag")
        return withdrawals

    async def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            await self._client.aclose()
            self._client = None


class WithdrawalsWatch:
    """Reads again and again what is withdrawn; the last answer counts while there is no newer one.

    Args:
        source: who knows.
        poll_seconds: between two looks.
    """

    def __init__(self, source: WithdrawalSource, *, poll_seconds: float = POLL_SECONDS) -> None:
        self._source = source
        self._poll_seconds = poll_seconds
        self._confirmed_at = time.monotonic()
        self._is_missing = False
        self.current = Withdrawals()

    @property
    def age_seconds(self) -> float:
        """Seconds since the last answer; since the start where there has been none."""
        return time.monotonic() - self._confirmed_at

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Look while inside; the first look is over before anything is answered."""
        await self._look()
        try:
            async with in_background(self._keep_looking()):
                yield
        finally:
            await self._source.close()

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(self._poll_seconds)
            await self._look()

    async def _look(self) -> None:
        asked_at = time.monotonic()
        try:
            changed = await self._source.read()
        except WithdrawalsUnavailableError as error:
            if not self._is_missing:
                logger.warning("withdrawals_unavailable", reason=str(error), meaning="the last ones stay in force")
            self._is_missing = True
            return
        if self._is_missing:
            logger.info("withdrawals_available")
        self._is_missing = False
        self._confirmed_at = asked_at
        if changed is not None:
            self.current = changed
