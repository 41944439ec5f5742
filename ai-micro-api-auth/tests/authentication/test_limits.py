"""Guessing passwords is stopped, without giving strangers a way to lock an owner out."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.people import PASSWORD, sign_up

LIMIT = 3
ACCOUNT_LIMIT = 6
NETWORK_LIMIT = 12
At = Callable[[str], TestClient]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    limits = {
        "login_failure_limit": LIMIT,
        "account_failure_limit": ACCOUNT_LIMIT,
        "network_failure_limit": NETWORK_LIMIT,
        "signup_limit": LIMIT,
    }
    return settings.model_copy(update=limits)


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def at(app: FastAPI) -> Iterator[At]:
    """Makes clients at the addresses that a test wants; one person has signed up."""
    with TestClient(app, client=("198.51.100.1", 50000)) as first:
        sign_up(first)

        def client(address: str) -> TestClient:
            other = TestClient(app, client=(address, 50000))
            other.portal = first.portal  # one event loop for all, as in a server
            return other

        yield client


def login(client: TestClient, password: str = PASSWORD, email: str = "hanako@example.com") -> int:
    return client.post("/auth/login", json={"email": email, "password": password}).status_code


def fail(client: TestClient, times: int, email: str = "hanako@example.com") -> None:
    for _ in range(times):
        assert login(client, "wrong password", email) == 401


def end_windows(app: FastAPI) -> None:
    """Let every window that is open end now."""
    storage = app.state.counters._shared.storage
    storage.expirations.update(dict.fromkeys(storage.expirations, 0.0))


def test_past_the_limit_even_the_right_password_has_to_wait(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    response = client.post("/auth/login", json={"email": "Hanako@Example.com", "password": PASSWORD})
    assert (response.status_code, response.json()["code"]) == (429, "TOO_MANY_LOGINS")
    assert 290 <= int(response.headers["Retry-After"]) <= 300


def test_the_form_is_throttled_too(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    form = {"grant_type": "password", "username": "hanako@example.com", "password": PASSWORD}
    assert client.post("/auth/token", data=form).status_code == 429


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


def test_the_wait_ends_with_the_window_and_is_not_prolonged_by_trying(at: At, app: FastAPI) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    assert login(client) == 429
    end_windows(app)
    fail(client, LIMIT - 1)
    assert login(client) == 200


def test_accounts_that_do_not_exist_are_throttled_alike(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT, email="nobody@example.com")
    assert login(client, email="nobody@example.com") == 429


def test_of_many_guesses_at_once_no_more_are_checked_than_of_many_in_a_row(at: At) -> None:
    client = at("192.0.2.1")
    with ThreadPoolExecutor(20) as threads:
        statuses = list(threads.map(lambda _: login(client, "wrong password"), range(40)))
    assert statuses.count(401) == LIMIT
    assert statuses.count(429) == 40 - LIMIT


def test_the_right_password_many_times_at_once_signs_in_each_time(at: At) -> None:
    client = at("192.0.2.1")
    with ThreadPoolExecutor(20) as threads:
        assert set(threads.map(lambda _: login(client), range(40))) == {200}
    fail(client, LIMIT)


def test_one_account_is_not_guessed_from_many_networks(at: At) -> None:
    for number in range(ACCOUNT_LIMIT):
        fail(at(f"192.0.2.{number}"), 1)
    assert login(at("192.0.2.99")) == 429


def test_one_network_does_not_try_a_password_on_every_account(at: At) -> None:
    client = at("192.0.2.1")
    for number in range(NETWORK_LIMIT):
        fail(client, 1, email=f"person{number}@example.com")
    response = client.post("/auth/login", json={"email": "hanako@example.com", "password": PASSWORD})
    assert response.status_code == 429
    assert 3590 <= int(response.headers["Retry-After"]) <= 3600
    assert login(at("192.0.2.2")) == 200


def test_a_success_is_no_failure_of_the_network_or_the_account(at: At) -> None:
    client = at("192.0.2.1")
    for _ in range(NETWORK_LIMIT + 1):
        assert login(client) == 200


def test_a_refused_try_counts_against_no_other_limit(at: At) -> None:
    client = at("192.0.2.1")
    fail(client, LIMIT)
    for _ in range(NETWORK_LIMIT):
        assert login(client) == 429
    fail(client, 1, email="taro@example.com")


def test_one_network_signs_up_so_often_and_no_more(at: At) -> None:
    for number in range(LIMIT):
        sign_up(at("192.0.2.1"), f"person{number}@example.com")
    body = {"email": "onemore@example.com", "password": PASSWORD}
    response = at("192.0.2.1").post("/auth/signup", json=body)
    assert (response.status_code, response.json()["code"]) == (429, "TOO_MANY_SIGN_UPS")
    assert 3590 <= int(response.headers["Retry-After"]) <= 3600
    assert at("192.0.2.2").post("/auth/signup", json=body).status_code == 201


def test_asking_for_taken_addresses_is_limited_too(at: At) -> None:
    body = {"email": "hanako@example.com", "password": PASSWORD}
    statuses = [at("192.0.2.1").post("/auth/signup", json=body).status_code for _ in range(LIMIT + 1)]
    assert statuses == [409] * LIMIT + [429]


def test_a_client_cannot_choose_its_network_by_a_header(at: At) -> None:
    client = at("192.0.2.1")
    for number in range(LIMIT + 1):
        client.headers["X-Forwarded-For"] = f"203.0.113.{number}"
        status = login(client, "wrong password")
    assert status == 429
