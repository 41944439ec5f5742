"""`DELETE /auth/me`, and what other services hear of it."""

from collections.abc import Iterator
from datetime import timedelta

import jwt
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from app.erasures import service as erasures
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.receiving import ReceivingServer
from service_kit.testing.waiting import eventually
from service_kit.tokens.services import SERVICE_IDS
from tests.people import PASSWORD, TRACE_ID, TRACED, Person, administrator_at, sign_up

AUTH = str(SERVICE_IDS["ai-micro-api-auth"])


@pytest.fixture
def user_service() -> Iterator[ReceivingServer]:
    service = ReceivingServer("/internal/erasures")
    yield service
    service.close()


@pytest.fixture
def admin_service() -> Iterator[ReceivingServer]:
    service = ReceivingServer("/internal/erasures")
    yield service
    service.close()


@pytest.fixture
def settings(
    settings: Settings, user_service: ReceivingServer, admin_service: ReceivingServer, monkeypatch: pytest.MonkeyPatch
) -> Settings:
    monkeypatch.setattr(erasures, "SECONDS_UNTIL_DELIVERY", 0.0)
    return settings.model_copy(update={"erasure_urls": {"user": user_service.url, "admin": admin_service.url}})


def erase(person: Person, password: str | None = None, *, if_match: str | None = None) -> Response:
    condition = {} if if_match is None else {"If-Match": if_match}
    return person.client.request(
        "DELETE", "/auth/me", json={"password": password or person.password}, headers=person.authorization | condition
    )


def pending(database: Database) -> int:
    with database.session() as session:
        return int(session.scalar(text("SELECT count(*) FROM account_erasures")) or 0)


def test_a_deleted_account_is_gone_and_the_other_services_hear_of_it(
    signed_in: Person, database: Database, user_service: ReceivingServer, admin_service: ReceivingServer
) -> None:
    assert erase(signed_in).status_code == 204
    assert signed_in.login().status_code == 401
    assert signed_in.refresh().status_code == 401
    assert signed_in.client.get("/auth/me", headers=signed_in.authorization).status_code == 401
    eventually(lambda: pending(database) == 0)
    for service in (user_service, admin_service):
        assert service.received == [{"user_id": str(signed_in.id)}]
        token = service.authorizations[0].removeprefix("Bearer ")
        claims = jwt.decode(token, options={"verify_signature": False})
        assert (claims["sub"], claims["scope"], claims["roles"]) == (AUTH, "accounts:erase", [])


def test_the_deletion_is_an_act_of_the_account(signed_in: Person, database: Database) -> None:
    assert erase(signed_in).status_code == 204
    with database.session() as session:
        (event,) = session.execute(text("SELECT * FROM audit_events WHERE action = 'ACCOUNT_DELETED'"))
    assert (event.actor_id, event.target_type, event.target_id) == (signed_in.id, "account", str(signed_in.id))


def test_the_other_services_hear_of_it_once_they_accept_no_token_of_the_account(
    signed_in: Person, database: Database, user_service: ReceivingServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    assert erase(signed_in).status_code == 204
    with database.session() as session:
        waits = session.scalars(text("SELECT next_attempt_at - occurred_at FROM account_erasures")).all()
    assert waits == [timedelta(seconds=10)] * 2
    assert 'outbox_messages{outbox="account_erasures"} 2.0' in signed_in.client.get("/metrics").text.splitlines()
    assert user_service.received == []


def test_the_address_is_free_again(signed_in: Person) -> None:
    assert erase(signed_in).status_code == 204
    assert sign_up(signed_in.client, signed_in.email).id != signed_in.id


def test_the_password_is_asked_for_and_guessing_it_is_limited(settings: Settings) -> None:
    with TestClient(create_app(settings.model_copy(update={"login_failure_limit": 2}))) as client:
        person = sign_up(client).sign_in()
        for _ in range(2):
            response = erase(person, "wrong password")
            assert (response.status_code, response.json()["code"]) == (403, "WRONG_PASSWORD")
        assert erase(person).status_code == 429
        assert client.get("/auth/me", headers=person.authorization).status_code == 200


def test_an_account_that_was_changed_since_it_was_read_stays(signed_in: Person) -> None:
    response = erase(signed_in, if_match='"another"')
    assert (response.status_code, response.json()["code"]) == (412, "PRECONDITION_FAILED")
    account = signed_in.client.get("/auth/me", headers=signed_in.authorization)
    assert account.status_code == 200
    assert erase(signed_in, if_match=account.headers["etag"]).status_code == 204


def test_the_last_administrator_cannot_leave(client: TestClient, database: Database) -> None:
    first = administrator_at(client, database, "admin@example.com")
    response = erase(first)
    assert (response.status_code, response.json()["code"]) == (409, "LAST_ADMINISTRATOR")
    administrator_at(client, database, "second@example.com")
    assert erase(first).status_code == 204


def test_a_service_in_trouble_hears_of_it_later_and_holds_up_no_other(
    signed_in: Person, database: Database, user_service: ReceivingServer, admin_service: ReceivingServer
) -> None:
    user_service.statuses = [503]
    assert erase(signed_in).status_code == 204
    eventually(lambda: pending(database) == 0)
    assert (len(user_service.received), len(admin_service.received)) == (2, 1)


@pytest.mark.parametrize("body", [{}, {"password": ""}, {"password": PASSWORD, "reason": "x"}])
def test_what_is_no_confirmation_is_refused(signed_in: Person, body: dict[str, str]) -> None:
    response = signed_in.client.request("DELETE", "/auth/me", json=body, headers=signed_in.authorization)
    assert response.status_code == 422


def test_the_other_services_hear_of_it_with_the_trace_of_the_request(
    signed_in: Person, user_service: ReceivingServer
) -> None:
    body, headers = {"password": PASSWORD}, {**signed_in.authorization, **TRACED}
    assert signed_in.client.request("DELETE", "/auth/me", json=body, headers=headers).status_code == 204
    assert user_service.wait_for_trace() == ("traced-1", TRACE_ID)
