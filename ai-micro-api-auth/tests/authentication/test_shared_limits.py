"""Limits that replicas share, counted in a real Redis; skipped where `redis-server` is not installed."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from app.main import create_app
from app.settings import Settings
from service_kit.testing.waiting import eventually
from tests.people import PASSWORD, sign_up

EMAIL = "hanako@example.com"
_PROGRAM = shutil.which("redis-server")


@pytest.fixture
def redis() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    if _PROGRAM is None:
        pytest.skip("redis-server is not installed (Debian's package has that name)")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [_PROGRAM, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd="/")
    try:
        eventually(lambda: _listens(port, process))
        yield f"redis://127.0.0.1:{port}", process
    finally:
        process.kill()
        process.wait()


def _listens(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "redis-server did not start"
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


@pytest.fixture
def replicas(settings: Settings, redis: tuple[str, subprocess.Popen[bytes]]) -> Iterator[list[TestClient]]:
    fields = {"rate_limit_storage": SecretStr(redis[0]), "login_failure_limit": 4}
    with ExitStack() as stack:
        yield [
            stack.enter_context(TestClient(create_app(settings.model_copy(update=fields)), client=("192.0.2.1", 5)))
            for _ in range(2)
        ]


def login(client: TestClient, password: str) -> int:
    return client.post("/auth/login", json={"email": EMAIL, "password": password}).status_code


def test_guesses_at_one_replica_count_at_the_other(replicas: list[TestClient]) -> None:
    one, other = replicas
    sign_up(one, EMAIL)
    assert [login(client, "wrong") for client in (one, other, one, other)] == [401] * 4
    assert [login(client, PASSWORD) for client in replicas] == [429, 429]


def test_a_success_at_one_replica_forgives_at_the_other(replicas: list[TestClient]) -> None:
    one, other = replicas
    sign_up(one, EMAIL)
    assert [login(one, "wrong") for _ in range(3)] == [401] * 3
    assert login(other, PASSWORD) == 200
    assert [login(one, "wrong") for _ in range(3)] == [401] * 3


def test_each_replica_counts_by_itself_while_redis_is_away(
    replicas: list[TestClient], redis: tuple[str, subprocess.Popen[bytes]]
) -> None:
    one, other = replicas
    sign_up(one, EMAIL)
    redis[1].kill()
    redis[1].wait()
    assert login(one, PASSWORD) == 200
    assert [login(one, "wrong") for _ in range(5)] == [401] * 4 + [429]
    assert login(other, PASSWORD) == 200
