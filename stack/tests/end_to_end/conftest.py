"""One running stack for all end-to-end tests, used through its stack.json and HTTP alone."""

import shutil
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from stack_process import StackProcess, free_ports, new_data_folder

PASSWORD = "a long enough passphrase"

Client = Callable[..., httpx.Client]


@pytest.fixture(scope="session")
def stack() -> Iterator[StackProcess]:
    data = new_data_folder()
    process = StackProcess(data, free_ports())
    yield process.wait_ready()
    process.end()
    shutil.rmtree(data)


@pytest.fixture(scope="session")
def description(stack: StackProcess) -> dict[str, Any]:
    return stack.description


@pytest.fixture
def client(description: dict[str, Any]) -> Iterator[Client]:
    """Make a client of one service, signed in with a token or not at all."""
    opened: list[httpx.Client] = []

    def make(service: str, token: str | None = None) -> httpx.Client:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        opened.append(httpx.Client(base_url=description[service], headers=headers, timeout=30))
        return opened[-1]

    yield make
    for made in opened:
        made.close()


@pytest.fixture
def administrator(client: Client, description: dict[str, Any]) -> str:
    """An access token of the first administrator."""
    return sign_in(client, **description["administrator"])


@pytest.fixture
def user(client: Client) -> str:
    """An access token of an account made for this test."""
    email = f"{uuid.uuid4().hex}@example.com"
    client("auth").post("/auth/signup", json={"email": email, "password": PASSWORD}).raise_for_status()
    return sign_in(client, email, PASSWORD)


def sign_in(client: Client, email: str, password: str) -> str:
    """Return an access token."""
    answer = client("auth").post("/auth/login", json={"email": email, "password": password})
    answer.raise_for_status()
    return str(answer.json()["access_token"])
