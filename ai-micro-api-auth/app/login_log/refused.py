"""Attempts that were refused unchecked, because a limit was reached: counted in memory and recorded in bulk.

The first one of an email and a network is recorded at once, those of each further minute as one event with their
number and the request of the first of them. A flood of attempts so costs neither rows nor database visits of its own.
A process that is killed loses the numbers of its last minute.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.limits.origin import Origin
from app.login_log.repository import LoginEventRepository
from service_kit.background import finish_in_thread, in_background
from service_kit.database.sessions import Database
from service_kit.observability import origin as request_origin
from service_kit.observability.origin import RequestOrigin

SECONDS_BETWEEN = 60.0
# Past so many emails in a minute the rest is counted together.
_MOST_KEYS = 1000

logger = structlog.get_logger(__name__)


_OTHERS = ("", "")


@dataclass(slots=True)
class _Refused:
    """How many attempts were refused, and the request of the first."""

    first: RequestOrigin
    occurrences: int


class RefusedAttempts:
    """Counts refused attempts and records them now and then.

    Args:
        database: where the outbox is.
        recorded: called after events were written.
        seconds_between: how long attempts are gathered before they are recorded.
    """

    def __init__(
        self, database: Database, recorded: Callable[[], None], *, seconds_between: float = SECONDS_BETWEEN
    ) -> None:
        self._database = database
        self._recorded = recorded
        self._seconds_between = seconds_between
        self._counts: dict[tuple[str, str], _Refused] = {}
        self._some = asyncio.Event()

    def add(self, email: str, origin: Origin) -> None:
        """Count one attempt. Only for the event loop's thread."""
        key = (email, origin.network)
        if key not in self._counts and len(self._counts) >= _MOST_KEYS:
            key = _OTHERS
        self._count(key, _Refused(request_origin.current(), 1))

    def _count(self, key: tuple[str, str], refused: _Refused) -> None:
        self._counts.setdefault(key, _Refused(refused.first, 0)).occurrences += refused.occurrences
        self._some.set()

    @asynccontextmanager
    async def recording(self) -> AsyncIterator[None]:
        """Record while inside, and at the end what is left."""
        try:
            async with in_background(self._run()):
                yield
        finally:
            await self._record()

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            await self._record()
            await asyncio.sleep(self._seconds_between)

    async def _record(self) -> None:
        counts, self._counts = self._counts, {}
        self._some.clear()
        if not counts:
            return
        try:
            await finish_in_thread(partial(self._write, counts))
        except SQLAlchemyError as error:
            logger.warning("refused_attempts_not_recorded", error=str(error).splitlines()[0])
            meanwhile, self._counts = self._counts, {}
            for key, refused in (*counts.items(), *meanwhile.items()):
                self._count(key, refused)
            return
        self._recorded()

    def _write(self, counts: dict[tuple[str, str], _Refused]) -> None:
        with self._database.session() as session:
            events = LoginEventRepository(session)
            for (email, network), refused in counts.items():
                events.add_refused(email, network, first=refused.first, occurrences=refused.occurrences)
