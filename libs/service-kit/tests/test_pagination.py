"""Lists: newest first, a cursor that survives changes, the total on request."""

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
