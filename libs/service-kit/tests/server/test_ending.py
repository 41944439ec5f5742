"""SIGTERM: the service says that it ends, and finishes what it has begun."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.many_requests import Call
from service_kit.testing.tokens import JwksServer

TESTS = Path(__file__).parents[1]
READY = Call("GET", "/readyz")
WRITE = Call("POST", "/notes", lambda: {"text": uuid4().hex})


@pytest.fixture
def environment(migrated_database: DatabaseUrls, jwks_server: JwksServer) -> dict[str, str]:
    return {
        **os.environ,
        "DATABASE_URL": migrated_database.app,
        "JWKS_URL": jwks_server.url,
        "SHUTDOWN_DELAY_SECONDS": "1",
        "PYTHONPATH": str(TESTS),
    }


class Replica:
    """A service in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port
        self.url = f"http://127.0.0.1:{port}"

    async def is_ready(self) -> bool:
        try:
            return await READY.send(self.url) == 200
        except ConnectionRefusedError:
            return False


@asynccontextmanager
async def _replica(environment: Mapping[str, str]) -> AsyncIterator[Replica]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    arguments = ["-m", "uvicorn", "sample.application:app", "--port", str(port), "--timeout-graceful-shutdown", "30"]
    process = await asyncio.create_subprocess_exec(sys.executable, *arguments, cwd=TESTS, env=environment)
    replica = Replica(process, port)
    try:
        while not await replica.is_ready():
            assert process.returncode is None
            await asyncio.sleep(0.05)
        yield replica
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


def test_a_service_that_ends_is_not_ready_and_finishes_a_request_whose_body_is_on_its_way(
    environment: dict[str, str],
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(60), _replica(environment) as replica:
            body = json.dumps({"text": "in flight"}).encode()
            reader, writer = await asyncio.open_connection("127.0.0.1", replica.port)
            head = f"POST /notes HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
            writer.write(head.encode() + b"\r\n\r\n" + body[:5])
            replica.process.send_signal(signal.SIGTERM)
            while await READY.send(replica.url) != 503:  # noqa: ASYNC110 - another process can only be asked
                await asyncio.sleep(0.02)
            idle_reader, idle_writer = await asyncio.open_connection("127.0.0.1", replica.port)
            assert await idle_reader.read() == b""  # an idle connection is closed
            writer.write(body[5:])
            answer = await reader.read()
            assert answer.startswith(b"HTTP/1.1 201")
            assert b"connection: close" in answer.lower()
            await replica.process.wait()
            writer.close()
            idle_writer.close()

    asyncio.run(scenario())


class Balancer:
    """Sends requests to the replicas that say that they are ready, as a load balancer does."""

    def __init__(self, *replicas: Replica) -> None:
        self._ready = dict.fromkeys(replicas, True)
        self.answers: Counter[int] = Counter()

    async def watch(self) -> None:
        while True:
            for replica in self._ready:
                self._ready[replica] = await replica.is_ready()
            await asyncio.sleep(0.1)

    async def ask_until(self, ended: asyncio.Task[int]) -> None:
        while not ended.done():
            await self.ask()

    async def ask(self) -> None:
        for replica in [replica for replica, is_ready in self._ready.items() if is_ready]:
            self.answers[await WRITE.send(replica.url)] += 1


def test_a_restart_of_one_of_two_replicas_loses_no_request(environment: dict[str, str]) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(90), _replica(environment) as first, _replica(environment) as second:
            balancer = Balancer(first, second)
            watch = asyncio.create_task(balancer.watch())
            ended = asyncio.create_task(first.process.wait())
            clients = [asyncio.create_task(balancer.ask_until(ended)) for _ in range(4)]
            for _ in range(10):
                await balancer.ask()
            first.process.send_signal(signal.SIGTERM)
            await asyncio.gather(*clients)
            watch.cancel()
            assert set(balancer.answers) == {201}

    asyncio.run(scenario())
