"""Requests wait for their turn at the database without a thread, in a queue that is bounded in length and in time."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from uuid import uuid4

import httpx
import pytest
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from sample.application import create_app
from sqlalchemy import text

from service_kit.database.admission import Admission
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.many_requests import Call, burst
from service_kit.testing.serving import served

READ = Call("GET", f"/notes/{uuid4()}")
LIST = Call("GET", "/notes?total=true")
WRITE = Call("POST", "/notes", lambda: {"text": uuid4().hex})
HELD = Call("GET", "/notes/locked/now")
PROBES = ("/healthz", "/readyz", "/metrics", "/openapi.json")
PLACES = 2


def _client(url: str) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=url, timeout=30, trust_env=False)


async def _metric(client: httpx.AsyncClient, name: str) -> float:
    samples = (await client.get("/metrics")).text.splitlines()
    return next((float(line.rpartition(" ")[2]) for line in samples if line.startswith(f"{name} ")), 0.0)


async def _until(client: httpx.AsyncClient, name: str, value: float) -> None:
    async with asyncio.timeout(30):
        while await _metric(client, name) != value:  # noqa: ASYNC110 - another thread counts
            await asyncio.sleep(0.02)


@pytest.fixture
def patient(settings: TokenCheckingSettings) -> TokenCheckingSettings:
    """The default queue, with time enough for a machine that does other things too."""
    return settings.model_copy(update={"database_queue_seconds": 300})


@pytest.mark.parametrize(("call", "status"), [(READ, 404), (LIST, 200), (WRITE, 201)], ids=["read", "list", "write"])
def test_a_burst_of_400_loses_no_request(patient: TokenCheckingSettings, call: Call, status: int) -> None:
    with served(create_app(patient)) as url:
        assert asyncio.run(burst(url, call, 400)) == {status: 400}


def test_a_stream_of_requests_beside_bursts_loses_none(patient: TokenCheckingSettings) -> None:
    async def both(url: str) -> tuple[Counter[int], Counter[int]]:
        bursts = asyncio.gather(*(burst(url, LIST, 200) for _ in range(2)))
        stream: Counter[int] = Counter()
        while not bursts.done():
            stream[await READ.send(url)] += 1
            await asyncio.sleep(0.1)
        return sum(await bursts, Counter()), stream

    with served(create_app(patient)) as url:
        in_bursts, in_stream = asyncio.run(both(url))
    assert in_bursts == {200: 400}
    assert set(in_stream) == {404}


@contextmanager
def _short_queue(settings: TokenCheckingSettings, *, seconds: float = 30) -> Iterator[str]:
    limits = {"database_pool_size": PLACES, "database_queue_size": 3, "database_queue_seconds": seconds}
    with served(create_app(settings.model_copy(update=limits))) as url:
        yield url


class Holding:
    """Keeps requests in the database until they are let go.

    Args:
        url: of the service.
        client: asks it for its metrics.
        database: an advisory lock in it is what the requests wait for.
    """

    def __init__(self, url: str, client: httpx.AsyncClient, database: DatabaseUrls) -> None:
        self._url = url
        self._client = client
        self._engine = database.engine()
        self._connection = self._engine.connect()
        self._connection.execute(text("SELECT pg_advisory_lock(1)"))
        self._requests: list[asyncio.Task[int]] = []

    async def take_places(self) -> None:
        """Take all places."""
        self._requests += [asyncio.create_task(HELD.send(self._url)) for _ in range(PLACES)]
        await _until(self._client, "admission_places_taken", PLACES)

    async def fill_queue(self) -> None:
        """Take all places and all room in the queue."""
        await self.take_places()
        self._requests += [asyncio.create_task(HELD.send(self._url)) for _ in range(3)]
        await _until(self._client, "admission_waiting", 3)

    async def let_go(self) -> Counter[int]:
        """Let the requests go on; return how they were answered."""
        self._connection.execute(text("SELECT pg_advisory_unlock(1)"))
        self._connection.close()
        return Counter(await asyncio.gather(*self._requests))


def test_a_request_for_which_the_queue_has_no_room_is_503_at_once(
    settings: TokenCheckingSettings, migrated_database: DatabaseUrls
) -> None:
    async def scenario(url: str) -> None:
        async with _client(url) as client:
            holding = Holding(url, client, migrated_database)
            await holding.fill_queue()
            for call in (READ, LIST, WRITE):
                refused = await client.request(call.method, call.path, json=call.body() if call.body else None)
                assert (refused.status_code, refused.json()["code"]) == (503, "OVERLOADED")
                assert refused.headers["retry-after"] == "2"
            assert await _metric(client, 'admission_refused_total{reason="full"}') == 3
            assert await holding.let_go() == {200: 5}
            assert (await client.get(LIST.path)).status_code == 200

    with _short_queue(settings) as url:
        asyncio.run(scenario(url))


def test_a_request_that_has_waited_too_long_is_503(
    settings: TokenCheckingSettings, migrated_database: DatabaseUrls
) -> None:
    async def scenario(url: str) -> None:
        async with _client(url) as client:
            holding = Holding(url, client, migrated_database)
            await holding.take_places()
            late = await client.get(LIST.path)
            assert (late.status_code, late.json()["code"]) == (503, "OVERLOADED")
            assert await _metric(client, 'admission_refused_total{reason="late"}') == 1
            assert await holding.let_go() == {200: 2}

    with _short_queue(settings, seconds=0.2) as url:
        asyncio.run(scenario(url))


def test_a_client_that_goes_away_while_it_waits_gives_its_place_back(
    settings: TokenCheckingSettings, migrated_database: DatabaseUrls
) -> None:
    async def scenario(url: str) -> None:
        async with _client(url) as client:
            holding = Holding(url, client, migrated_database)
            await holding.take_places()
            impatient = asyncio.create_task(LIST.send(url))
            await _until(client, "admission_waiting", 1)
            impatient.cancel()
            await _until(client, "admission_waiting", 0)
            assert await _metric(client, 'admission_refused_total{reason="gone"}') == 1
            assert await holding.let_go() == {200: 2}

    with _short_queue(settings) as url:
        asyncio.run(scenario(url))


def test_probes_metrics_and_documents_answer_while_all_places_are_taken(
    settings: TokenCheckingSettings, migrated_database: DatabaseUrls
) -> None:
    async def scenario(url: str) -> None:
        async with _client(url) as client:
            holding = Holding(url, client, migrated_database)
            await holding.fill_queue()
            assert [(await client.get(path)).status_code for path in PROBES] == [200] * len(PROBES)
            assert await holding.let_go() == {200: 5}

    with _short_queue(settings) as url:
        asyncio.run(scenario(url))


def test_an_answer_that_is_sent_in_parts_waits_for_its_turn_and_is_not_turned_away() -> None:
    async def scenario() -> None:
        admission = Admission(places=1, queue=1, wait_seconds=0.01, registry=CollectorRegistry())
        release = Event()
        parts = admission.stream(iter("abc"))
        assert await anext(parts) == "a"
        holding = asyncio.ensure_future(anext(admission.stream(_once(release))))
        waiting = [asyncio.ensure_future(anext(stream)) for stream in (parts, admission.stream(iter("x")))]
        done, _ = await asyncio.wait(waiting, timeout=0.1)
        assert not done
        release.set()
        assert await holding == "released"
        assert await asyncio.gather(*waiting) == ["b", "x"]
        assert [part async for part in parts] == ["c"]

    asyncio.run(scenario())


def _once(event: Event) -> Iterator[str]:
    assert event.wait(30)
    yield "released"


def test_an_async_endpoint_takes_a_place_for_the_part_of_its_work_that_needs_one(client: TestClient) -> None:
    assert client.get("/notes/partly/now").json() == 1
