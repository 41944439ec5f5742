"""Replicas of a service end one after another, and no request is lost.

`make test` uploads for a few seconds; `make test-load` sets LOAD=full, for 20.
"""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from uuid import uuid4

import httpx
import pytest
from calls import FORM, Kind, kinds_of_requests, upload_form
from replicas import Replica
from stack_process import StackProcess

from service_kit.testing.many_requests import Call

Client = Callable[..., httpx.Client]

UPLOAD_SECONDS = 20.0 if os.environ.get("LOAD") == "full" else 3.0
UPLOAD_PARTS = 20
READY = Call("GET", "/readyz")


async def is_ready(replica: Replica) -> bool:
    try:
        return await READY.send(replica.url) == 200
    except ConnectionRefusedError:
        return False


async def started(replica: Replica) -> None:
    async with asyncio.timeout(120):
        while not await is_ready(replica):
            assert not replica.has_ended, replica.log.read_text()
            await asyncio.sleep(0.1)


class Balancer:
    """Does what a load balancer does: asks `/readyz`, and tries another replica where a connection is refused.

    Args:
        replicas: of one service.
    """

    def __init__(self, replicas: list[Replica]) -> None:
        self._ready = dict.fromkeys(replicas, True)
        self._turn = 0
        self.answers: Counter[int] = Counter()

    async def watch(self) -> None:
        """Look again and again who is ready."""
        while True:
            for replica in self._ready:
                self._ready[replica] = await is_ready(replica)
            await asyncio.sleep(0.2)

    async def send(self, call: Call) -> None:
        """Send a request to one of those that are ready."""
        ready = [replica for replica, is_up in self._ready.items() if is_up] or list(self._ready)
        self._turn += 1
        for number in range(len(ready)):
            try:
                self.answers[await call.send(ready[(self._turn + number) % len(ready)].url)] += 1
            except ConnectionRefusedError:
                continue
            return
        self.answers[0] += 1  # no replica took it


@pytest.fixture
def change(client: Client, administrator: str) -> Kind:
    return kinds_of_requests(client, administrator)["a change"]


@pytest.fixture
def two_replicas(stack: StackProcess) -> Iterator[list[Replica]]:
    with ExitStack() as running:
        replicas = [running.enter_context(Replica("user", stack)) for _ in range(2)]
        for replica in replicas:
            asyncio.run(started(replica))
        yield replicas


def test_restarting_one_of_two_replicas_loses_no_request(
    stack: StackProcess, two_replicas: list[Replica], change: Kind
) -> None:
    async def scenario() -> Counter[int]:
        first, second = two_replicas
        with Replica("user", stack) as successor:
            balancer = Balancer([first, second])
            watch = asyncio.create_task(balancer.watch())

            async def ask() -> None:
                while not (first.has_ended and await is_ready(successor)):
                    await balancer.send(change.call)

            clients = [asyncio.create_task(ask()) for _ in range(4)]
            while balancer.answers.total() < 20:  # noqa: ASYNC110 - the clients count
                await asyncio.sleep(0.01)
            first.end()
            await asyncio.gather(*clients)
            watch.cancel()
            return balancer.answers

    answers = asyncio.run(scenario())
    assert set(answers) == {200}, answers


def test_an_upload_in_flight_is_finished_and_an_idle_connection_closed(
    stack: StackProcess, client: Client, administrator: str
) -> None:
    made = client("admin", administrator).post("/api/knowledgebase", json={"name": f"Ending {uuid4().hex}"})
    body = upload_form(made.raise_for_status().json()["id"], b"in flight\n" * 1000)

    async def scenario(replica: Replica) -> bytes:
        await started(replica)
        idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", replica.port)
        reader, writer = await asyncio.open_connection("127.0.0.1", replica.port)
        head = (
            f"POST /api/documents/upload HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {administrator}\r\n"
            f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        writer.write(head.encode())
        size = len(body) // UPLOAD_PARTS + 1
        for number in range(UPLOAD_PARTS):
            writer.write(body[number * size : (number + 1) * size])
            await writer.drain()
            if number == 1:
                replica.end()
            await asyncio.sleep(UPLOAD_SECONDS / UPLOAD_PARTS)
        answer = await reader.read()
        assert await idle_reader.read() == b""
        for one in (writer, idle_writer):
            one.close()
        return answer

    with Replica("admin", stack, PROCESSING_WORKERS="0") as replica:
        answer = asyncio.run(scenario(replica))
    assert answer.startswith(b"HTTP/1.1 202"), answer
    assert b"connection: close" in answer.lower()
