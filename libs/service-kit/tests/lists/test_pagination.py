"""Lists: newest first, a cursor that survives changes, the total on request."""

import base64
import json

import pytest
from fastapi.testclient import TestClient


@pytest.fixture
def notes(client: TestClient) -> list[str]:
    for number in range(7):
        client.post("/notes", json={"text": f"note {number}"})
    return [f"note {number}" for number in reversed(range(7))]


def test_pages_follow_each_other_without_gap_or_repetition(client: TestClient, notes: list[str]) -> None:
    seen, cursor = [], ""
    while True:
        page = client.get(f"/notes?limit=3{cursor}").json()
        seen += [item["text"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert seen == notes


def test_the_last_full_page_has_no_next(client: TestClient, notes: list[str]) -> None:
    assert client.get("/notes?limit=7").json()["next_cursor"] is None


def test_what_is_added_while_paging_does_not_shift_the_pages(client: TestClient, notes: list[str]) -> None:
    first = client.get("/notes?limit=3").json()
    client.post("/notes", json={"text": "newer"})
    second = client.get("/notes", params={"limit": 3, "cursor": first["next_cursor"]}).json()
    assert [item["text"] for item in second["items"]] == notes[3:6]


def test_the_total_is_counted_only_on_request(client: TestClient, notes: list[str]) -> None:
    assert client.get("/notes?limit=1").json()["total"] is None
    assert client.get("/notes?limit=1&total=true").json()["total"] == 7


@pytest.mark.parametrize("other", ["/notes?q=note", "/notes?q=not&limit=3", "/notes/{id}/words"])
def test_a_cursor_of_one_list_is_refused_by_every_other(client: TestClient, notes: list[str], other: str) -> None:
    page = client.get("/notes?limit=3").json()
    path = other.format(id=page["items"][0]["id"])
    response = client.get(path + ("&" if "?" in path else "?") + f"cursor={page['next_cursor']}")
    assert (response.status_code, response.json()["code"]) == (422, "INVALID_CURSOR")


def test_a_cursor_goes_on_with_another_limit_total_or_order_of_filters(client: TestClient, notes: list[str]) -> None:
    cursor = client.get("/notes?limit=3&q=note").json()["next_cursor"]
    rest = client.get(f"/notes?total=true&q=note&limit=100&cursor={cursor}").json()
    assert [item["text"] for item in rest["items"]] == notes[3:]


@pytest.mark.parametrize("position", [[], ["2026-01-01", "x"], ["2026-01-01T00:00:00", "0" * 32], [1, 2], [None], [[]]])
def test_a_cursor_with_the_right_fingerprint_and_no_position_is_refused(
    client: TestClient, notes: list[str], position: list[object]
) -> None:
    cursor = client.get("/notes?limit=3").json()["next_cursor"]
    fingerprint = json.loads(base64.urlsafe_b64decode(cursor + "=="))[0]
    forged = base64.urlsafe_b64encode(json.dumps([fingerprint, *position]).encode()).decode().rstrip("=")
    assert client.get(f"/notes?cursor={forged}").json()["code"] == "INVALID_CURSOR"


def test_a_list_without_keys_is_walked_by_number(client: TestClient) -> None:
    note = client.post("/notes", json={"text": "a b c d e"}).json()
    other = client.post("/notes", json={"text": "f g h"}).json()
    first = client.get(f"/notes/{note['id']}/words?limit=2").json()
    second = client.get(f"/notes/{note['id']}/words?limit=3&cursor={first['next_cursor']}").json()
    assert (first["items"], second["items"], second["next_cursor"]) == (["a", "b"], ["c", "d", "e"], None)
    response = client.get(f"/notes/{other['id']}/words?cursor={first['next_cursor']}")
    assert response.json()["code"] == "INVALID_CURSOR"
