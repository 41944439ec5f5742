"""Audit events arrive at the admin service, once, whatever goes wrong on the way."""

import socket
from collections.abc import Iterator

import jwt
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.keys.ring import KeyRing
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.receiving import ReceivingServer
from service_kit.testing.waiting import eventually
from service_kit.tokens.services import SERVICE_IDS
from tests.people import PASSWORD, TRACE_ID, TRACED, sign_up

PATH = "/api/logs/audit"


@pytest.fixture
def log_service() -> Iterator[ReceivingServer]:
    server = ReceivingServer(PATH)
    yield server
    server.close()


@pytest.fixture
def delivering(settings: Settings, log_service: ReceivingServer) -> Settings:
    return settings.model_copy(update={"audit_log_url": log_service.url})


def pending(database: Database) -> int:
    with database.reading() as connection:
        return connection.scalar(text("SELECT count(*) FROM audit_deliveries")) or 0


def undelivered(client: TestClient) -> float:
    sample = 'outbox_messages{outbox="audit_events"} '
    (line,) = [line for line in client.get("/metrics").text.splitlines() if line.startswith(sample)]
    return float(line.removeprefix(sample))


def test_an_event_arrives_with_a_token_for_this_purpose_only(
    delivering: Settings, log_service: ReceivingServer, database: Database, key_ring: KeyRing
) -> None:
    with TestClient(create_app(delivering)) as client:
        person = sign_up(client)
        (event,) = log_service.wait_for(1)
        eventually(lambda: pending(database) == 0)
    assert (event["action"], event["result"], event["target_id"]) == ("ACCOUNT_CREATED", "done", str(person.id))
    assert "service" not in event
    key = key_ring.signing_key().private.public_key()
    token = log_service.authorizations[0].removeprefix("Bearer ")
    claims = jwt.decode(token, key, algorithms=["RS256"], audience="ai-micro-api-admin")
    assert (claims["sub"], claims["scope"], claims["roles"]) == (
        str(SERVICE_IDS["ai-micro-api-auth"]),
        "audit:write",
        [],
    )


def test_refused_acts_arrive_too(delivering: Settings, log_service: ReceivingServer) -> None:
    with TestClient(create_app(delivering)) as client:
        person = sign_up(client).sign_in()
        client.get("/auth/users", headers=person.authorization)
        assert [event["action"] for event in log_service.wait_for(2)] == ["ACCOUNT_CREATED", "ACCESS"]


def test_while_the_admin_service_is_away_events_wait_and_all_arrive_once_it_is_back(
    settings: Settings, database: Database
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}{PATH}"
    with TestClient(create_app(settings.model_copy(update={"audit_log_url": url}))) as client:
        people = [sign_up(client, f"user{number}@example.com") for number in range(3)]
        assert undelivered(client) == pending(database) == 3
        returned = ReceivingServer(PATH, port)
        try:
            assert {event["target_id"] for event in returned.wait_for(3)} == {str(person.id) for person in people}
            eventually(lambda: pending(database) == 0)
            assert undelivered(client) == 0
        finally:
            returned.close()


def test_what_a_former_process_left_is_delivered_after_the_start(
    settings: Settings, delivering: Settings, log_service: ReceivingServer, database: Database
) -> None:
    with TestClient(create_app(settings)) as client:
        sign_up(client)
    assert pending(database) == 1
    with TestClient(create_app(delivering)):
        log_service.wait_for(1)
        eventually(lambda: pending(database) == 0)


def test_the_same_event_keeps_its_id_when_its_delivery_is_repeated(
    delivering: Settings, log_service: ReceivingServer
) -> None:
    log_service.statuses = [503, 503]
    with TestClient(create_app(delivering)) as client:
        sign_up(client)
        first, second, third = log_service.wait_for(3)
    assert first == second == third


def test_an_event_stays_in_the_services_own_table_after_it_was_delivered(
    delivering: Settings, log_service: ReceivingServer, database: Database
) -> None:
    with TestClient(create_app(delivering)) as client:
        sign_up(client)
        log_service.wait_for(1)
        eventually(lambda: pending(database) == 0)
    with database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_events")) == 1


def test_an_event_arrives_with_the_trace_of_its_request(
    settings: Settings, delivering: Settings, log_service: ReceivingServer
) -> None:
    body = {"email": "hanako@example.com", "password": PASSWORD}
    with TestClient(create_app(settings)) as client:
        client.post("/auth/signup", json=body, headers=TRACED)
    with TestClient(create_app(delivering)):
        assert log_service.wait_for_trace() == ("traced-1", TRACE_ID)


def test_a_refused_act_arrives_with_the_trace_of_its_request(
    settings: Settings, delivering: Settings, log_service: ReceivingServer, database: Database
) -> None:
    with TestClient(create_app(settings)) as client:
        person = sign_up(client).sign_in()
        with database.session() as session:
            session.execute(text("DELETE FROM audit_deliveries"))
        client.get("/auth/users", headers={**person.authorization, **TRACED})
    with TestClient(create_app(delivering)):
        assert log_service.wait_for_trace() == ("traced-1", TRACE_ID)
