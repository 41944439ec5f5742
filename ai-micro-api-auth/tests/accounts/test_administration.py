"""`/auth/users`: accounts in the hands of administrators."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from service_kit.database.sessions import Database
from service_kit.testing.waiting import eventually
from tests.people import Person, administrator_at, sign_up


def patch(by: Person, whom: Person, **fields: object) -> Response:
    return by.client.patch(f"/auth/users/{whom.id}", json=fields, headers=by.authorization)


@pytest.fixture
def second_administrator(client: TestClient, database: Database) -> Person:
    return administrator_at(client, database, "second@example.com")


def test_accounts_are_listed_newest_first_in_pages(client: TestClient, administrator: Person) -> None:
    for number in range(3):
        sign_up(client, f"user{number}@example.com")
    first = client.get("/auth/users", params={"limit": 3, "total": True}, headers=administrator.authorization).json()
    assert [item["email"][:5] for item in first["items"]] == ["user2", "user1", "user0"]
    assert first["total"] == 4
    rest = client.get(
        "/auth/users", params={"cursor": first["next_cursor"]}, headers=administrator.authorization
    ).json()
    assert [item["email"] for item in rest["items"]] == ["admin@example.com"]
    assert rest["next_cursor"] is None


def test_accounts_are_found_by_a_part_of_their_address(
    client: TestClient, administrator: Person, person: Person
) -> None:
    found = client.get("/auth/users", params={"q": "HANA"}, headers=administrator.authorization).json()
    assert [item["id"] for item in found["items"]] == [str(person.id)]
    assert client.get("/auth/users", params={"q": "%"}, headers=administrator.authorization).json()["items"] == []


def test_accounts_are_found_by_their_ids_and_unknown_ids_are_left_out(
    client: TestClient, administrator: Person, person: Person
) -> None:
    ids = [str(person.id), str(administrator.id), str(uuid4())]
    sign_up(client, "another@example.com")
    found = client.get("/auth/users", params={"id": ids}, headers=administrator.authorization).json()
    assert {item["id"] for item in found["items"]} == set(ids[:2])
    narrowed = {"id": ids, "q": "HANA"}
    found = client.get("/auth/users", params=narrowed, headers=administrator.authorization).json()
    assert [item["id"] for item in found["items"]] == [str(person.id)]


@pytest.mark.parametrize("ids", [["no-uuid"], [str(uuid4())] * 101], ids=["no UUID", "too many"])
def test_ids_that_cannot_be_looked_for_are_refused(client: TestClient, administrator: Person, ids: list[str]) -> None:
    assert client.get("/auth/users", params={"id": ids}, headers=administrator.authorization).status_code == 422


def test_an_account_is_read_by_its_id(client: TestClient, administrator: Person, person: Person) -> None:
    response = client.get(f"/auth/users/{person.id}", headers=administrator.authorization)
    assert response.json()["email"] == person.email


def test_an_unknown_account_is_not_found(client: TestClient, administrator: Person) -> None:
    for method in ("GET", "PATCH"):
        response = client.request(
            method,
            f"/auth/users/{uuid4()}",
            json={"is_active": False} if method == "PATCH" else None,
            headers=administrator.authorization,
        )
        assert (response.status_code, response.json()["code"]) == (404, "ACCOUNT_NOT_FOUND")


@pytest.mark.parametrize(("method", "path"), [("GET", ""), ("GET", "/{id}"), ("PATCH", "/{id}")])
def test_users_administer_nothing_not_even_themselves(
    client: TestClient, signed_in: Person, method: str, path: str
) -> None:
    response = client.request(
        method,
        "/auth/users" + path.format(id=signed_in.id),
        json={"roles": ["admin"]} if method == "PATCH" else None,
        headers=signed_in.authorization,
    )
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")


def test_a_promoted_account_has_its_new_role_after_signing_in_again(administrator: Person, signed_in: Person) -> None:
    response = patch(administrator, signed_in, roles=["user", "admin", "admin"])
    assert response.json()["roles"] == ["admin", "user"]
    assert signed_in.refresh().status_code == 401
    again = signed_in.sign_in()
    assert again.client.get("/auth/users", headers=again.authorization).status_code == 200


def test_a_deactivated_account_is_signed_out_and_stays_out(administrator: Person, signed_in: Person) -> None:
    assert patch(administrator, signed_in, is_active=False).json()["is_active"] is False
    assert signed_in.refresh().status_code == 401
    assert signed_in.login().json()["code"] == "INVALID_CREDENTIALS"
    me = signed_in.client.get("/auth/me", headers=signed_in.authorization)
    assert (me.status_code, me.json()["code"]) == (401, "ACCOUNT_GONE")
    assert "WWW-Authenticate" in me.headers
    patch(administrator, signed_in, is_active=True)
    assert signed_in.login().status_code == 200


def test_a_change_that_changes_nothing_signs_no_account_out(administrator: Person, signed_in: Person) -> None:
    before = patch(administrator, signed_in)
    after = patch(administrator, signed_in, roles=["user"], is_active=True)
    assert before.json() == after.json()
    assert signed_in.refresh().status_code == 200


@pytest.mark.parametrize("fields", [{"is_active": False}, {"roles": ["user"]}])
def test_the_last_active_administrator_stays(administrator: Person, fields: dict[str, Any]) -> None:
    response = patch(administrator, administrator, **fields)
    assert (response.status_code, response.json()["code"]) == (409, "LAST_ADMINISTRATOR")


def test_an_inactive_administrator_does_not_count(administrator: Person, second_administrator: Person) -> None:
    assert patch(administrator, second_administrator, is_active=False).status_code == 200
    assert patch(administrator, administrator, roles=["user"]).json()["code"] == "LAST_ADMINISTRATOR"


def test_two_administrators_who_remove_each_other_at_once_leave_one(
    administrator: Person, second_administrator: Person
) -> None:
    with ThreadPoolExecutor(2) as threads:
        one = threads.submit(patch, administrator, second_administrator, roles=["user"])
        other = threads.submit(patch, second_administrator, administrator, roles=["user"])
    assert sorted([one.result().status_code, other.result().status_code]) == [200, 403]


def test_a_demoted_administrator_changes_nothing_more_although_the_token_lives_on(
    administrator: Person, second_administrator: Person
) -> None:
    assert patch(administrator, second_administrator, roles=["user"]).status_code == 200
    assert patch(second_administrator, second_administrator, roles=["admin"]).status_code == 403
    listing = second_administrator.client.get("/auth/users", headers=second_administrator.authorization)
    assert listing.status_code == 403


@pytest.mark.parametrize(
    "fields",
    [
        {"roles": []},
        {"roles": ["emperor"]},
        {"roles": None},
        {"roles": "admin"},
        {"is_active": None},
        {"is_active": "no"},
        {"email": "new@example.com"},
        {"password_hash": "x"},
    ],
)
def test_what_is_no_change_of_an_account_is_refused(
    administrator: Person, person: Person, fields: dict[str, Any]
) -> None:
    assert patch(administrator, person, **fields).status_code == 422


@pytest.mark.parametrize("parameters", ["limit=0", "limit=101", "limit=1e99", "cursor=nonsense", "q=%00"])
def test_bad_paging_is_refused(client: TestClient, administrator: Person, parameters: str) -> None:
    response = client.get(f"/auth/users?{parameters}", headers=administrator.authorization)
    assert response.status_code == 422, response.text


def test_an_id_that_is_no_uuid_is_refused(client: TestClient, administrator: Person) -> None:
    assert client.get("/auth/users/1", headers=administrator.authorization).status_code == 422


def test_signing_in_does_not_count_as_a_change_of_the_account(client: TestClient, person: Person) -> None:
    first = person.sign_in()
    before = client.get("/auth/me", headers=first.authorization).json()
    assert client.get("/auth/me", headers=person.sign_in().authorization).json() == before
    assert before["updated_at"] == before["created_at"]


def test_of_two_administrators_who_change_what_they_have_read_the_second_gets_412(
    client: TestClient, administrator: Person, person: Person
) -> None:
    url = f"/auth/users/{person.id}"
    read = client.get(url, headers=administrator.authorization)
    headers = {**administrator.authorization, "If-Match": read.headers["etag"]}
    first = client.patch(url, json={"is_active": False}, headers=headers)
    second = client.patch(url, json={"roles": ["user", "admin"]}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 412)
    assert second.json()["code"] == "PRECONDITION_FAILED"
    known = {**administrator.authorization, "If-None-Match": first.headers["etag"]}
    assert client.get(url, headers=known).status_code == 304


def test_a_created_account_has_the_tag_of_its_reads(client: TestClient, administrator: Person) -> None:
    created = client.post("/auth/users", json={"email": "new@example.com"}, headers=administrator.authorization)
    read = client.get(created.headers["location"], headers=administrator.authorization)
    assert created.headers["etag"] == read.headers["etag"]


def test_ones_own_account_has_the_tag_that_administrators_see(
    client: TestClient, administrator: Person, signed_in: Person
) -> None:
    own = client.get("/auth/me", headers=signed_in.authorization).headers["etag"]
    assert client.get(f"/auth/users/{signed_in.id}", headers=administrator.authorization).headers["etag"] == own


@pytest.mark.parametrize(("q", "count"), [("ＨＡＮＡＫＯ", 1), ("hanako@ example", 1), ("taro", 0), ("%", 0)])
def test_an_account_is_found_by_part_of_its_address(
    client: TestClient, administrator: Person, person: Person, q: str, count: int
) -> None:
    found = client.get("/auth/users", params={"q": q}, headers=administrator.authorization).json()["items"]
    assert len(found) == count


def test_an_administrator_ends_the_sessions_of_an_account(
    administrator: Person, signed_in: Person, database: Database
) -> None:
    url = f"/auth/users/{signed_in.id}/sessions"
    again = signed_in.sign_in()
    assert administrator.client.delete(url, headers=administrator.authorization).status_code == 204
    assert [person.refresh().status_code for person in (signed_in, again)] == [401, 401]
    eventually(lambda: again.client.get("/auth/me", headers=again.authorization).status_code == 401)
    assert signed_in.login().status_code == 200
    assert administrator.client.get("/auth/me", headers=administrator.authorization).status_code == 200
    with database.session() as session:
        (event,) = session.execute(text("SELECT * FROM audit_events WHERE action = 'ALL_SESSIONS_ENDED'"))
    assert (event.actor_id, event.target_id) == (administrator.id, str(signed_in.id))


def test_another_user_cannot_end_the_sessions_of_an_account(administrator: Person, signed_in: Person) -> None:
    url = f"/auth/users/{administrator.id}/sessions"
    response = signed_in.client.delete(url, headers=signed_in.authorization)
    assert (response.status_code, response.json()["code"]) == (403, "FORBIDDEN")
    assert administrator.refresh().status_code == 200


def test_the_sessions_of_no_account_are_not_found(administrator: Person) -> None:
    response = administrator.client.delete(f"/auth/users/{uuid4()}/sessions", headers=administrator.authorization)
    assert (response.status_code, response.json()["code"]) == (404, "ACCOUNT_NOT_FOUND")
