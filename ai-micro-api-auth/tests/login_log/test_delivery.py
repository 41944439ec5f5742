"""Every login attempt arrives at the admin service, once, whatever goes wrong on the way."""

import socket
from datetime import datetime
from uuid import UUID

import jwt
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from app.keys.ring import KeyRing
from app.login_log.message import SCOPE
from app.login_log.models import LoginEvent
from app.login_log.repository import OUTBOX, LoginEventRepository
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.collector import Collector
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.receiving import ReceivingServer
from service_kit.testing.waiting import eventually
from service_kit.tokens.services import SERVICE_IDS
from tests.login_log.conftest import PATH
from tests.people import PASSWORD, TRACE_ID, TRACED, Person, sign_up


def pending(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(LoginEvent)) or 0


def add_events(database: Database, count: int) -> None:
    with database.session() as session:
        for number in range(count):
            LoginEventRepository(session).add(
                user_id=None,
                email=f"user{number}@example.com",
                reason="unknown_account",
                ip_address=None,
                user_agent=None,
            )


def test_a_success_arrives_with_who_where_and_when(log_service: ReceivingServer, person: Person) -> None:
    person.login()
    [event] = log_service.wait_for(1)
    assert set(event) == {"id", "user_id", "email", "succeeded", "reason", "ip_address", "user_agent", "occurred_at"}
    assert UUID(event["id"])
    assert event["user_id"] == str(person.id)
    assert (event["email"], event["succeeded"], event["reason"]) == (person.email, True, None)
    assert (event["ip_address"], event["user_agent"]) == ("192.0.2.1", "testclient")
    assert datetime.fromisoformat(event["occurred_at"]).tzinfo is not None


def test_failures_arrive_with_their_reason(log_service: ReceivingServer, client: TestClient, person: Person) -> None:
    person.login("wrong password")
    client.post("/auth/login", json={"email": "nobody@example.com", "password": PASSWORD})
    wrong, unknown = log_service.wait_for(2)
    assert (wrong["user_id"], wrong["succeeded"], wrong["reason"]) == (str(person.id), False, "wrong_password")
    assert (unknown["user_id"], unknown["email"], unknown["reason"]) == (None, "nobody@example.com", "unknown_account")


def test_refused_attempts_arrive_in_bulk(log_service: ReceivingServer, settings: Settings, database: Database) -> None:
    with TestClient(create_app(settings.model_copy(update={"login_failure_limit": 1}))) as client:
        person = sign_up(client)
        person.login("wrong password")
        assert person.login().status_code == 429
        wrong, first = log_service.wait_for(2)
        assert (wrong["reason"], first["reason"]) == ("wrong_password", "throttled")
        assert (first["user_id"], first["succeeded"]) == (str(person.id), False)
        assert "occurrences" not in first
        for number in range(20):
            body = {"email": person.email, "password": PASSWORD}
            refused = client.post("/auth/login", json=body, headers={"X-Request-ID": f"attempt-{number}"})
            assert refused.status_code == 429
        eventually(lambda: pending(database) == 0)
    with TestClient(create_app(settings)):
        [rest] = log_service.wait_for(3)[2:]
        assert (rest["email"], rest["reason"], rest["occurrences"]) == (person.email, "throttled", 20)
        assert log_service.traces[2][0] == "attempt-0"
        eventually(lambda: pending(database) == 0)


def test_the_call_carries_a_token_of_the_service_for_this_purpose_only(
    log_service: ReceivingServer, person: Person, key_ring: KeyRing
) -> None:
    person.login()
    log_service.wait_for(1)
    token = log_service.authorizations[0].removeprefix("Bearer ")
    public_key = key_ring.signing_key().private.public_key()
    claims = jwt.decode(token, public_key, algorithms=["RS256"], audience="ai-micro-api-admin")
    assert (claims["sub"], claims["scope"], claims["roles"]) == (str(SERVICE_IDS["ai-micro-api-auth"]), SCOPE, [])
    assert SCOPE == "login-logs:write"


def test_a_token_is_kept_until_it_is_refused(log_service: ReceivingServer, person: Person, database: Database) -> None:
    log_service.statuses = [201, 401]
    for count in (1, 3):
        person.login()
        log_service.wait_for(count)
        eventually(lambda: pending(database) == 0)
    accepted, refused, new = log_service.authorizations
    assert accepted == refused != new


def test_what_has_arrived_is_deleted(log_service: ReceivingServer, person: Person, database: Database) -> None:
    person.login()
    log_service.wait_for(1)
    eventually(lambda: pending(database) == 0)


def test_an_event_that_had_arrived_before_counts_as_delivered(
    log_service: ReceivingServer, person: Person, database: Database
) -> None:
    log_service.statuses = [200]
    person.login()
    log_service.wait_for(1)
    eventually(lambda: pending(database) == 0)


@pytest.mark.parametrize("status", [500, 503, 401, 404, 409, 429, 202])
def test_a_receiver_in_trouble_gets_the_same_event_again(
    log_service: ReceivingServer, person: Person, database: Database, status: int
) -> None:
    log_service.statuses = [status, status]
    person.login()
    first, second, third = log_service.wait_for(3)
    assert first == second == third
    eventually(lambda: pending(database) == 0)


def test_an_event_that_is_refused_does_not_hold_up_the_others(
    log_service: ReceivingServer, client: TestClient, person: Person, database: Database
) -> None:
    log_service.statuses = [422]
    person.login()
    log_service.wait_for(1)
    client.post("/auth/login", json={"email": "nobody@example.com", "password": PASSWORD})
    refused = log_service.received[0]["id"]
    assert {event["email"] for event in log_service.wait_for(2)[1:]} >= {"nobody@example.com"}
    eventually(lambda: pending(database) == 0)
    assert [event["id"] for event in log_service.received].count(refused) == 2


def test_a_dead_receiver_costs_a_login_nothing_and_gets_everything_when_it_returns(
    settings: Settings, database: Database
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api/logs/login"
    with TestClient(create_app(settings.model_copy(update={"login_log_url": url}))) as client:
        person = sign_up(client)
        assert [person.login().status_code for _ in range(3)] == [200] * 3
        assert pending(database) == 3
        returned = ReceivingServer(PATH, port)
        try:
            assert len({event["id"] for event in returned.wait_for(3)}) == 3
            eventually(lambda: pending(database) == 0)
        finally:
            returned.close()


def test_what_a_former_process_left_is_delivered_after_the_start(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 3)
    with TestClient(create_app(settings)):
        log_service.wait_for(3)
        eventually(lambda: pending(database) == 0)


def test_stopping_in_the_middle_of_a_delivery_leaves_the_rest_due_at_once(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 3)
    log_service.open.clear()
    with TestClient(create_app(settings)):
        eventually(lambda: leased(database) == 3)
    assert pending(database) == 3
    assert leased(database) == 0


def test_a_service_that_ends_while_its_database_is_away_does_not_hang(
    log_service: ReceivingServer, settings: Settings, database: Database, migrated_database: DatabaseUrls
) -> None:
    add_events(database, 3)
    log_service.open.clear()
    with TestClient(create_app(settings)):
        eventually(lambda: leased(database) == 3)
        with migrated_database.engine().begin() as connection:
            connection.execute(text("REVOKE ALL ON login_events FROM authdb_app"))


def leased(database: Database) -> int:
    with database.session() as session:
        return len(session.scalars(select(LoginEvent.id).where(LoginEvent.next_attempt_at > func.now())).all())


def test_two_replicas_deliver_each_event_once(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 60)
    with TestClient(create_app(settings)), TestClient(create_app(settings)):
        log_service.wait_for(60)
        eventually(lambda: pending(database) == 0)
    assert len({event["id"] for event in log_service.received}) == len(log_service.received) == 60


def test_an_event_of_a_replica_that_died_comes_due_again(
    log_service: ReceivingServer, settings: Settings, database: Database
) -> None:
    add_events(database, 1)
    with database.session() as session:
        assert len(OUTBOX.lease(session, 10, seconds=0.5)) == 1
    with database.session() as session:
        assert OUTBOX.lease(session, 10, seconds=0.5) == []
    with TestClient(create_app(settings)):
        log_service.wait_for(1)


def test_a_refused_event_waits_twice_as_long_each_time_and_an_hour_at_most(database: Database) -> None:
    add_events(database, 1)
    waits = []
    for _ in range(15):
        with database.session() as session:
            OUTBOX.postpone(session, session.scalars(select(LoginEvent.id)).all())
            waits.append(round(OUTBOX.seconds_until_next(session) or 0))
    assert waits == [*(2**attempt for attempt in range(12)), 3600, 3600, 3600]


def test_an_attempt_that_fails_to_be_written_is_no_login(
    person: Person, database: Database, migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("REVOKE INSERT ON login_events FROM authdb_app"))
    assert person.login().status_code == 500
    with database.session() as session:
        assert session.scalar(text("SELECT count(*) FROM refresh_token_families")) == 0


def test_a_service_with_nothing_to_deliver_holds_no_connection(
    log_service: ReceivingServer, person: Person, migrated_database: DatabaseUrls
) -> None:
    person.login()
    log_service.wait_for(1)
    others = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )

    def connections() -> int:
        with migrated_database.engine().connect() as connection:
            return int(connection.scalar(others) or 0)

    eventually(lambda: connections() == 0)


def test_without_an_address_nothing_is_recorded(settings: Settings, database: Database) -> None:
    with TestClient(create_app(settings.model_copy(update={"login_log_url": None}))) as client:
        sign_up(client).login()
    assert pending(database) == 0


def test_an_attempt_arrives_with_the_trace_of_its_request(
    log_service: ReceivingServer, settings: Settings, person: Person
) -> None:
    log_service.open.clear()
    body = {"email": person.email, "password": person.password}
    assert person.client.post("/auth/login", json=body, headers=TRACED).status_code == 200
    log_service.open.set()
    assert log_service.wait_for_trace() == ("traced-1", TRACE_ID)


def test_the_delivery_of_an_attempt_is_a_span_of_its_request(
    collector: Collector, log_service: ReceivingServer, person: Person
) -> None:
    body = {"email": person.email, "password": person.password}
    assert person.client.post("/auth/login", json=body, headers=TRACED).status_code == 200
    log_service.wait_for(1)
    delivery, login = collector.named("deliver login_log"), collector.named("POST /auth/login")
    assert (delivery.trace_id, login.trace_id) == (TRACE_ID, TRACE_ID)
    assert delivery.parent_id == login.span_id
    call = collector.named("POST /api/logs/login")
    assert call.parent_id == delivery.span_id
    assert log_service.traces[0][1] == f"00-{TRACE_ID}-{call.span_id}-01"
    sent = b"".join(collector.bodies)
    assert b"INSERT INTO login_events" in sent
    for secret in (person.email, person.password, "$argon2", "192.0.2.1", "eyJ"):
        assert secret.encode() not in sent
