"""`POST /auth/login` and `POST /auth/token`."""

import json
from concurrent.futures import ThreadPoolExecutor

import jwt
import pytest
from fastapi.testclient import TestClient
from passlib.context import CryptContext
from sqlalchemy import select, text

from app.accounts.models import User
from app.main import create_app
from app.passwords import passwords
from app.settings import Settings
from service_kit.database.sessions import Database
from tests.people import PASSWORD, Person, sign_up


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every password that is put through the hash function."""
    done: list[str] = []
    handler = passwords._context.handler("argon2")
    original = handler.verify

    def counting(secret: str | bytes, hash: str | bytes, **keywords: object) -> bool:  # noqa: A002 - passlib's name
        done.append(str(secret))
        return bool(original(secret, hash, **keywords))

    monkeypatch.setattr(handler, "verify", counting)
    return done


def test_signing_in_gives_tokens_that_no_cache_may_keep(person: Person) -> None:
    response = person.login()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    tokens = response.json()
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert (tokens["token_type"], tokens["expires_in"]) == ("bearer", 900)


def test_signing_in_is_remembered_on_the_account(person: Person, database: Database) -> None:
    person.login("wrong password")
    with database.session() as session:
        assert session.scalars(select(User.last_login_at)).one() is None
    person.login()
    with database.session() as session:
        assert session.scalars(select(User.last_login_at)).one() is not None


def test_the_form_of_the_docs_page_signs_in(client: TestClient, person: Person) -> None:
    form = {"username": person.email, "password": PASSWORD, "grant_type": "password", "scope": "", "client_id": "docs"}
    response = client.post("/auth/token", data=form)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    assert response.json()["token_type"] == "bearer"


def test_an_address_signs_in_however_it_is_typed(client: TestClient) -> None:
    client.post("/auth/signup", json={"email": " Taro@XN--WGV71A119E.jp", "password": PASSWORD})
    for email in ("taro@日本語.jp", "\u3000TARO@xn--wgv71a119e.JP "):
        assert client.post("/auth/login", json={"email": email, "password": PASSWORD}).status_code == 200


def test_wrong_password_unknown_account_and_inactive_account_are_answered_alike(
    client: TestClient, person: Person, database: Database
) -> None:
    inactive = sign_up(client, "inactive@example.com")
    with database.session() as session:
        session.execute(text("UPDATE users SET is_active = false WHERE email = 'inactive@example.com'"))
    answers = [
        person.login("wrong password"),
        client.post("/auth/login", json={"email": "nobody@example.com", "password": PASSWORD}),
        client.post("/auth/login", json={"email": "no address at all", "password": PASSWORD}),
        inactive.login(),
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert {answer.text for answer in answers} == {answers[0].text}
    assert answers[0].json()["code"] == "INVALID_CREDENTIALS"
    assert all(answer.headers["WWW-Authenticate"] == "Bearer" for answer in answers)


def test_an_unknown_account_costs_the_same_work_as_a_wrong_password(
    client: TestClient, person: Person, work: list[str]
) -> None:
    person.login("wrong password")
    known = len(work)
    client.post("/auth/login", json={"email": "nobody@example.com", "password": "wrong password"})
    assert (known, len(work)) == (1, 2)
    person.login("ｗｒｏｎｇ password")
    known = len(work)
    client.post("/auth/login", json={"email": "nobody@example.com", "password": "ｗｒｏｎｇ password"})
    assert (known, len(work)) == (4, 6)


def test_a_hash_with_outdated_cost_is_replaced_at_the_next_login(person: Person, database: Database) -> None:
    cheap = CryptContext(["argon2"], argon2__memory_cost=8192, argon2__rounds=1, argon2__parallelism=1)
    with database.session() as session:
        session.scalars(select(User)).one().password_hash = cheap.hash(PASSWORD)
    assert person.login().status_code == 200
    with database.session() as session:
        assert "m=19456,t=2,p=1" in session.scalars(select(User.password_hash)).one()
    assert person.login().status_code == 200


def test_a_password_that_was_hashed_as_typed_still_signs_in_and_is_hashed_normalised(
    person: Person, database: Database
) -> None:
    typed = "ｐａｓｓ of old times"
    with database.session() as session:
        session.scalars(select(User)).one().password_hash = passwords._context.hash(typed)
    assert person.login("pass of old times").status_code == 401
    assert person.login(typed).status_code == 200
    assert person.login("pass of old times").status_code == 200


@pytest.mark.parametrize(
    "change", ["UPDATE users SET is_active = false", "UPDATE users SET password_hash = 'x'", "DELETE FROM users"]
)
def test_a_login_fails_when_the_account_changes_while_the_password_is_checked(
    person: Person, database: Database, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    def verify_slowly(password: str, password_hash: str) -> tuple[bool, str | None]:
        with database.session() as session:
            session.execute(text(change))
        return True, None

    monkeypatch.setattr(passwords, "verify", verify_slowly)
    assert person.login().status_code == 401


def test_many_clients_sign_in_at_once(person: Person) -> None:
    with ThreadPoolExecutor(8) as threads:
        assert {response.status_code for response in threads.map(lambda _: person.login(), range(16))} == {200}


def test_logins_are_counted_by_outcome(client: TestClient, person: Person) -> None:
    person.login()
    person.login("wrong password")
    client.post("/auth/login", json={"email": "nobody@example.com", "password": PASSWORD})
    metrics = client.get("/metrics").text
    for outcome in ("succeeded", "wrong_password", "unknown_account"):
        assert f'login_attempts_total{{outcome="{outcome}"}} 1.0' in metrics


def test_every_sign_in_refusal_and_refresh_is_a_line_with_the_account(
    settings: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    with TestClient(create_app(settings.model_copy(update={"log_format": "json"}))) as client:
        person = sign_up(client)
        person.login("another password")
        tokens = person.login().json()
        client.post("/auth/login", json={"email": "nobody@example.com", "password": PASSWORD})
        for _ in range(2):
            client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    found = [(line["message"], line.get("outcome"), line.get("user_id")) for line in lines]
    account = jwt.decode(tokens["access_token"], options={"verify_signature": False})["sub"]
    assert [line for line in found if line[0] in {"login", "session_refreshed"}] == [
        ("login", "wrong_password", account),
        ("login", "succeeded", account),
        ("login", "unknown_account", None),
        ("session_refreshed", None, account),
        ("session_refreshed", None, account),
    ]
    assert not any(PASSWORD in str(line) or person.email in str(line) for line in lines)


def refreshes(client: TestClient, tokens: dict[str, str]) -> bool:
    answer = client.post("/auth/refresh", json={"refresh_token": tokens["refresh_token"]})
    return answer.status_code == 200


def test_a_client_that_signs_in_again_ends_the_session_that_it_had(client: TestClient, person: Person) -> None:
    credentials = {"email": person.email, "password": PASSWORD}
    other, first = person.login().json(), person.login().json()
    headers = {"Authorization": f"Bearer {first['access_token']}"}
    refused = client.post("/auth/login", json={**credentials, "password": "another password"}, headers=headers)
    assert refused.status_code == 401
    assert len(client.get("/auth/sessions", headers=headers).json()["items"]) == 2
    second = client.post("/auth/login", json=credentials, headers=headers)
    assert second.status_code == 200
    assert not refreshes(client, first)
    assert refreshes(client, second.json())
    assert refreshes(client, other)


@pytest.mark.parametrize("header", ["Bearer x", "Bearer", "Basic eDp5", "", "x"])
def test_a_token_that_is_none_does_not_keep_a_client_from_signing_in(person: Person, header: str) -> None:
    credentials = {"email": person.email, "password": PASSWORD}
    other = person.login().json()
    assert person.client.post("/auth/login", json=credentials, headers={"Authorization": header}).status_code == 200
    assert refreshes(person.client, other)
