"""The services through PgBouncer in transaction mode, with the configuration of deploy/pgbouncer."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest
from calls import kinds_of_requests
from end_to_end.test_replicas import started
from pooler import Pooler
from replicas import Replica
from sqlalchemy import create_engine, pool, text
from stack_process import StackProcess

from service_kit.testing.many_requests import burst

Client = Callable[..., httpx.Client]

BURST = 60


@pytest.fixture(scope="module")
def pooler(stack: StackProcess) -> Iterator[Pooler]:
    with Pooler(stack.description) as running:
        yield running


@pytest.fixture(scope="module")
def replicas(stack: StackProcess, pooler: Pooler) -> Iterator[dict[str, Replica]]:
    server = stack.description["postgres"]
    session = {"DB_SESSION_HOST": server["host"], "DB_SESSION_PORT": str(server["port"]), "PROCESSING_WORKERS": "0"}
    with ExitStack() as running:
        through = {
            name: running.enter_context(Replica(name, stack, gate=pooler, **session))
            for name in ("auth", "user", "admin")
        }
        for replica in through.values():
            asyncio.run(started(replica))
        yield through


def test_a_burst_larger_than_the_pool_is_answered(
    client: Client, administrator: str, replicas: dict[str, Replica]
) -> None:
    for name, kind in kinds_of_requests(client, administrator).items():
        if kind.service in replicas:
            answers = asyncio.run(burst(replicas[kind.service].url, kind.call, BURST))
            assert set(answers) <= kind.statuses, (name, answers)


def test_an_idle_release_is_seen_by_one_that_migrates(stack: StackProcess, replicas: dict[str, Replica]) -> None:
    server = stack.description["postgres"]
    url = f"postgresql+psycopg2://{server['superuser']}:{server['password']}@{server['host']}:{server['port']}/postgres"
    query = text(
        "SELECT client_port FROM pg_stat_activity"
        " WHERE datname = 'postgres' AND application_name LIKE 'ai-micro-api-user@%'"
    )
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        shown = set(connection.scalars(query))
    own = {link.laddr.port for link in replicas["user"].connections_to(server["port"])}
    assert own & shown, "no session of the replica itself"
