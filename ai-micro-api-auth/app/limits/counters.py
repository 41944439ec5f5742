"""Counts in windows of time, in this process or in Redis (the `limits` library).

A try is counted before it is made and given back when it was none of those that are limited. So of many at once no
more get through than of many in a row; those that would exceed the limit together wait for each other's outcome.
"""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import cast
from weakref import WeakValueDictionary

import structlog
from limits import RateLimitItem, RateLimitItemPerSecond
from limits.aio.storage import MemoryStorage, Storage
from limits.aio.strategies import FixedWindowRateLimiter
from limits.errors import ConfigurationError, StorageError
from limits.storage import storage_from_string

# Only for Redis. No request waits longer than this for it: the process counts by itself then.
_REDIS_OPTIONS: dict[str, float | str | bool] = {
    "implementation": "redispy",
    "socket_timeout": 1.0,
    "socket_connect_timeout": 1.0,
}

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limit:
    """How many tries a window has.

    Attributes:
        name: what is counted; part of the key.
        amount: tries in a window.
        seconds: its length.
    """

    name: str
    amount: int
    seconds: int

    @property
    def item(self) -> RateLimitItem:
        """The library's word for it."""
        return RateLimitItemPerSecond(self.amount, self.seconds, namespace=self.name)


@dataclass(frozen=True, slots=True)
class Counted:
    """One count of a try: against which limit, for whom."""

    limit: Limit
    key: tuple[str, ...]


class LimitReachedError(Exception):
    """No further try is allowed.

    Attributes:
        limit: the limit that is reached.
        retry_after: whole seconds until its window ends.
    """

    def __init__(self, limit: Limit, retry_after: int) -> None:
        super().__init__(f"{limit.name}: {limit.amount} in {limit.seconds} s")
        self.limit = limit
        self.retry_after = retry_after


class Try:
    """One try: counted, unless it turns out to be none of those that are limited.

    Attributes:
        counts: False gives the try back.
        forgives: limits whose count starts at zero again.
    """

    def __init__(self) -> None:
        self.counts = True
        self.forgives: Sequence[Limit] = ()


def storage(url: str) -> Storage:
    """Return the storage of a URL: `memory://` or `redis://...`.

    Raises:
        ValueError: it cannot be used; says why, never showing the URL.
    """
    scheme = url.partition("://")[0]
    if scheme not in ("memory", "redis", "rediss"):
        raise ValueError("must be memory:// or start with redis:// or rediss://")
    options = {} if scheme == "memory" else _REDIS_OPTIONS
    try:
        return cast(Storage, storage_from_string(f"async+{url}", wrap_exceptions=True, **options))
    except (ConfigurationError, ValueError):
        raise ValueError("is not a URL that Redis understands: redis://[:password@]host:port[/number]") from None


class Counters:
    """Counts tries.

    While Redis is away, this process counts by itself.

    Args:
        storage: where the counts are.
    """

    def __init__(self, storage: Storage) -> None:
        self._shared = FixedWindowRateLimiter(storage)
        self._own = self._shared if isinstance(storage, MemoryStorage) else FixedWindowRateLimiter(MemoryStorage())
        self._turns: WeakValueDictionary[Counted, asyncio.Semaphore] = WeakValueDictionary()

    @asynccontextmanager
    async def trying(self, *counted: Counted) -> AsyncIterator[Try]:
        """Count a try for as long as it takes, and for its window unless it is given back.

        An exception inside gives it back: nothing was found out by it.

        Args:
            counted: what it counts against, the narrowest first.

        Raises:
            LimitReachedError: one of the limits is reached; nothing is counted then.
        """
        async with AsyncExitStack() as turns:
            for count in counted:
                await turns.enter_async_context(self._turn(count))
            await self._hit_all(counted)
            this = Try()
            try:
                yield this
            except BaseException:
                await self._give_back(counted)
                raise
            if not this.counts:
                await self._give_back([count for count in counted if count.limit not in this.forgives])
            for count in counted:
                if count.limit in this.forgives:
                    await self._clear(count)

    def _turn(self, count: Counted) -> asyncio.Semaphore:
        turn = self._turns.get(count)
        if turn is None:
            turn = self._turns[count] = asyncio.Semaphore(count.limit.amount)
        return turn

    async def _hit_all(self, counted: Sequence[Counted]) -> None:
        for position, count in enumerate(counted):
            if not await self._hit(count):
                await self._give_back(counted[:position])
                raise LimitReachedError(count.limit, await self._seconds_left(count))

    async def _hit(self, count: Counted, cost: int = 1) -> bool:
        try:
            return await self._shared.hit(count.limit.item, *count.key, cost=cost)
        except StorageError as error:
            logger.warning("rate_limit_storage_unavailable", error=type(error.storage_error).__name__)
            return await self._own.hit(count.limit.item, *count.key, cost=cost)

    async def _give_back(self, counted: Sequence[Counted]) -> None:
        for count in counted:
            await self._hit(count, cost=-1)

    async def _clear(self, count: Counted) -> None:
        await self._own.clear(count.limit.item, *count.key)
        try:
            await self._shared.clear(count.limit.item, *count.key)
        except StorageError as error:
            logger.warning("rate_limit_storage_unavailable", error=type(error.storage_error).__name__)

    async def _seconds_left(self, count: Counted) -> int:
        try:
            stats = await self._shared.get_window_stats(count.limit.item, *count.key)
        except StorageError:
            stats = await self._own.get_window_stats(count.limit.item, *count.key)
        return min(count.limit.seconds, max(1, math.ceil(stats.reset_time - time.time())))
