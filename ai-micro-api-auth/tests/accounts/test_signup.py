"""`POST /auth/signup`."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from app.accounts.models import User
from service_kit.database.sessions import Database
from tests.people import PASSWORD, Person, sign_up


def test_a_new_account_is_an_active_user_and_its_password_is_not_shown(client: TestClient) -> None:
    response = client.post("/auth/signup", json={"email": "hanako@example.com", "password": PASSWORD})
    assert response.status_code == 201
    account = response.json()
    assert set(account) == {"id", "email", "roles", "is_active", "created_at", "updated_at"}
    assert (account["email"], account["roles"], account["is_active"]) == ("hanako@example.com", ["user"], True)


def test_the_password_is_stored_as_argon2id_with_the_recommended_cost(
    client: TestClient, person: Person, database: Database
) -> None:
    with database.session() as session:
        assert session.scalars(select(User.password_hash)).one().startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.parametrize("email", ["hanako@example.com", "HANAKO@example.com", " hanako@EXAMPLE.com "])
def test_an_address_has_one_account_whatever_its_case(client: TestClient, person: Person, email: str) -> None:
    response = client.post("/auth/signup", json={"email": email, "password": PASSWORD})
    assert response.status_code == 409
    assert response.json()["code"] == "EMAIL_TAKEN"


@pytest.mark.parametrize("field", ["roles", "is_active", "id", "password_hash"])
def test_a_sign_up_cannot_give_privileges(refusing_client: TestClient, field: str) -> None:
    body: dict[str, Any] = {"email": "eve@example.com", "password": PASSWORD, field: ["admin"]}
    response = refusing_client.post("/auth/signup", json=body)
    assert response.status_code == 422
    assert response.json()["errors"][0]["loc"] == ["body", field]


@pytest.mark.parametrize(
    "password",
    ["", "1234567", "short", "p" * 129, "password", "PassWord123", "12345678", "nul\0in the middle"],
)
def test_a_bad_password_is_refused_and_never_echoed(refusing_client: TestClient, password: str) -> None:
    response = refusing_client.post("/auth/signup", json={"email": "eve@example.com", "password": password})
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert all(set(error) == {"loc", "msg", "type"} for error in response.json()["errors"])


@pytest.mark.parametrize("password", ["8 chars.", "x" * 128, "パスワードは長いほど良い", "🐎🔋📎🍎🌧🎈🧵🪁"])
def test_any_long_enough_password_signs_in(client: TestClient, password: str) -> None:
    client.post("/auth/signup", json={"email": "hanako@example.com", "password": password})
    response = client.post("/auth/login", json={"email": "hanako@example.com", "password": password})
    assert response.status_code == 200, response.text


def test_the_way_an_accent_was_typed_does_not_matter(client: TestClient) -> None:
    client.post("/auth/signup", json={"email": "rene@example.com", "password": "Ren\u00e9 est ici"})
    response = client.post("/auth/login", json={"email": "rene@example.com", "password": "Rene\u0301 est ici"})
    assert response.status_code == 200


@pytest.mark.parametrize(
    "email",
    ["", "hanako", "hanako@", "@example.com", "a b@example.com", "x" * 310 + "@example.com", "nul\0@example.com"],
)
def test_what_is_no_address_is_refused(refusing_client: TestClient, email: str) -> None:
    assert refusing_client.post("/auth/signup", json={"email": email, "password": PASSWORD}).status_code == 422


def test_of_many_who_sign_up_with_one_address_at_once_one_gets_it(client: TestClient, database: Database) -> None:
    body = {"email": "hanako@example.com", "password": PASSWORD}
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: client.post("/auth/signup", json=body).status_code, range(8)))
    assert sorted(statuses) == [201, *[409] * 7]
    with database.session() as session:
        assert session.scalar(select(func.count()).select_from(User)) == 1


def test_different_people_have_different_accounts(client: TestClient) -> None:
    assert sign_up(client, "a@example.com").id != sign_up(client, "b@example.com").id
