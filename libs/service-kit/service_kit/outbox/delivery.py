"""The background task that empties an outbox.

It sleeps, without a database connection, until a message is committed, and asks the database on its own only while
something is pending. What is pending at the same time goes in one request; a message that waits alone, or that the
receiver refused before, goes alone. While the receiver is away it tries one message at a time, with growing pauses;
requests neither wait for it nor hurry it.
"""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row
from sqlalchemy.exc import SQLAlchemyError

from service_kit.background import in_background, wait_for_event
from service_kit.database.sessions import Database
from service_kit.observability import trace_context, tracing
from service_kit.outbox.queue import Outbox
from service_kit.outbox.receiver import TIMEOUT_SECONDS, Answer, Receiver, ReceiverUnavailableError

BATCH = 50
# Long enough for a whole batch at the receiver's slowest, so that a lease never ends while its holder is still sending.
LEASE_SECONDS = BATCH * TIMEOUT_SECONDS * 2
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
# What is committed meanwhile is leased, sent and settled together: two transactions and a request for all of it. While
# messages come one by one they hardly wait; while they come many at a time, each of these costs more than they do.
_GATHERING_SECONDS = 0.2
_GATHERING_MANY_SECONDS = 1.0
# Between two looks at messages that are due and that another replica holds at this moment.
_SHORTEST_WAIT_SECONDS = 0.2

logger = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Results:
    """What became of the messages of one batch, by id."""

    untried: list[UUID]
    delivered: list[UUID] = field(default_factory=list)
    refused: list[UUID] = field(default_factory=list)
    unavailable: str | None = None

    def add(self, row: Row[Any], answer: Answer) -> None:
        self.untried.remove(row.id)
        (self.refused if answer is Answer.REFUSED else self.delivered).append(row.id)


class Delivery:
    """Delivers messages for as long as it runs.

    Args:
        database: where the outbox is.
        outbox: what waits in it.
        receiver: where the messages go.
        name: of the outbox, in log lines.
        first_pause_seconds: after the first failure; doubled after each further one.
    """

    def __init__(
        self,
        database: Database,
        outbox: Outbox,
        receiver: Receiver,
        *,
        name: str,
        first_pause_seconds: float = _FIRST_PAUSE_SECONDS,
    ) -> None:
        self._database = database
        self._outbox = outbox
        self._receiver = receiver
        self._name = name
        self._logger = logger.bind(outbox=name)
        self._first_pause = first_pause_seconds
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()

    def notify(self) -> None:
        """Say that a message was committed; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Deliver while inside; what is left over at the end is delivered after the next start."""
        self._loop = asyncio.get_running_loop()
        try:
            async with in_background(self._run()):
                yield
        finally:
            self._loop = None
            await self._receiver.close()

    async def _run(self) -> None:
        failures = 0
        while True:
            self._wake.clear()
            try:
                wait, gathering = await self._deliver_batch(1 if failures else BATCH)
            except (ReceiverUnavailableError, SQLAlchemyError) as error:
                self._logger.warning("delivery_paused", error=str(error).splitlines()[0], failures=failures + 1)
                await asyncio.sleep(self._pause(failures))
                failures += 1
                continue
            failures = 0
            await wait_for_event(self._wake, wait)
            await asyncio.sleep(gathering)

    def _pause(self, failures: int) -> float:
        # Jitter: replicas that lost the receiver together must not come back together.
        return min(self._first_pause * 2.0 ** min(failures, 16), _LONGEST_PAUSE_SECONDS) * random.uniform(0.8, 1.2)  # noqa: S311 - not a secret

    async def _deliver_batch(self, limit: int) -> tuple[float | None, float]:
        """Deliver what is due.

        Returns:
            How long to wait for more, None when the outbox is empty; and how long to gather it then.
        """
        rows = await self._leased(limit)
        results = _Results(untried=[row.id for row in rows])
        try:
            await self._send(rows, results)
        except asyncio.CancelledError:
            # The service ends: what was not sent should not wait for the lease to end. Without a database it has to.
            with suppress(SQLAlchemyError):
                await asyncio.to_thread(self._settle, results)
            raise
        wait = await asyncio.to_thread(self._settle, results)
        if results.unavailable is not None:
            raise ReceiverUnavailableError(results.unavailable)
        if len(rows) == limit:
            return 0, 0  # there may be more of them
        gathering = _GATHERING_MANY_SECONDS if len(rows) > 1 else _GATHERING_SECONDS
        return None if wait is None else max(wait, _SHORTEST_WAIT_SECONDS), gathering

    async def _leased(self, limit: int) -> list[Row[Any]]:
        leasing = asyncio.ensure_future(asyncio.to_thread(self._lease, limit))
        try:
            return await asyncio.shield(leasing)
        except asyncio.CancelledError:
            # The thread cannot be cancelled: what it leases would be delivered by no process until the lease ends.
            with suppress(SQLAlchemyError):
                untried = [row.id for row in await leasing]
                await asyncio.to_thread(self._settle, _Results(untried))
            raise

    async def _send(self, rows: list[Row[Any]], results: _Results) -> None:
        try:
            together = [row for row in rows if not row.attempts]
            if len(together) > 1 and await self._send_together(together):
                for row in together:
                    results.add(row, Answer.DELIVERED)
            for row in rows:
                if row.id in results.untried:
                    results.add(row, await self._send_alone(row))
        except ReceiverUnavailableError as error:
            results.unavailable = str(error)

    async def _send_together(self, rows: list[Row[Any]]) -> bool:
        # They come from several traces: a trace of its own, which names them.
        with tracing.span(f"deliver {self._name}", kind="producer", links=[row.traceparent for row in rows]):
            return await self._receiver.send_together(rows)

    async def _send_alone(self, row: Row[Any]) -> Answer:
        with (
            trace_context.resumed(row.request_id, row.traceparent),
            tracing.span(f"deliver {self._name}", kind="producer"),
        ):
            answer = await self._receiver.send(row)
            if answer is Answer.REFUSED:
                self._logger.error("message_refused", message_id=str(row.id), attempts=row.attempts + 1)
        return answer

    def _lease(self, limit: int) -> list[Row[Any]]:
        with self._database.session() as session:
            return list(self._outbox.lease(session, limit, seconds=LEASE_SECONDS))

    def _settle(self, results: _Results) -> float | None:
        with self._database.session() as session:
            self._outbox.remove(session, results.delivered)
            self._outbox.postpone(session, results.refused)
            self._outbox.give_back(session, results.untried)
            return self._outbox.seconds_until_next(session)
