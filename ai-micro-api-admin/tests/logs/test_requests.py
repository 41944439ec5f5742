"""`/api/logs/requests/{request_id}`: what one request left in the three logs."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.request_logs import service
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.types_of_fixtures import Headers, Json

START = datetime(2026, 1, 5, tzinfo=UTC)


def found(client: TestClient, admin: Headers, request_id: str) -> Json:
    response = client.get(f"/api/logs/requests/{request_id}", headers=admin)
    assert response.status_code == 200, response.text
    return dict(response.json())


def deliver_sign_in(client: TestClient, tokens: TokenIssuer, request_id: str, *, minute: int) -> Json:
    """Deliver a sign-in as the auth service does, and return it."""
    body = {
        "id": str(uuid4()),
        "email": "hanako@example.com",
        "succeeded": False,
        "reason": "wrong_password",
        "occurred_at": (START + timedelta(minutes=minute)).isoformat(),
    }
    token = tokens.token(SERVICE_IDS["ai-micro-api-auth"], roles=[], scope="login-logs:write")
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": request_id}
    assert client.post("/api/logs/login", json=body, headers=headers).status_code == 201
    return body


def deliver_event(client: TestClient, tokens: TokenIssuer, request_id: str, *, minute: int) -> Json:
    """Deliver an audit event as the user service does, and return it."""
    body = {
        "id": str(uuid4()),
        "action": "PROFILE_CHANGED",
        "result": "done",
        "request_id": request_id,
        "occurred_at": (START + timedelta(minutes=minute)).isoformat(),
    }
    token = tokens.token(SERVICE_IDS["ai-micro-api-user"], roles=[], scope="audit:write")
    response = client.post("/api/logs/audit", json=body, headers={"Authorization": f"Bearer {token}"})
    assert response.status_code == 201
    return body


def test_what_a_request_left_in_the_three_logs_is_one_list_oldest_first(
    client: TestClient, admin: Headers, tokens: TokenIssuer
) -> None:
    late, early = (deliver_event(client, tokens, "request-1", minute=minute) for minute in (3, 1))
    sign_in = deliver_sign_in(client, tokens, "request-1", minute=2)
    base = client.post(
        "/api/knowledgebase", json={"name": "規程"}, headers={**admin, "X-Request-ID": "request-1"}
    ).json()
    deliver_event(client, tokens, "request-2", minute=2)

    logged = found(client, admin, "request-1")
    assert logged["is_complete"]
    items = logged["items"]
    assert [(item["log"], item["service"]) for item in items] == [
        ("audit", "ai-micro-api-user"),
        ("login", "ai-micro-api-auth"),
        ("audit", "ai-micro-api-user"),
        ("system", "ai-micro-api-admin"),
        ("audit", "ai-micro-api-admin"),
    ]
    assert [item["entry"]["id"] for item in items[:3]] == [early["id"], sign_in["id"], late["id"]]
    assert items[3]["entry"]["details"]["knowledge_base_id"] == items[4]["entry"]["target_id"] == base["id"]
    assert {item["entry"]["request_id"] for item in items} == {"request-1"}
    moments = [datetime.fromisoformat(item["at"]) for item in items]
    assert moments == sorted(moments)


def test_each_entry_is_what_the_list_of_its_log_has(client: TestClient, admin: Headers, tokens: TokenIssuer) -> None:
    deliver_sign_in(client, tokens, "request-1", minute=1)
    client.post("/api/knowledgebase", json={"name": "規程"}, headers={**admin, "X-Request-ID": "request-1"})
    for item in found(client, admin, "request-1")["items"]:
        listed = client.get(f"/api/logs/{item['log']}", params={"request_id": "request-1"}, headers=admin).json()[
            "items"
        ]
        assert listed == [item["entry"]]


def test_a_request_that_left_nothing_has_no_entries(client: TestClient, admin: Headers) -> None:
    assert found(client, admin, "no-such.request_1") == {"items": [], "is_complete": True}


@pytest.mark.parametrize("request_id", ["a b", "x" * 65, "<script>", "a%00", "要求", "a%0A"])
def test_what_no_request_can_be_called_is_refused(client: TestClient, admin: Headers, request_id: str) -> None:
    response = client.get(f"/api/logs/requests/{request_id}", headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED")


@pytest.mark.parametrize("beyond", [0, 1])
def test_an_id_that_very_many_requests_share_shows_the_first_entries_and_says_so(
    client: TestClient, admin: Headers, tokens: TokenIssuer, monkeypatch: pytest.MonkeyPatch, beyond: int
) -> None:
    monkeypatch.setattr(service, "MOST_ENTRIES", 3)
    sent = [deliver_event(client, tokens, "shared", minute=minute) for minute in range(2 + beyond)]
    sent.append(deliver_sign_in(client, tokens, "shared", minute=9))
    logged = found(client, admin, "shared")
    assert [item["entry"]["id"] for item in logged["items"]] == [body["id"] for body in sent[:3]]
    assert logged["is_complete"] is (beyond == 0)
