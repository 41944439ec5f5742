"""`/api/logs/login/batch` and `/api/logs/audit/batch`: several entries in one request, all or none."""

import json
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from service_kit.outbox.batches import MOST_MESSAGES
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.types_of_fixtures import Headers, Json

LOGS = {"login": "login-logs:write", "audit": "audit:write"}
each_log = pytest.mark.parametrize("log", LOGS)


def entry(log: str) -> Json:
    if log == "login":
        return {
            "id": str(uuid4()),
            "email": "hanako@example.com",
            "succeeded": True,
            "occurred_at": "2026-01-05T09:00:00Z",
        }
    return {
        "id": str(uuid4()),
        "action": "ACCOUNT_ROLES_CHANGED",
        "result": "done",
        "changes": {"roles": {"before": ["user"], "after": ["admin"]}},
        "occurred_at": "2026-01-05T09:00:00Z",
    }


def batch(*entries: Json) -> Json:
    return {"messages": [{"request_id": f"request-{n}", "message": message} for n, message in enumerate(entries)]}


def url(log: str) -> str:
    return f"/api/logs/{log}/batch"


@pytest.fixture
def sender(tokens: TokenIssuer, log: str) -> Headers:
    token = tokens.token(SERVICE_IDS["ai-micro-api-auth"], roles=[], scope=LOGS[log])
    return {"Authorization": f"Bearer {token}"}


def stored(client: TestClient, admin: Headers, log: str) -> list[Json]:
    return list(client.get(f"/api/logs/{log}", params={"limit": 100}, headers=admin).json()["items"])


@each_log
def test_entries_are_recorded_once_however_often_and_in_which_company_they_come(
    client: TestClient, sender: Headers, admin: Headers, log: str
) -> None:
    entries = [entry(log) for _ in range(3)]
    assert client.post(f"/api/logs/{log}", json=entries[0], headers=sender).status_code == 201
    for several in (entries[:2], entries, [*entries, entries[0]], entries[::-1]):
        response = client.post(url(log), json=batch(*several), headers=sender)
        assert (response.status_code, response.content) == (204, b"")
    items = stored(client, admin, log)
    assert sorted(item["id"] for item in items) == sorted(sent["id"] for sent in entries)
    for item in items:
        (sent,) = [sent for sent in entries if sent["id"] == item["id"]]
        assert item == {**item, **sent}


def test_each_attempt_is_kept_with_the_request_that_it_came_from(
    client: TestClient, tokens: TokenIssuer, admin: Headers
) -> None:
    body = batch(entry("login"), entry("login"), entry("login"))
    body["messages"][1]["request_id"] = 'forged"\nline'
    del body["messages"][2]["request_id"]
    token = tokens.token(SERVICE_IDS["ai-micro-api-auth"], roles=[], scope=LOGS["login"])
    headers = {"Authorization": f"Bearer {token}", "X-Request-ID": "the-delivery"}
    assert client.post(url("login"), json=body, headers=headers).status_code == 204
    ids = {item["id"]: item["request_id"] for item in stored(client, admin, "login")}
    assert [ids[sent["message"]["id"]] for sent in body["messages"]] == ["request-0", None, None]


@each_log
def test_one_entry_that_is_none_refuses_all_and_is_named(
    client: TestClient, sender: Headers, admin: Headers, log: str
) -> None:
    bad = {**entry(log), "occurred_at": "yesterday"}
    response = client.post(url(log), json=batch(entry(log), bad), headers=sender)
    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["errors"]] == [["body", "messages", 1, "message", "occurred_at"]]
    assert stored(client, admin, log) == []


@each_log
@pytest.mark.parametrize("count", [0, MOST_MESSAGES + 1])
def test_a_batch_has_messages_and_not_too_many(client: TestClient, sender: Headers, log: str, count: int) -> None:
    body = batch(*(entry(log) for _ in range(count)))
    assert client.post(url(log), json=body, headers=sender).status_code == 422


@each_log
def test_the_largest_batch_is_recorded(client: TestClient, sender: Headers, admin: Headers, log: str) -> None:
    body = batch(*(entry(log) for _ in range(MOST_MESSAGES)))
    assert client.post(url(log), json=body, headers=sender).status_code == 204
    assert len(stored(client, admin, log)) == MOST_MESSAGES


@each_log
def test_only_services_with_the_scope_record(client: TestClient, tokens: TokenIssuer, admin: Headers, log: str) -> None:
    (other_scope,) = set(LOGS.values()) - {LOGS[log]}
    wrong = {"Authorization": f"Bearer {tokens.token(SERVICE_IDS['ai-micro-api-auth'], roles=[], scope=other_scope)}"}
    sent = entry(log)
    for headers in (admin, wrong):
        assert client.post(url(log), json=batch(sent), headers=headers).status_code == 403
    assert client.post(url(log), json=batch(sent)).status_code == 401
    assert sent["id"] not in {item["id"] for item in stored(client, admin, log)}


@each_log
def test_the_arrival_of_each_is_a_log_line_with_the_ids_of_its_own_request(
    settings: Settings, sender: Headers, log: str, capfd: pytest.CaptureFixture[str]
) -> None:
    body = batch(entry(log), entry(log))
    body["messages"][1]["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    body["messages"][1]["request_id"] = 'forged"\nline'
    with TestClient(create_app(settings)) as client:
        assert client.post(url(log), json=body, headers=sender).status_code == 204
    event = {"login": "login_attempt_received", "audit": "audit_event_received"}[log]
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if event in line]
    assert [line["message"] for line in lines] == [event, event]
    assert lines[0]["request_id"] == "request-0"
    assert lines[1]["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert "forged" not in lines[1]["request_id"]
