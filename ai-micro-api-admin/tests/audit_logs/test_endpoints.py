"""`/api/logs/audit` as services and administrators see it."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from service_kit.audit.delivery import message
from service_kit.audit.tables import AUDIT_EVENTS
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.audit_logs.conftest import URL, Events, service_headers
from tests.types_of_fixtures import Headers, Json


def event(**fields: object) -> Json:
    return {
        "id": str(uuid4()),
        "action": "ACCOUNT_ROLES_CHANGED",
        "result": "done",
        "reason": None,
        "actor_id": str(uuid4()),
        "session_id": str(uuid4()),
        "target_type": "account",
        "target_id": str(uuid4()),
        "ip_address": "203.0.113.7",
        "request_id": "request-1",
        "changes": {"roles": {"before": ["user"], "after": ["admin", "user"]}, "email": {}},
        "occurrences": 1,
        "occurred_at": "2026-01-05T09:00:00Z",
        **fields,
    }


def test_an_event_is_recorded_once_however_often_it_is_sent(
    client: TestClient, user_service: Headers, events: Events
) -> None:
    body = event()
    responses = [client.post(URL, json=body, headers=user_service) for _ in range(3)]
    assert [response.status_code for response in responses] == [201, 200, 200]
    (stored,) = events()
    assert stored == {**body, "service": "ai-micro-api-user", "recorded_at": stored["recorded_at"]}


def test_a_service_speaks_only_for_itself(client: TestClient, tokens: TokenIssuer, events: Events) -> None:
    for service_id in SERVICE_IDS.values():
        client.post(URL, json=event(), headers=service_headers(tokens, service_id))
    assert {stored["service"] for stored in events()} == set(SERVICE_IDS)
    body = event(service="ai-micro-api-auth")
    headers = service_headers(tokens, SERVICE_IDS["ai-micro-api-user"])
    assert client.post(URL, json=body, headers=headers).status_code == 422


def test_only_services_record(client: TestClient, tokens: TokenIssuer, admin: Headers, user_service: Headers) -> None:
    wrong_scope = service_headers(tokens, SERVICE_IDS["ai-micro-api-user"], "login-logs:write")
    no_service = service_headers(tokens, uuid4())
    for headers in (admin, wrong_scope, no_service):
        response = client.post(URL, json=event(), headers=headers)
        assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
    assert client.post(URL, json=event()).status_code == 401


@pytest.mark.parametrize(
    "change",
    [{"id": "42"}, {"result": "perhaps"}, {"action": ""}, {"action": "x" * 101}, {"occurred_at": "2026-01-05T09:00:00"},
     {"occurrences": 0}, {"occurrences": 2**31}, {"changes": {"a": 1}}, {"changes": {str(n): {} for n in range(101)}},
     {"target_id": "a\0"}, {"target_id": "x" * 201}, {"password": "x"}],
)  # fmt: skip
def test_what_is_no_event_is_refused(client: TestClient, user_service: Headers, change: Json) -> None:
    assert client.post(URL, json=event(**change), headers=user_service).status_code == 422


def test_events_are_read_and_exported_by_administrators(client: TestClient, stranger: Headers, admin: Headers) -> None:
    for url in (URL, f"{URL}/export"):
        assert client.get(url).status_code == 401
        assert client.get(url, headers=stranger).status_code == 403
        assert client.get(url, headers=admin).status_code == 200


def test_every_filter_narrows_the_list(client: TestClient, user_service: Headers, events: Events) -> None:
    wanted = event(
        action="PASSWORD_CHANGED",
        result="refused",
        reason="WRONG_PASSWORD",
        target_type="profile",
        request_id="request-2",
    )
    client.post(URL, json=event(occurred_at="2026-01-06T09:00:00Z"), headers=user_service)
    client.post(URL, json=wanted, headers=user_service)
    for name in ("actor_id", "action", "target_type", "target_id", "result", "request_id"):
        assert [found["id"] for found in events(**{name: wanted[name]})] == [wanted["id"]], name
    assert [found["id"] for found in events(until="2026-01-06T00:00:00Z")] == [wanted["id"]]
    assert len(events(since="2026-01-05T09:00:00Z")) == 2
    assert len(events(service="ai-micro-api-user")) == 2
    assert events(service="ai-micro-api-auth") == []


def test_a_filter_that_does_not_exist_is_refused(client: TestClient, admin: Headers) -> None:
    known = {
        "service": ("ai-micro-api-usr", "'ai-micro-api-user'"),
        "action": ("password_changed", "'PASSWORD_CHANGED'"),
        "target_type": ("accounts", "'account'"),
        "result": ("perhaps", "'refused'"),
    }
    for name, (value, suggestion) in known.items():
        for url in (URL, f"{URL}/export"):
            response = client.get(url, params={name: value}, headers=admin)
            assert response.status_code == 422
            (fault,) = response.json()["errors"]
            assert fault["loc"] == ["query", name]
            assert suggestion in fault["msg"]
    for params in ({"actor": "x"}, {"since": "yesterday"}, {"result": "perhaps"}, {"request_id": "a b"}):
        assert client.get(URL, params=params, headers=admin).status_code == 422


def test_pages_follow_each_other_by_when_events_happened(
    client: TestClient, user_service: Headers, admin: Headers
) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    bodies = [event(occurred_at=(start + timedelta(minutes=minute)).isoformat()) for minute in (2, 0, 1)]
    for body in bodies:
        client.post(URL, json=body, headers=user_service)
    first = client.get(URL, params={"limit": 2, "total": True}, headers=admin).json()
    rest = client.get(URL, params={"limit": 2, "cursor": first["next_cursor"]}, headers=admin).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [bodies[index]["id"] for index in (0, 2, 1)]
    assert first["total"] == 3


def test_the_export_is_json_lines_in_the_order_of_events(
    client: TestClient, user_service: Headers, admin: Headers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.audit_logs.service._ROWS_AT_ONCE", 2)
    start = datetime(2026, 1, 5, tzinfo=UTC)
    bodies = [event(occurred_at=(start + timedelta(minutes=minute)).isoformat()) for minute in range(5)]
    for body in reversed(bodies):
        client.post(URL, json=body, headers=user_service)
    response = client.get(f"{URL}/export", params={"service": "ai-micro-api-user"}, headers=admin)
    assert response.headers["content-type"] == "application/x-ndjson"
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert [line["id"] for line in lines] == [body["id"] for body in bodies]


def test_an_export_is_an_act_of_its_own_and_reading_a_page_is_none(
    client: TestClient, admin: Headers, admin_id: UUID, events: Events
) -> None:
    assert events() == []
    client.get(f"{URL}/export", params={"action": "PASSWORD_CHANGED"}, headers=admin)
    (exported,) = events()
    assert (exported["action"], exported["actor_id"]) == ("AUDIT_LOG_EXPORTED", str(admin_id))
    assert exported["target_id"] == "action=PASSWORD_CHANGED"


def test_what_the_other_services_send_of_an_event_is_accepted_and_kept_whole(
    client: TestClient,
    user_service: Headers,
    knowledge_base: Json,
    migrated_database: DatabaseUrls,
    events: Events,
) -> None:
    with migrated_database.engine().connect() as connection:
        row = connection.execute(select(AUDIT_EVENTS)).one()
    body = {**message(row), "id": str(uuid4())}
    assert client.post(URL, json=body, headers=user_service).status_code == 201
    delivered, own = (events(service=service)[0] for service in ("ai-micro-api-user", "ai-micro-api-admin"))
    assert own["target_id"] == knowledge_base["id"]
    differing = {name for name in own if own[name] != delivered[name]}
    assert differing == {"id", "service", "recorded_at"}
