"""`/migrations`: for administrators, and as pages."""

import pytest
from fastapi.testclient import TestClient

from service_kit.testing.tokens import TokenIssuer


@pytest.fixture
def admin(tokens: TokenIssuer) -> dict[str, str]:
    return tokens.authorization(roles=["user", "admin"])


def test_it_says_where_the_database_is(client: TestClient, admin: dict[str, str]) -> None:
    answer = client.get("/migrations", headers=admin)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["current"], body["head"], body["ready"], body["migrating"]) == ("002", "002", True, None)
    assert body["last_attempt"]["outcome"] == "applied"
    assert body["drift"]["changes"] == []


def test_the_history_has_pages_and_a_total(client: TestClient, admin: dict[str, str]) -> None:
    first = client.get("/migrations/history", params={"limit": 3, "total": True}, headers=admin).json()
    assert [attempt["id"] for attempt in first["items"]] == [5, 4, 2]
    assert first["total"] == 4
    following = {"limit": 3, "cursor": first["next_cursor"]}
    second = client.get("/migrations/history", params=following, headers=admin).json()
    assert [attempt["id"] for attempt in second["items"]] == [1]
    assert (second["next_cursor"], second["total"]) == (None, None)


def test_the_history_of_one_revision_leaves_out_the_others(client: TestClient, admin: dict[str, str]) -> None:
    found = client.get("/migrations/history", params={"revision": "none", "total": True}, headers=admin).json()
    assert (found["items"], found["total"]) == ([], 0)


def test_a_revision_is_shown_with_its_statements_and_their_locks(client: TestClient, admin: dict[str, str]) -> None:
    found = client.get("/migrations/revisions/002", headers=admin).json()
    (statement,) = found["upgrade"]["statements"]
    assert statement["locks"] == [{"table": "notes", "mode": "ACCESS EXCLUSIVE"}]
    assert (found["down_revision"], found["findings"]) == ("001", [])


def test_a_revision_that_this_release_does_not_have_is_not_found(client: TestClient, admin: dict[str, str]) -> None:
    answer = client.get("/migrations/revisions/999", headers=admin)
    assert (answer.status_code, answer.json()["code"]) == (404, "REVISION_NOT_FOUND")


def test_the_plan_is_shown(client: TestClient, admin: dict[str, str]) -> None:
    assert client.get("/migrations/plan", headers=admin).json()["runs"] == ["003"]


@pytest.mark.parametrize(
    "path", ["/migrations", "/migrations/history", "/migrations/plan", "/migrations/revisions/002"]
)
def test_only_administrators_see_it(client: TestClient, tokens: TokenIssuer, path: str) -> None:
    assert client.get(path).status_code == 401
    assert client.get(path, headers=tokens.authorization()).status_code == 403
