"""Bursts of requests to the three services: each gets its proper answer, and who asks beside them gets theirs.

`make test` sends what takes half a minute; `make test-load` sets LOAD=full, for three bursts of each kind.
"""

import asyncio
import logging
import os
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from calls import PROBES, Kind, kinds_of_requests
from sqlalchemy import create_engine, text

from service_kit.testing.many_requests import Call, burst

Client = Callable[..., httpx.Client]

IS_FULL = os.environ.get("LOAD") == "full"
BURST = 400
BURSTS = 3 if IS_FULL else 1
STEADY_SECONDS = 0.1
MOST_CONNECTIONS = 20  # of a process: docs/operations.md

logger = logging.getLogger(__name__)


@pytest.fixture
def kinds(client: Client, administrator: str) -> dict[str, Kind]:
    return kinds_of_requests(client, administrator)


class Steady:
    """Ten requests a second, sent whether or not the ones before were answered.

    Args:
        calls: the requests, each with the URL of its service.
    """

    def __init__(self, calls: list[tuple[str, Call]]) -> None:
        self._calls = calls
        self._sent: list[tuple[str, asyncio.Task[int]]] = []

    async def beside(self, busy: "asyncio.Future[Any]") -> Counter[tuple[str, int]]:
        """Send them while some work is done; return how they were answered, by path."""
        while not busy.done():
            url, call = self._calls[len(self._sent) % len(self._calls)]
            self._sent.append((call.path, asyncio.create_task(call.send(url))))
            await asyncio.wait([busy], timeout=STEADY_SECONDS)
        await busy
        return Counter([(path, await task) for path, task in self._sent])


class Connections:
    """Counts what a stack's services have open at its database.

    Args:
        description: the stack's.
    """

    def __init__(self, description: dict[str, Any]) -> None:
        server = description["postgres"]
        address = f"{server['superuser']}:{server['password']}@{server['host']}:{server['port']}"
        self._engine = create_engine(f"postgresql+psycopg2://{address}/postgres")
        self.most: Counter[str] = Counter()

    async def count_beside(self, work: "asyncio.Future[Any]") -> None:
        """Count again and again while some work is done."""
        while not work.done():
            await asyncio.to_thread(self._count)
            await asyncio.wait([work], timeout=0.05)
        self._engine.dispose()

    def _count(self) -> None:
        query = text("SELECT usename, count(*) FROM pg_stat_activity WHERE usename LIKE '%\\_app' GROUP BY usename")
        with self._engine.connect() as connection:
            for role, sessions in connection.execute(query):
                self.most[role] = max(self.most[role], sessions)


@pytest.fixture
def steady(description: dict[str, Any], kinds: dict[str, Kind]) -> Steady:
    probes = [(description[service], Call("GET", path)) for service, paths in PROBES.items() for path in paths]
    return Steady([*probes, *((description[kind.service], kind.call) for kind in kinds.values())])


def test_bursts_on_every_kind_of_route_lose_no_request_and_none_beside_them(
    description: dict[str, Any], kinds: dict[str, Kind], steady: Steady
) -> None:
    answers: dict[str, Counter[int]] = {name: Counter() for name in kinds}
    connections = Connections(description)

    async def bursts() -> None:
        for _ in range(BURSTS):
            for name, kind in kinds.items():
                answers[name] += await burst(description[kind.service], kind.call, BURST)

    async def scenario() -> Counter[tuple[str, int]]:
        sending = asyncio.ensure_future(bursts())
        counting = asyncio.create_task(connections.count_beside(sending))
        beside = await steady.beside(sending)
        await counting
        return beside

    beside = asyncio.run(scenario())
    logger.info("bursts %s, beside %s, most connections %s", answers, beside.total(), connections.most)
    assert {name: count.total() for name, count in answers.items()} == dict.fromkeys(kinds, BURST * BURSTS)
    for name, kind in kinds.items():
        assert set(answers[name]) <= kind.statuses, (name, answers[name])
    assert {status for _, status in beside} <= {200, 202}, beside
    assert set(connections.most) >= {"authdb_app", "apidb_app", "admindb_app"}
    assert max(connections.most.values()) <= MOST_CONNECTIONS, connections.most
