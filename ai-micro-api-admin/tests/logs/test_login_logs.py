"""`/api/logs/login` as the auth service and administrators see it."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from service_kit.testing.tokens import TokenIssuer
from tests.types_of_fixtures import Headers, Json

URL = "/api/logs/login"


@pytest.fixture
def auth_service(tokens: TokenIssuer) -> Headers:
    return {"Authorization": f"Bearer {tokens.token(roles=[], scope='login-logs:write')}"}


def attempt(**fields: object) -> Json:
    return {
        "id": str(uuid4()),
        "user_id": str(uuid4()),
        "email": "hanako@example.com",
        "succeeded": True,
        "reason": None,
        "ip_address": "203.0.113.7",
        "user_agent": "curl/8",
        "occurred_at": "2026-01-05T09:00:00Z",
        **fields,
    }


def test_an_attempt_is_recorded_once_however_often_it_is_sent(
    client: TestClient, auth_service: Headers, admin: Headers
) -> None:
    body = attempt()
    responses = [client.post(URL, json=body, headers=auth_service) for _ in range(3)]
    assert [response.status_code for response in responses] == [201, 200, 200]
    (item,) = client.get(URL, headers=admin).json()["items"]
    assert item == {**body, "occurrences": 1, "request_id": None, "created_at": item["created_at"]}


@pytest.mark.parametrize(("sent", "kept"), [("sign-in_1.2", "sign-in_1.2"), ("two words", None), ("x" * 65, None)])
def test_the_request_of_an_attempt_is_the_one_whose_id_its_delivery_carries(
    client: TestClient, auth_service: Headers, admin: Headers, sent: str, kept: str | None
) -> None:
    client.post(URL, json=attempt(), headers={**auth_service, "X-Request-ID": sent})
    (item,) = client.get(URL, headers=admin).json()["items"]
    assert item["request_id"] == kept


def test_refused_attempts_are_recorded_in_bulk(client: TestClient, auth_service: Headers, admin: Headers) -> None:
    body = attempt(succeeded=False, reason="throttled", ip_address="2001:db8::/64", user_agent=None, occurrences=1500)
    assert client.post(URL, json=body, headers=auth_service).status_code == 201
    (item,) = client.get(URL, headers=admin).json()["items"]
    assert (item["occurrences"], item["ip_address"]) == (1500, "2001:db8::/64")


def test_an_attempt_on_no_account_is_recorded(client: TestClient, auth_service: Headers) -> None:
    body = attempt(user_id=None, email="not an address", succeeded=False, reason="unknown_account", ip_address=None)
    assert client.post(URL, json=body, headers=auth_service).status_code == 201


def test_attempts_are_listed_by_when_they_happened_not_by_when_they_arrived(
    client: TestClient, auth_service: Headers, admin: Headers
) -> None:
    start = datetime(2026, 1, 5, tzinfo=UTC)
    bodies = [attempt(occurred_at=(start + timedelta(minutes=minute)).isoformat()) for minute in (2, 0, 1)]
    for body in bodies:
        client.post(URL, json=body, headers=auth_service)
    first = client.get(URL, params={"limit": 2, "total": True}, headers=admin).json()
    rest = client.get(URL, params={"limit": 2, "cursor": first["next_cursor"]}, headers=admin).json()
    assert [item["id"] for item in first["items"] + rest["items"]] == [bodies[index]["id"] for index in (0, 2, 1)]
    assert first["total"] == 3


def test_the_list_can_be_narrowed(client: TestClient, auth_service: Headers, admin: Headers) -> None:
    failed = attempt(succeeded=False, email="taro@example.com")
    client.post(URL, json=attempt(), headers={**auth_service, "X-Request-ID": "another"})
    client.post(URL, json=failed, headers={**auth_service, "X-Request-ID": "sign-in-1"})
    for params in (
        {"succeeded": False},
        {"email": "taro@example.com"},
        {"user_id": failed["user_id"]},
        {"request_id": "sign-in-1"},
    ):
        items = client.get(URL, params=params, headers=admin).json()["items"]
        assert [item["id"] for item in items] == [failed["id"]]


@pytest.mark.parametrize("roles", [["user"], ["admin"]])
def test_only_the_auth_service_records(client: TestClient, tokens: TokenIssuer, roles: list[str]) -> None:
    response = client.post(URL, json=attempt(), headers=tokens.authorization(roles=roles))
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize(
    "change",
    [{"id": "42"}, {"occurrences": 0}, {"occurrences": 2**31}, {"occurred_at": "2026-01-05T09:00:00"},
     {"occurred_at": "x"}, {"succeeded": None}, {"email": None},
     {"email": "x" * 321}, {"user_agent": "a\0"}, {"user_agent": "x" * 513}, {"reason": "x" * 51}, {"password": "x"}],
)  # fmt: skip
def test_what_is_no_attempt_is_refused(client: TestClient, auth_service: Headers, change: Json) -> None:
    assert client.post(URL, json=attempt(**change), headers=auth_service).status_code == 422
