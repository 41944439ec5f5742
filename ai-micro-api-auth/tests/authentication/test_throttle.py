"""Guessing passwords is stopped, without giving strangers a way to lock somebody out."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from app.authentication.models import LoginThrottle
from app.main import create_app
from app.settings import Settings
from service_kit.database import Database
from tests.people import PASSWORD, sign_up

LIMIT = 3
At = Callable[[str], TestClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"login_failure_limit": LIMIT})


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def at(app: FastAPI) -> Iterator[At]:
    """Makes clients at the addresses that a test wants; somebody has signed up."""
    with ExitStack() as stack:
        stack.enter_context(first := TestClient(app, client=("192.0.2.1", 50000)))
        sign_up(first)
        yield lambda address: TestClient(app, client=(address, 50000))


def login(client: TestClient, password: str = PASSWORD, email: str = "hanako@example.com") -> int:
    return client.post("/auth/login", json={"email": email, "password": password}).status_code


def fail(client: TestClient, times: int, email: str = "hanako@example.com") -> None:
    for _ in range(times):
        assert login(client, "wrong password", email) == 401


def test_past_the_limit_even_the_right_password_has_to_wait(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    response = client.post("/auth/login", json={"email": "Hanako@Example.com", "password": PASSWORD})
    assert (response.status_code, response.json()["code"]) == (429, "TOO_MANY_LOGINS")
    assert 290 <= int(response.headers["Retry-After"]) <= 300


def test_the_form_is_throttled_too(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    assert client.post("/auth/token", data={"username": "hanako@example.com", "password": PASSWORD}).status_code == 429


def test_the_owner_signs_in_from_elsewhere_all_the_same(at: At) -> None:
    fail(at("192.0.2.66"), LIMIT)
    assert login(at("192.0.2.66")) == 429
    assert login(at("192.0.2.1")) == 200


def test_one_ipv6_network_is_one_guesser(at: At) -> None:
    for host in range(LIMIT):
        fail(at(f"2001:db8:1:2::{host + 1}"), 1)
    assert login(at("2001:db8:1:2:ffff::1")) == 429
    assert login(at("2001:db8:1:3::1")) == 200


def test_an_ipv4_address_is_the_same_one_inside_ipv6(at: At) -> None:
    fail(at("::ffff:192.0.2.66"), LIMIT)
    assert login(at("192.0.2.66")) == 429


def test_other_accounts_are_not_held_up(at: At) -> None:
    client = at("192.0.2.1")
    sign_up(client, "taro@example.com")
    fail(client, LIMIT)
    assert login(client, email="taro@example.com") == 200


def test_a_success_starts_the_count_again(at: At) -> None:
    client = at("192.0.2.1")
    for _ in range(2):
        fail(client, LIMIT - 1)
        assert login(client) == 200


def test_the_wait_ends_with_the_window_and_is_not_prolonged_by_trying(at: At, database: Database) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    assert login(client) == 429
    with database.session() as session:
        session.execute(text("UPDATE login_throttles SET window_started_at = now() - interval '300 seconds'"))
    fail(client, LIMIT - 1)
    assert login(client) == 200


def test_accounts_that_do_not_exist_are_throttled_alike(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT, email="nobody@example.com")
    assert login(client, email="nobody@example.com") == 429


def test_past_windows_are_cleaned_up_by_later_failures(at: At, database: Database) -> None:
    client = at("192.0.2.1")
    for number in range(3):
        fail(client, 1, email=f"nobody{number}@example.com")
    with database.session() as session:
        session.execute(text("UPDATE login_throttles SET window_started_at = now() - interval '1 day'"))
    fail(client, 1)
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(LoginThrottle)) == 1
