"""Accounts in the logs: their addresses beside their ids, in one request for the ids of a page."""

from typing import Any
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.fake_services import Answer, FakeServices

HANAKO, TARO, GONE = (str(uuid4()) for _ in range(3))
ADDRESSES = {HANAKO: "hanako@example.com", TARO: "<b>taro</b>@example.com"}


def entry(**facts: object) -> dict[str, Any]:
    return {
        "occurred_at": "2026-01-05T09:00:00Z",
        "service": "ai-micro-api-auth",
        "action": "ACCOUNT_CREATED",
        "result": "done",
        "occurrences": 1,
        "actor_id": HANAKO,
        "target_type": "account",
        "target_id": TARO,
        "request_id": None,
        "ip_address": None,
        "changes": None,
    } | facts


ENTRIES = [
    entry(),
    entry(),
    entry(actor_id=None, target_id=GONE),
    entry(target_type="document", target_id=str(uuid4())),
    entry(actor_id=TARO, target_type=None, target_id=None),
]


@pytest.fixture(params=["/logs/audit", "/logs/requests/abc-1"])
def path(request: pytest.FixtureRequest, services: FakeServices) -> str:
    accounts = [{"id": id_, "email": email} for id_, email in ADDRESSES.items()]
    services.rules["GET /auth/users"] = services.checked(lambda _: Answer(200, {"items": accounts}))
    services.rules["GET /api/logs/audit"] = lambda _: Answer(200, {"items": ENTRIES, "next_cursor": None})
    items = [
        {"at": each["occurred_at"], "service": "auth", "log": "audit", "entry": each, "is_complete": True}
        for each in ENTRIES
    ]
    services.rules["GET /api/logs/requests/abc-1"] = lambda _: Answer(200, {"items": items, "is_complete": True})
    return str(request.param)


def test_each_account_is_shown_with_its_address(administrator: TestClient, path: str) -> None:
    text = administrator.get(path).text
    assert text.count(f'<a href="/people/{HANAKO}">hanako@example.com <code>{HANAKO}</code></a>') == 3
    assert text.count(f'<a href="/people/{TARO}">&lt;b&gt;taro&lt;/b&gt;@example.com <code>{TARO}</code></a>') == 3


def test_one_request_asks_for_all_accounts_of_a_page_and_for_nothing_else(
    administrator: TestClient, services: FakeServices, path: str
) -> None:
    administrator.get(path)
    assert services.count("GET /auth/users") == 1
    assert parse_qs(services.last("GET /auth/users").query)["id"] == [HANAKO, TARO, GONE]


def test_an_account_that_is_gone_is_shown_by_its_id(administrator: TestClient, path: str) -> None:
    assert f"<code>{GONE}</code>" in administrator.get(path).text


@pytest.mark.parametrize("status", [403, 503])
def test_without_the_addresses_the_page_shows_the_ids(
    administrator: TestClient, services: FakeServices, path: str, status: int
) -> None:
    services.rules["GET /auth/users"] = lambda _: Answer(status, {"detail": "no"})
    answer = administrator.get(path)
    assert answer.status_code == 200
    assert f'<a href="/people/{HANAKO}"><code>{HANAKO}</code></a>' in answer.text


def test_a_log_without_accounts_asks_for_none(administrator: TestClient, services: FakeServices) -> None:
    unknown = entry(actor_id=None, target_type=None, target_id=None)
    services.rules["GET /api/logs/audit"] = lambda _: Answer(200, {"items": [unknown], "next_cursor": None})
    assert administrator.get("/logs/audit").status_code == 200
    assert services.count("GET /auth/users") == 0
