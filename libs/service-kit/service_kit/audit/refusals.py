"""Refused acts: gathered in memory and written by a task of their own.

The first one of an actor, an action, a target and a reason is written at once; the further ones of the minute are
counted, and written as one event with their number when it ends. A flood of refusals so costs neither rows nor
connections of the pool, and the answer does not wait: its time tells nothing. A process that is killed loses the
numbers of its last minute, not the fact.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

import structlog
from sqlalchemy.exc import SQLAlchemyError

from service_kit.audit.trail import Actor, AuditTrail, Target
from service_kit.background import finish_in_thread, in_background, wait_for_event
from service_kit.database.sessions import Database
from service_kit.observability import origin
from service_kit.observability.origin import RequestOrigin

SECONDS_GATHERED = 60.0
# Past so many in a minute, the actors are no longer recorded apart.
_MOST_KEYS = 1000
# Past so many, an actor's targets are not: one who tries many must not use up the others' part.
_MOST_TARGETS = 20

logger = structlog.get_logger(__name__)

Key = tuple[object, ...]


@dataclass(slots=True)
class _Refusal:
    """One refused act, or several that are alike; the details are those of the first."""

    action: str
    reason: str
    actor: Actor
    target: Target | None
    origin: RequestOrigin
    occurrences: int = 1
    occurred_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def key(self) -> Key:
        return self.actor.id, self.action, self.reason, self.target


class Refusals:
    """Takes refused acts.

    Args:
        database: where they are written.
        trail: writes them.
        seconds_gathered: how long acts that are alike are counted.
    """

    def __init__(self, database: Database, trail: AuditTrail, *, seconds_gathered: float = SECONDS_GATHERED) -> None:
        self._database = database
        self._trail = trail
        self._seconds_gathered = seconds_gathered
        self._unwritten: list[_Refusal] = []
        self._repeated: dict[Key, _Refusal | None] = {}
        self._targets: Counter[Key] = Counter()
        self._some = asyncio.Event()

    def note(self, action: str, reason: str, *, actor: Actor, target: Target | None) -> None:
        """Take a refused act. Only for the event loop's thread."""
        refusal = _Refusal(action, reason, actor, target, origin.current())
        alike = (actor.id, action, reason)
        if refusal.key not in self._repeated:
            self._targets[alike] += 1
            if self._targets[alike] > _MOST_TARGETS:
                refusal.target = None
        if refusal.key not in self._repeated and len(self._repeated) >= _MOST_KEYS:
            refusal.actor, refusal.target = Actor(None), None
        if refusal.key not in self._repeated:
            self._repeated[refusal.key] = None
            self._unwritten.append(refusal)
            self._some.set()
            return
        first = self._repeated[refusal.key]
        if first is None:
            self._repeated[refusal.key] = refusal
        else:
            first.occurrences += 1

    @asynccontextmanager
    async def recording(self) -> AsyncIterator[None]:
        """Write while inside, and at the end what is left."""
        try:
            async with in_background(self._run()):
                yield
        finally:
            self._end_of_minute()
            await self._write()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._some.wait()
            ends_at = loop.time() + self._seconds_gathered
            while (remaining := ends_at - loop.time()) > 0:
                self._some.clear()
                await self._write()
                await wait_for_event(self._some, remaining)
            self._end_of_minute()

    def _end_of_minute(self) -> None:
        self._unwritten += [refusal for refusal in self._repeated.values() if refusal is not None]
        self._repeated = {}
        self._targets.clear()
        if self._unwritten:
            self._some.set()

    async def _write(self) -> None:
        refusals, self._unwritten = self._unwritten, []
        if not refusals:
            return
        try:
            await finish_in_thread(partial(self._write_all, refusals))
        except SQLAlchemyError as error:
            logger.warning("refusals_not_recorded", error=str(error).splitlines()[0], refusals=len(refusals))
            # Kept for the next minute; past the limit the oldest stay, as they are what it began with.
            self._unwritten = [*refusals, *self._unwritten][:_MOST_KEYS]

    def _write_all(self, refusals: list[_Refusal]) -> None:
        with self._database.session() as session:
            for refusal in refusals:
                self._trail.write(
                    session,
                    action=refusal.action,
                    result="refused",
                    reason=refusal.reason,
                    actor=refusal.actor,
                    target=refusal.target,
                    ip_address=refusal.origin.ip_address,
                    request_id=refusal.origin.request_id,
                    traceparent=refusal.origin.traceparent,
                    occurrences=refusal.occurrences,
                    occurred_at=refusal.occurred_at,
                )
