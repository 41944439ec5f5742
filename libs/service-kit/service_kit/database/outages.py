"""Notices that the database does not answer, although its connections look alive, and comes back when it does.

TCP ends a connection whose packets are dropped (`CLIENT_KEEPALIVES`). It does not see a proxy that acknowledges them
and passes nothing on. So when a connection has been in use for a while, the server is asked something else over another
one; a server that is merely slow answers that. When it does not, the connections that wait for it are ended, and
requests are refused at once until it answers again.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio.to_thread
import structlog
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from service_kit.background import in_background
from service_kit.database.admission import Admission
from service_kit.database.sessions import Database

# Together with a probe that gets no answer: what a request waits at most, once the line is dead.
SUSPICIOUS_SECONDS = 2.0
ANSWER_SECONDS = 2.5  # less than CONNECT_TIMEOUT_SECONDS, after which no answer would look like a refusal
_PAUSE_SECONDS = 0.25

logger = structlog.get_logger(__name__)


class OutageWatch:
    """Watches the connections of a database for as long as it runs.

    Args:
        database: whose connections.
        admission: refuses requests while the database does not answer.
    """

    def __init__(self, database: Database, admission: Admission) -> None:
        self._database = database
        self._admission = admission
        self._thread = anyio.CapacityLimiter(1)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Watch while inside; at the end, end what is still in use: no thread may keep the process from ending."""
        try:
            async with in_background(self._run()):
                yield
        finally:
            self._database.in_use.end(used_for=0)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE_SECONDS)
            if self._admission.is_closed or self._database.in_use.longest_seconds() > SUSPICIOUS_SECONDS:
                await self._ask()

    async def _ask(self) -> None:
        asked = asyncio.create_task(anyio.to_thread.run_sync(self._select, limiter=self._thread))
        done, _ = await asyncio.wait([asked], timeout=ANSWER_SECONDS)
        if done and asked.result():
            self._end()
        while not done:
            self._begin()
            done, _ = await asyncio.wait([asked], timeout=_PAUSE_SECONDS)

    def _select(self) -> bool:
        try:
            with self._database.probing() as connection:
                connection.execute(text("SELECT 1"))
        except SQLAlchemyError:
            # An answer of its own: requests get the same one, without waiting for it.
            return False
        return True

    def _begin(self) -> None:
        ended = self._database.in_use.end(used_for=SUSPICIOUS_SECONDS)
        if not self._admission.is_closed:
            self._database.close_unused()
            self._admission.close()
            logger.error("database_silent", connections_ended=ended)

    def _end(self) -> None:
        if self._admission.is_closed:
            self._admission.open()
            logger.info("database_answers_again")
