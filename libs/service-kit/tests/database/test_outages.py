"""The database is cut off, or takes everything and answers nothing: no request hangs, and all is well afterwards."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from threading import Thread
from uuid import uuid4

import pytest
from sample.application import create_app
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service_kit.database.sessions import Database
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.gate import Gate
from service_kit.testing.many_requests import Call
from service_kit.testing.serving import served
from service_kit.testing.tokens import JwksServer

READ = Call("GET", f"/notes/{uuid4()}")
LIST = Call("GET", "/notes")
WRITE = Call("POST", "/notes", lambda: {"text": uuid4().hex})
SLOW = Call("GET", "/notes/slow/now")
READY = Call("GET", "/readyz")
ROUTES = {READ: 404, LIST: 200, WRITE: 201, READY: 200}


@pytest.fixture
def gated_settings(gated_database_url: str, jwks_server: JwksServer) -> TokenCheckingSettings:
    return TokenCheckingSettings(_env_file=None, database_url=gated_database_url, jwks_url=jwks_server.url)


@pytest.fixture
def url(gated_settings: TokenCheckingSettings) -> Iterator[str]:
    with served(create_app(gated_settings)) as url:
        yield url


@asynccontextmanager
async def _load(url: str) -> AsyncIterator[Counter[int]]:
    """Ask all routes again and again while inside; yields what they answer."""
    answers: Counter[int] = Counter()

    async def ask(call: Call) -> None:
        while True:
            answers[await call.send(url)] += 1
            await asyncio.sleep(0.02)

    tasks = [asyncio.create_task(ask(call)) for call in ROUTES for _ in range(5)]
    try:
        yield answers
    finally:
        for task in tasks:
            task.cancel()
        with suppress(asyncio.CancelledError):
            await asyncio.gather(*tasks)


async def _all_answer(url: str) -> None:
    for call, status in ROUTES.items():
        while await call.send(url) != status:  # noqa: ASYNC110 - the database comes back beside
            await asyncio.sleep(0.05)


async def _refused(answers: Counter[int], count: int) -> None:
    """Wait until that many more requests were refused."""
    enough = answers[503] + count
    while answers[503] < enough:  # noqa: ASYNC110 - the answers come in beside
        await asyncio.sleep(0.05)


def test_a_database_that_is_cut_off_under_load_is_503_and_all_routes_are_back_after_it(
    url: str, database_gate: Gate
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(60), _load(url) as answers:
            await _all_answer(url)
            database_gate.close()
            await _refused(answers, 100)
            database_gate.open()
            await _all_answer(url)
            assert set(answers) <= {200, 201, 404, 503}

    asyncio.run(scenario())


def test_a_database_that_is_silent_under_load_is_503_for_all_and_all_routes_are_back_after_it(
    url: str, database_gate: Gate
) -> None:
    async def scenario() -> None:
        async with asyncio.timeout(90), _load(url) as answers:
            await _all_answer(url)
            database_gate.silence()
            # Those that wait for an answer are ended, and then all are refused without waiting for one.
            await _refused(answers, 100)
            assert {await call.send(url) for call in ROUTES} == {503}
            assert await Call("GET", "/healthz").send(url) == 200
            database_gate.resume()
            await _all_answer(url)
            assert set(answers) <= {200, 201, 404, 503}

    asyncio.run(scenario())


def test_a_statement_that_is_merely_slow_is_not_taken_for_a_dead_line(
    gated_settings: TokenCheckingSettings, database_gate: Gate
) -> None:
    # Long enough that the server is asked several times meanwhile.
    settings = gated_settings.model_copy(update={"database_statement_timeout_ms": 6_000})

    async def scenario(url: str) -> None:
        slow = asyncio.create_task(SLOW.send(url))
        while not slow.done():
            assert await LIST.send(url) == 200
            await asyncio.sleep(0.1)
        assert slow.result() == 503  # by the server's own limit

    with served(create_app(settings)) as url:
        asyncio.run(scenario(url))


def test_a_connection_in_use_can_be_ended_while_a_thread_waits_for_its_answer(
    gated_settings: TokenCheckingSettings,
) -> None:
    database = Database(gated_settings, application_name="tests")
    errors: list[Exception] = []

    def wait() -> None:
        try:
            with database.reading() as connection:
                connection.execute(text("SELECT pg_sleep(60)"))
        except OperationalError as error:
            errors.append(error)

    thread = Thread(target=wait, daemon=True)
    thread.start()
    while thread.is_alive():
        database.in_use.end(used_for=0)
        thread.join(0.05)
    assert len(errors) == 1
    assert database.in_use.longest_seconds() == 0
    with database.reading() as connection:
        assert connection.scalar(text("SELECT 1")) == 1
    database.close_unused()


def test_every_connection_of_the_pools_notices_a_server_that_vanishes(gated_settings: TokenCheckingSettings) -> None:
    database = Database(gated_settings, application_name="tests")
    parameters: list[dict[str, str]] = []
    with database.session() as session, database.reading() as reading, database.probing() as probing:
        for connection in (session.connection(), reading, probing):
            assert connection.connection.driver_connection is not None
            parameters.append(connection.connection.driver_connection.info.dsn_parameters)
    assert [
        (p["keepalives"], p["keepalives_idle"], p["tcp_user_timeout"], p["connect_timeout"]) for p in parameters
    ] == [("1", "2", "5000", "3")] * 3
    database.close_unused()
