"""The network between the services and PostgreSQL fails under load: no request hangs, and all routes come back.

`make test` cuts it for a few seconds; `make test-load` sets LOAD=full: cut for 30 seconds, silent for 60.
"""

import asyncio
import logging
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, asynccontextmanager

import httpx
import pytest
from calls import Kind, kinds_of_requests
from replicas import Replica, gate_to
from stack_process import StackProcess

from service_kit.testing.gate import Gate
from service_kit.testing.many_requests import Call

Client = Callable[..., httpx.Client]

IS_FULL = os.environ.get("LOAD") == "full"
CUT_SECONDS, SILENT_SECONDS = (30.0, 60.0) if IS_FULL else (4.0, 8.0)
# What the full run holds the services to; a test beside others only shows that it ends.
BACK_SECONDS, LONGEST_SECONDS = (3.0, 10.0) if IS_FULL else (30.0, 30.0)
READY = Call("GET", "/readyz")

logger = logging.getLogger(__name__)


@pytest.fixture
def gate(stack: StackProcess) -> Iterator[Gate]:
    gate = gate_to(stack)
    yield gate
    gate.resume()
    gate.close()


@pytest.fixture
def replicas(stack: StackProcess, gate: Gate) -> Iterator[dict[str, str]]:
    """The URL of a process of each service, whose database is behind the gate."""
    with ExitStack() as running:
        started = {name: running.enter_context(Replica(name, stack, gate=gate)) for name in ("auth", "user", "admin")}
        for replica in started.values():
            asyncio.run(_answered(replica.url, READY, frozenset({200})))
        yield {name: replica.url for name, replica in started.items()}


async def _answered(url: str, call: Call, statuses: frozenset[int]) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                if await call.send(url) in statuses:
                    return
            except ConnectionRefusedError:  # it does not listen yet
                pass
            await asyncio.sleep(0.05)


class Load:
    """Asks for everything, again and again, and keeps how it was answered and how long the longest answer took."""

    def __init__(self, replicas: dict[str, str], kinds: dict[str, Kind]) -> None:
        self._replicas = replicas
        self._kinds = kinds
        self.answers: Counter[int] = Counter()
        self.longest = 0.0

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(self._ask(kind)) for kind in self._kinds.values() for _ in range(3)]
        tasks += [asyncio.create_task(self._ask(Kind(service, READY))) for service in self._replicas]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            for outcome in await asyncio.gather(*tasks, return_exceptions=True):
                assert isinstance(outcome, asyncio.CancelledError), outcome

    async def _ask(self, kind: Kind) -> None:
        while True:
            started = time.monotonic()
            self.answers[await kind.call.send(self._replicas[kind.service])] += 1
            self.longest = max(self.longest, time.monotonic() - started)
            await asyncio.sleep(0.1)

    async def all_back(self) -> float:
        """Wait until every route gives its proper answer; return the seconds that it took."""
        started = time.monotonic()
        every = [*self._kinds.values(), *(Kind(service, READY) for service in self._replicas)]
        await asyncio.gather(*(_answered(self._replicas[kind.service], kind.call, kind.statuses) for kind in every))
        return time.monotonic() - started

    def judge(self, back: float) -> None:
        """Fail if an answer was none of a service, took too long, or the routes came back too late."""
        logger.info("back after %.1f s, longest answer %.1f s, answers %s", back, self.longest, dict(self.answers))
        assert set(self.answers) <= {200, 202, 503}
        assert self.answers[503] > 0
        assert back <= BACK_SECONDS
        assert self.longest <= LONGEST_SECONDS


@pytest.fixture
def load(client: Client, administrator: str, replicas: dict[str, str]) -> Load:
    return Load(replicas, kinds_of_requests(client, administrator))


def test_a_cut_under_load_is_answered_and_over_when_the_network_is_back(load: Load, gate: Gate) -> None:
    async def scenario() -> float:
        async with load.running():
            await load.all_back()
            gate.close()
            await asyncio.sleep(CUT_SECONDS)
            gate.open()
            return await load.all_back()

    back = asyncio.run(scenario())
    load.judge(back)


def test_a_silent_network_lets_no_request_hang(load: Load, gate: Gate) -> None:
    async def scenario() -> float:
        async with load.running():
            await load.all_back()
            gate.silence()
            await asyncio.sleep(SILENT_SECONDS)
            gate.resume()
            return await load.all_back()

    back = asyncio.run(scenario())
    load.judge(back)
