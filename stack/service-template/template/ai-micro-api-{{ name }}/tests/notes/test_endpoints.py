"""`/notes` as its callers see it."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from service_kit.testing.callers import Caller, code

NOTE = {"title": "図書館", "body": "平日は午後八時まで。"}


def created(by: Caller, **fields: str) -> dict[str, Any]:
    response = by("POST", "/notes", NOTE | fields)
    assert response.status_code == 201, response.text
    note: dict[str, Any] = response.json()
    assert response.headers["location"] == f"/notes/{note['id']}"
    return note


def test_a_user_writes_a_note_and_reads_it_back(user: Caller) -> None:
    note = created(user)
    assert note | NOTE == note
    assert user("GET", f"/notes/{note['id']}").json() == note


def test_a_list_has_the_newest_note_first(user: Caller) -> None:
    ids = [created(user)["id"] for _ in range(3)]
    first = user("GET", "/notes?limit=2&total=true").json()
    assert first["total"] == 3
    rest = user("GET", f"/notes?limit=2&cursor={first['next_cursor']}").json()
    assert [note["id"] for note in first["items"] + rest["items"]] == ids[::-1]


def test_a_text_is_found_in_titles_and_bodies_whatever_its_width(user: Caller) -> None:
    for fields in ({"title": "ABC"}, {"body": "a b c"}, {"title": "other"}):
        created(user, **fields)
    assert [note["title"] for note in user("GET", "/notes?q=ＡＢＣ").json()["items"]] == ["図書館", "ABC"]


def test_a_replaced_note_says_what_the_replacement_says(user: Caller) -> None:
    note = created(user)
    replaced = user("PUT", f"/notes/{note['id']}", {"title": "新しい"}).json()
    assert replaced == note | {"title": "新しい", "body": "", "updated_at": replaced["updated_at"]}
    assert replaced["updated_at"] > note["updated_at"]


def test_of_two_changes_to_what_was_read_once_the_second_is_refused(user: Caller) -> None:
    path = f"/notes/{created(user)['id']}"
    condition = {"If-Match": user("GET", path).headers["etag"]}
    assert user("PUT", path, NOTE | {"body": "first"}, condition).status_code == 200
    assert code(user("PUT", path, NOTE | {"body": "second"}, condition)) == (412, "PRECONDITION_FAILED")
    assert code(user("DELETE", path, headers=condition)) == (412, "PRECONDITION_FAILED")
    assert user("GET", path).json()["body"] == "first"


def test_a_deleted_note_is_gone(user: Caller) -> None:
    path = f"/notes/{created(user)['id']}"
    assert user("DELETE", path).status_code == 204
    assert code(user("GET", path)) == (404, "NOTE_NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_another_users_note_looks_as_if_it_were_not_there(user: Caller, stranger: Caller, method: str) -> None:
    note = created(user)
    body = NOTE if method == "PUT" else None
    theirs, none = (stranger(method, f"/notes/{note_id}", body) for note_id in (note["id"], uuid4()))
    assert theirs.json() == none.json()
    assert code(theirs) == (404, "NOTE_NOT_FOUND")
    assert user("GET", f"/notes/{note['id']}").json() == note
    assert stranger("GET", "/notes").json()["items"] == []


@pytest.mark.parametrize("fields", [{"title": ""}, {"title": "a" * 201}, {"body": "a" * 10_001}, {"owner_id": "x"}])
def test_what_cannot_be_a_note_is_refused(user: Caller, fields: dict[str, str]) -> None:
    assert code(user("POST", "/notes", NOTE | fields)) == (422, "VALIDATION_FAILED")


def test_without_a_token_there_is_no_answer(client: TestClient) -> None:
    assert code(client.get("/notes"))[0] == 401
