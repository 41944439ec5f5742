"""This service signs no tokens: it delivers its audit events with one that the auth service gives it."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.receiving import ReceivingServer
from service_kit.testing.tokens import TokenIssuer
from service_kit.testing.waiting import eventually

SECRET = "a secret that two services share"


@pytest.fixture
def auth_service() -> Iterator[ReceivingServer]:
    server = ReceivingServer("/auth/token")
    server.answer = b'{"access_token": "a-token", "token_type": "bearer", "expires_in": 300}'
    yield server
    server.close()


@pytest.fixture
def log_service() -> Iterator[ReceivingServer]:
    server = ReceivingServer("/api/logs/audit")
    yield server
    server.close()


@pytest.fixture
def client(settings: Settings, auth_service: ReceivingServer, log_service: ReceivingServer) -> Iterator[TestClient]:
    settings = settings.model_copy(
        update={
            "audit_log_url": log_service.url,
            "service_token_url": auth_service.url,
            "service_client_secret": SecretStr(SECRET),
        }
    )
    with TestClient(create_app(settings)) as client:
        yield client


def test_events_arrive_with_one_token_for_all(
    client: TestClient, tokens: TokenIssuer, auth_service: ReceivingServer, log_service: ReceivingServer
) -> None:
    for _ in range(3):
        client.post("/profiles", json={}, headers=tokens.authorization())
    events = log_service.wait_for(3)
    assert [event["action"] for event in events] == ["PROFILE_CREATED"] * 3
    assert set(log_service.authorizations) == {"Bearer a-token"}
    assert auth_service.received == [{"grant_type": "client_credentials", "scope": "audit:write"}]


def test_while_the_auth_service_gives_no_token_events_wait(
    client: TestClient,
    tokens: TokenIssuer,
    auth_service: ReceivingServer,
    log_service: ReceivingServer,
    migrated_database: DatabaseUrls,
) -> None:
    auth_service.statuses = [503, 401]
    client.post("/profiles", json={}, headers=tokens.authorization())
    assert len(log_service.wait_for(1)) == 1
    assert len(auth_service.received) == 3

    def pending() -> int:
        with migrated_database.engine().connect() as connection:
            return connection.scalar(text("SELECT count(*) FROM audit_deliveries")) or 0

    eventually(lambda: pending() == 0)


def test_a_token_that_is_not_accepted_is_replaced(
    client: TestClient, tokens: TokenIssuer, auth_service: ReceivingServer, log_service: ReceivingServer
) -> None:
    log_service.statuses = [401]
    client.post("/profiles", json={}, headers=tokens.authorization())
    first, second = log_service.wait_for(2)
    assert first == second
    assert len(auth_service.received) == 2


def test_an_address_without_credentials_is_refused_at_start(settings: Settings) -> None:
    values = settings.model_dump(exclude_none=True)
    with pytest.raises(ValueError, match="AUDIT_LOG_URL needs SERVICE_TOKEN_URL and SERVICE_CLIENT_SECRET"):
        Settings(_env_file=None, **{**values, "audit_log_url": "http://127.0.0.1:1/api/logs/audit"})


def test_an_event_arrives_with_the_trace_of_its_request(
    client: TestClient, tokens: TokenIssuer, log_service: ReceivingServer
) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    traced = {"X-Request-ID": "traced-1", "traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
    client.post("/profiles", json={}, headers={**tokens.authorization(), **traced})
    assert log_service.wait_for_trace() == ("traced-1", trace_id)
