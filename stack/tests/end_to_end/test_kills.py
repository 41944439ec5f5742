"""Replicas behind HAProxy are killed under load: only what the killed one was answering fails.

`make test` kills those of one service for eight seconds; `make test-load` sets LOAD=full: three replicas of each
service, for a minute.
"""

import asyncio
import itertools
import logging
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from calls import Kind, kinds_of_requests
from proxy import Answer, Proxy
from replicas import Replica
from stack_process import StackProcess

from stack.ports import free_port

Client = Callable[..., httpx.Client]

IS_FULL = os.environ.get("LOAD") == "full"
SERVICES = ("auth", "user", "admin") if IS_FULL else ("user",)
REPLICAS = 3
SECONDS = 60.0 if IS_FULL else 8.0
KILL_EVERY_SECONDS = 1.0
CLIENTS = 6
PAUSE_SECONDS = 0.02  # of each client between two requests: what is tested is not how much the machine can take
READY_SECONDS = 180.0
# A log line's times are in milliseconds, and the kernel closes a killed process's connections after its death.
TOLERANCE_SECONDS = 0.5

logger = logging.getLogger(__name__)


class Fleet:
    """Replicas of some services, each on a port that its successor takes over.

    Args:
        stack: whose database they work on.
        ports: of the replicas of each service.
    """

    def __init__(self, stack: StackProcess, ports: dict[str, list[int]]) -> None:
        self._stack = stack
        self._places = [(service, port) for service in ports for port in ports[service]]
        self._running = ExitStack()
        self._replicas: dict[int, Replica] = {}
        self.kills: list[tuple[int, float]] = []

    def __enter__(self) -> "Fleet":
        """Start all of them."""
        for service, port in self._places:
            self._start(service, port, migrates=True)
        return self

    def __exit__(self, *_: object) -> None:
        """End what runs."""
        self._running.close()

    def _start(self, service: str, port: int, *, migrates: bool) -> None:
        replica = Replica(service, self._stack, port=port, migrates=migrates, PROCESSING_WORKERS="0")
        self._replicas[port] = self._running.enter_context(replica)

    def logs(self) -> str:
        """Return the last words of each that has ended."""
        ended = [replica for replica in self._replicas.values() if replica.has_ended]
        return "\n".join(replica.log.read_text()[-2000:] for replica in ended)

    async def kill_again_and_again(self, proxy: Proxy) -> None:
        """Kill one each second that is not the last of its service, and start its successor; those in turn."""
        ends_at = time.monotonic() + SECONDS
        turn = itertools.cycle(self._places)
        while time.monotonic() < ends_at:
            next_at = time.monotonic() + KILL_EVERY_SECONDS
            for service, port in itertools.islice(turn, len(self._places)):
                if proxy.is_up(service, port) and proxy.up(service) > 1:
                    self.kills.append((port, time.time()))
                    await asyncio.to_thread(self._replicas[port].kill)
                    while proxy.is_up(service, port):  # or it would count as the one that is left  # noqa: ASYNC110
                        await asyncio.sleep(0.05)
                    self._start(service, port, migrates=False)
                    break
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))

    def was_killed_during(self, answer: Answer) -> bool:
        """Return True if the replica that had a request was killed while it had it."""
        return any(
            str(port) == answer.server and answer.began <= at + TOLERANCE_SECONDS and at <= answer.ended
            for port, at in self.kills
        )


@pytest.fixture
def kinds(client: Client, administrator: str) -> list[Kind]:
    return [kind for kind in kinds_of_requests(client, administrator).values() if kind.service in SERVICES]


@pytest.fixture
def ports() -> dict[str, list[int]]:
    return {service: [free_port() for _ in range(REPLICAS)] for service in SERVICES}


@pytest.fixture
def fleet(stack: StackProcess, ports: dict[str, list[int]]) -> Iterator[Fleet]:
    with Fleet(stack, ports) as running:
        yield running


async def all_up(proxy: Proxy, fleet: Fleet) -> None:
    async with asyncio.timeout(READY_SECONDS):
        while not all(proxy.up(service) == REPLICAS for service in SERVICES):
            assert not fleet.logs(), fleet.logs()
            await asyncio.sleep(0.2)


async def ask_until(done: "asyncio.Future[None]", proxy: Proxy, kinds: list[Kind], answers: Counter[str]) -> None:
    for kind in itertools.cycle(kinds):
        if done.done():
            return
        try:
            status = await kind.call.send(proxy.url(kind.service))
        except (ConnectionError, IndexError):  # cut, or nothing at all
            status = 0
        answers["good" if status in kind.statuses else f"{kind.call.method} {status}"] += 1
        await asyncio.sleep(PAUSE_SECONDS)


def test_a_killed_replica_loses_what_it_was_answering_and_no_other_request(
    ports: dict[str, list[int]], fleet: Fleet, kinds: list[Kind], tmp_path: Path
) -> None:
    async def scenario(proxy: Proxy) -> Counter[str]:
        await all_up(proxy, fleet)
        answers: Counter[str] = Counter()
        killing = asyncio.ensure_future(fleet.kill_again_and_again(proxy))
        await asyncio.gather(killing, *(ask_until(killing, proxy, kinds, answers) for _ in range(CLIENTS)))
        return answers

    with Proxy(tmp_path, ports) as proxy:
        answers = asyncio.run(scenario(proxy))
        seen = proxy.answers()
    good = set().union(*(kind.statuses for kind in kinds))
    failed = [answer for answer in seen if answer.status not in good or answer.was_cut]
    logger.info("%d kills, answers %s, failed %s", len(fleet.kills), answers, failed)
    assert [answer for answer in failed if not fleet.was_killed_during(answer)] == []
    assert answers.total() - answers["good"] <= len(failed)
    assert len(fleet.kills) >= SECONDS / 4  # a successor takes seconds to be there, on two cores
    assert answers["good"] > 50 * SECONDS / 8
