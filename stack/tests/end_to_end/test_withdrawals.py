"""Rights end in every service within five seconds."""

import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from end_to_end.conftest import PASSWORD, Client, sign_in

from stack.services.service import known_services

WITHIN_SECONDS = 5.0
_PAUSE_SECONDS = 0.1


@dataclass(frozen=True)
class Account:
    """A person who is signed in."""

    id: str
    email: str
    access_token: str
    refresh_token: str


@pytest.fixture
def account(client: Client, administrator: str) -> Account:
    """An administrator made for this test."""
    email = f"{uuid.uuid4().hex}@example.com"
    created = client("auth").post("/auth/signup", json={"email": email, "password": PASSWORD})
    created.raise_for_status()
    auth = client("auth", administrator)
    auth.patch(f"/auth/users/{created.json()['id']}", json={"roles": ["admin", "user"]}).raise_for_status()
    answer = client("auth").post("/auth/login", json={"email": email, "password": PASSWORD})
    answer.raise_for_status()
    tokens = answer.json()
    return Account(created.json()["id"], email, tokens["access_token"], tokens["refresh_token"])


def wait_until_refused(asked: Sequence[tuple[httpx.Client, str]]) -> None:
    """Wait until every one of these GETs is refused; fail if that takes longer than is promised."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while {service.get(path).status_code for service, path in asked} != {401}:
        assert time.monotonic() < deadline
        time.sleep(_PAUSE_SECONDS)


def sign_out(client: Client, account: Account, _: str) -> httpx.Response:
    return client("auth").post("/auth/logout", json={"refresh_token": account.refresh_token})


def sign_out_everywhere(client: Client, account: Account, _: str) -> httpx.Response:
    return client("auth", sign_in(client, account.email, PASSWORD)).post("/auth/logout-all")


def end_the_session(client: Client, account: Account, _: str) -> httpx.Response:
    auth = client("auth", account.access_token)
    (session,) = [item["id"] for item in auth.get("/auth/sessions").json()["items"] if item["is_current"]]
    return client("auth", sign_in(client, account.email, PASSWORD)).delete(f"/auth/sessions/{session}")


def deactivate(client: Client, account: Account, administrator: str) -> httpx.Response:
    return client("auth", administrator).patch(f"/auth/users/{account.id}", json={"is_active": False})


def take_a_role(client: Client, account: Account, administrator: str) -> httpx.Response:
    return client("auth", administrator).patch(f"/auth/users/{account.id}", json={"roles": ["user"]})


def change_the_password(client: Client, account: Account, _: str) -> httpx.Response:
    elsewhere = client("auth", sign_in(client, account.email, PASSWORD))
    body = {"current_password": PASSWORD, "new_password": "another passphrase, as long"}
    return elsewhere.post("/auth/password/change", json=body)


def reuse_a_refresh_token(client: Client, account: Account, _: str) -> httpx.Response:
    auth = client("auth")
    first = auth.post("/auth/refresh", json={"refresh_token": account.refresh_token}).raise_for_status()
    auth.post("/auth/refresh", json={"refresh_token": first.json()["refresh_token"]}).raise_for_status()
    return auth.post("/auth/refresh", json={"refresh_token": account.refresh_token})


WAYS: list[Callable[[Client, Account, str], httpx.Response]] = [
    sign_out,
    sign_out_everywhere,
    end_the_session,
    deactivate,
    take_a_role,
    change_the_password,
    reuse_a_refresh_token,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: str(way.__name__))
def test_every_service_refuses_the_access_token_within_five_seconds(
    way: Callable[[Client, Account, str], httpx.Response], client: Client, account: Account, administrator: str
) -> None:
    asked = {
        "auth": (client("auth", account.access_token), "/auth/sessions"),
        "user": (client("user", account.access_token), "/profiles"),
        "admin": (client("admin", account.access_token), "/api/logs/login"),
    }
    assert {name: service.get(path).status_code for name, (service, path) in asked.items()} == dict.fromkeys(asked, 200)
    assert way(client, account, administrator).status_code in {200, 204, 401}
    wait_until_refused([*asked.values()])
    for service, path in asked.values():
        assert service.get(path).headers["www-authenticate"] == 'Bearer error="invalid_token"'


def test_a_deactivated_administrator_deletes_no_knowledge_base(
    client: Client, account: Account, administrator: str
) -> None:
    body: dict[str, Any] = {"name": uuid.uuid4().hex, "description": "", "visibility": "shared"}
    made = client("admin", account.access_token).post("/api/knowledgebase", json=body)
    assert made.status_code == 201, made.text
    address = f"/api/knowledgebase/{made.json()['id']}"
    deactivate(client, account, administrator).raise_for_status()
    admin = client("admin", account.access_token)
    wait_until_refused([(admin, address)])
    assert admin.delete(address).status_code == 401
    assert client("admin", administrator).get(address).status_code == 200


@pytest.mark.parametrize("service", [service.name for service in known_services()])
def test_the_age_of_what_is_known_is_a_metric(client: Client, service: str) -> None:
    lines = client(service).get("/metrics").text.splitlines()
    (age,) = [float(line.split()[1]) for line in lines if line.startswith("withdrawals_age_seconds ")]
    assert age < WITHIN_SECONDS
