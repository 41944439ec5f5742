"""Who gets an account by signing up."""

from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi.testclient import TestClient

from app.accounts.creation import generate_password
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from tests.people import PASSWORD, Person, administrator_at, sign_up

Under = Callable[..., TestClient]


@pytest.fixture
def under(settings: Settings) -> Iterator[Under]:
    """Starts the service with a policy."""
    with ExitStack() as stack:

        def start(**changes: object) -> TestClient:
            app = create_app(settings.model_copy(update=changes))
            return stack.enter_context(TestClient(app, raise_server_exceptions=False))

        yield start


@pytest.fixture
def boss(settings: Settings, database: Database) -> Iterator[Person]:
    """An administrator, at a service whose policy is the default."""
    with TestClient(create_app(settings)) as client:
        yield administrator_at(client, database, "boss@example.com")


def test_local_runs_are_open_and_others_ask_for_approval(settings: Settings) -> None:
    assert settings.signup_policy == "open"
    assert settings.model_copy(update={"environment": "production"}).signup_policy == "approval"
    assert settings.model_copy(update={"environment": "production", "signup": "open"}).signup_policy == "open"


def test_an_account_that_waits_for_approval_signs_in_once_it_is_activated(under: Under, boss: Person) -> None:
    client = under(signup="approval")
    person = sign_up(client)
    waiting = client.get("/auth/users", params={"is_approved": False}, headers=boss.authorization).json()["items"]
    assert [(account["id"], account["is_active"]) for account in waiting] == [(str(person.id), False)]
    for response in (
        person.login(),
        client.post("/auth/token", data={"grant_type": "password", "username": person.email, "password": PASSWORD}),
    ):
        assert (response.status_code, response.json()["code"]) == (403, "APPROVAL_PENDING")
    response = client.patch(f"/auth/users/{person.id}", json={"is_active": True}, headers=boss.authorization)
    assert response.json()["is_active"] is True
    assert person.login().status_code == 200
    client.patch(f"/auth/users/{person.id}", json={"is_active": False}, headers=boss.authorization)
    assert person.login().json()["code"] == "INVALID_CREDENTIALS"
    waiting = client.get("/auth/users", params={"is_approved": False}, headers=boss.authorization).json()["items"]
    assert waiting == []


def test_only_who_knows_the_password_hears_of_the_approval(under: Under) -> None:
    client = under(signup="approval", login_failure_limit=2)
    person = sign_up(client)
    for _ in range(3):
        assert person.login().status_code == 403
    assert person.login("wrong password").json()["code"] == "INVALID_CREDENTIALS"


def test_addresses_of_other_domains_cannot_sign_up(under: Under) -> None:
    client = under(signup="domains", signup_domains=["example.com"])
    assert sign_up(client, "Hanako@EXAMPLE.com").login().status_code == 200
    for email in ("eve@example.org", "eve@sub.example.com", "eve@notexample.com"):
        response = client.post("/auth/signup", json={"email": email, "password": PASSWORD})
        assert (response.status_code, response.json()["code"]) == (403, "SIGN_UP_DOMAIN_NOT_ALLOWED")


def test_where_sign_up_is_closed_administrators_create_accounts(under: Under, boss: Person) -> None:
    client = under(signup="closed")
    response = client.post("/auth/signup", json={"email": "eve@example.com", "password": PASSWORD})
    assert (response.status_code, response.json()["code"]) == (403, "SIGN_UP_CLOSED")
    response = client.post("/auth/users", json={"email": "Taro@example.com"}, headers=boss.authorization)
    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    account = response.json()
    assert response.headers["Location"] == f"/auth/users/{account['id']}"
    assert (account["email"], account["roles"], account["is_active"]) == ("taro@example.com", ["user"], True)
    taro = Person(client, account["email"], account["id"], account["password"])
    assert taro.login().status_code == 200
    read = client.get(f"/auth/users/{account['id']}", headers=boss.authorization).json()
    assert "password" not in read
    again = client.post("/auth/users", json={"email": "taro@example.com"}, headers=boss.authorization)
    assert (again.status_code, again.json()["code"]) == (409, "EMAIL_TAKEN")


def test_an_account_can_be_created_as_an_administrator(boss: Person) -> None:
    body = {"email": "second@example.com", "roles": ["user", "admin"]}
    account = boss.client.post("/auth/users", json=body, headers=boss.authorization).json()
    assert account["roles"] == ["admin", "user"]


def test_users_create_no_accounts(boss: Person) -> None:
    person = sign_up(boss.client).sign_in()
    response = boss.client.post("/auth/users", json={"email": "x@example.com"}, headers=person.authorization)
    assert response.status_code == 403


def test_accounts_are_filtered_by_role_and_state(boss: Person) -> None:
    person = sign_up(boss.client)
    boss.client.patch(f"/auth/users/{person.id}", json={"is_active": False}, headers=boss.authorization)
    for query, emails in {
        "role=admin": [boss.email],
        "role=user": [person.email, boss.email],
        "is_active=false": [person.email],
        "is_active=true": [boss.email],
        "is_active=true&role=admin&q=boss": [boss.email],
        "is_active=false&role=admin": [],
    }.items():
        items = boss.client.get(f"/auth/users?{query}", headers=boss.authorization).json()["items"]
        assert (query, [item["email"] for item in items]) == (query, emails)
    assert boss.client.get("/auth/users?role=emperor", headers=boss.authorization).status_code == 422


def test_a_generated_password_has_128_random_bits() -> None:
    made = [generate_password() for _ in range(100)]
    assert len(set(made)) == 100
    assert {len(urlsafe_b64decode(f"{password}==")) for password in made} == {16}
