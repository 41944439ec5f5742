"""`/profiles` as its callers see it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient

from service_kit.testing.callers import code
from service_kit.testing.gate import Gate
from service_kit.testing.tokens import TokenIssuer
from tests.people import EMPTY, FIELDS, Caller


def test_a_user_creates_their_own_profile_and_reads_it_back(user: Caller) -> None:
    response = user("POST", "/profiles", FIELDS)
    assert response.status_code == 201
    created = response.json()
    assert created | FIELDS == created
    assert created["user_id"] == str(user.id)
    assert response.headers["location"] == f"/profiles/{user.id}"
    assert user("GET", f"/profiles/{user.id}").json() == created
    assert user("GET", "/profiles/me").json() == created


def test_a_profile_may_start_empty(user: Caller) -> None:
    assert user.create() | EMPTY == user("GET", "/profiles/me").json()


def test_a_second_profile_is_a_conflict(user: Caller) -> None:
    user.create(display_name="first")
    assert code(user("POST", "/profiles", {"display_name": "second"})) == (409, "PROFILE_EXISTS")
    assert user("GET", "/profiles/me").json()["display_name"] == "first"


def test_profiles_created_at_the_same_moment_are_one_profile(user: Caller) -> None:
    with ThreadPoolExecutor(8) as threads:
        statuses = list(threads.map(lambda _: user("POST", "/profiles", FIELDS).status_code, range(8)))
    assert sorted(statuses) == [201] + [409] * 7


def test_a_user_may_not_create_a_profile_for_another(user: Caller, stranger: Caller) -> None:
    assert code(user("POST", "/profiles", {"user_id": str(stranger.id)})) == (403, "NOT_YOUR_PROFILE")


def test_an_administrator_may_create_a_profile_for_another(administrator: Caller, user: Caller) -> None:
    assert administrator.create(user_id=str(user.id), display_name="x")["user_id"] == str(user.id)
    assert user("GET", "/profiles/me").json()["display_name"] == "x"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_another_users_profile_looks_as_if_it_were_not_there(user: Caller, stranger: Caller, method: str) -> None:
    user.create(**FIELDS)
    body = None if method in {"GET", "DELETE"} else {"bio": "taken over"}
    theirs = stranger(method, f"/profiles/{user.id}", body)
    nobodys = stranger(method, f"/profiles/{uuid4()}", body)
    assert code(theirs) == code(nobodys) == (404, "PROFILE_NOT_FOUND")
    assert theirs.json() == nobodys.json()
    assert user("GET", "/profiles/me").json()["bio"] == FIELDS["bio"]


def test_an_administrator_reaches_every_profile(administrator: Caller, user: Caller) -> None:
    user.create(**FIELDS)
    path = f"/profiles/{user.id}"
    assert administrator("GET", path).status_code == 200
    assert administrator("PATCH", path, {"bio": "changed"}).json()["bio"] == "changed"
    assert administrator("DELETE", path).status_code == 204
    assert user("GET", "/profiles/me").status_code == 404


def test_a_replacement_empties_what_it_leaves_out(user: Caller) -> None:
    created = user.create(**FIELDS)
    replaced = user("PUT", f"/profiles/{user.id}", {"first_name": "Hanako"}).json()
    assert replaced == created | EMPTY | {"first_name": "Hanako", "updated_at": replaced["updated_at"]}
    assert replaced["updated_at"] > created["updated_at"]


def test_a_patch_keeps_what_it_leaves_out_and_empties_what_it_says_is_null(user: Caller) -> None:
    created = user.create(**FIELDS)
    patched = user("PATCH", f"/profiles/{user.id}", {"bio": None, "locale": "en"}).json()
    assert patched == created | {"bio": None, "locale": "en", "updated_at": patched["updated_at"]}


def test_an_empty_patch_changes_nothing(user: Caller) -> None:
    created = user.create(**FIELDS)
    assert user("PATCH", f"/profiles/{user.id}", {}).json() == created


def test_a_patch_cannot_move_a_profile_to_another_user(user: Caller) -> None:
    user.create()
    assert user("PATCH", f"/profiles/{user.id}", {"user_id": str(uuid4())}).status_code == 422


def test_patches_of_different_fields_at_the_same_moment_all_count(user: Caller) -> None:
    user.create()
    fields = {"first_name": "a", "last_name": "b", "display_name": "c", "bio": "d"}

    def patch(item: tuple[str, str]) -> int:
        return user("PATCH", f"/profiles/{user.id}", dict([item])).status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(patch, fields.items())) == {200}
    profile = user("GET", "/profiles/me").json()
    assert {name: profile[name] for name in fields} == fields


def test_a_deleted_profile_is_gone_and_may_be_created_again(user: Caller) -> None:
    user.create(**FIELDS)
    assert user("DELETE", f"/profiles/{user.id}").status_code == 204
    assert code(user("GET", "/profiles/me")) == (404, "PROFILE_NOT_FOUND")
    assert code(user("DELETE", f"/profiles/{user.id}")) == (404, "PROFILE_NOT_FOUND")
    user.create()


def test_only_administrators_list_profiles(user: Caller, administrator: Caller) -> None:
    user.create()
    assert code(user("GET", "/profiles")) == (403, "FORBIDDEN")
    assert [item["user_id"] for item in administrator("GET", "/profiles").json()["items"]] == [str(user.id)]


def test_a_change_with_the_etag_of_a_read_is_applied_once(user: Caller) -> None:
    user.create(**FIELDS)
    path = f"/profiles/{user.id}"
    read = user("GET", path)
    assert user("GET", "/profiles/me").headers["etag"] == read.headers["etag"]
    etag = {"If-Match": read.headers["etag"]}
    changed = user("PATCH", path, {"bio": "new"}, etag)
    assert changed.status_code == 200
    for method, body in (("PUT", {}), ("PATCH", {"bio": "x"}), ("DELETE", None)):
        assert code(user(method, path, body, etag)) == (412, "PRECONDITION_FAILED")
    assert user("GET", path, None, {"If-None-Match": changed.headers["etag"]}).status_code == 304
    assert user("DELETE", path, None, {"If-Match": changed.headers["etag"]}).status_code == 204


@pytest.mark.parametrize("path", ["/profiles/me?q=x", "/profiles?name=x", "/profiles?q=a&q=b"])
def test_unknown_and_repeated_parameters_are_refused(administrator: Caller, path: str) -> None:
    assert code(administrator("GET", path)) == (422, "VALIDATION_FAILED")


ENDPOINTS: list[tuple[str, Callable[[UUID], str]]] = [
    ("POST", lambda _: "/profiles"),
    ("GET", lambda _: "/profiles"),
    ("GET", lambda _: "/profiles/me"),
    ("GET", lambda user: f"/profiles/{user}"),
    ("PUT", lambda user: f"/profiles/{user}"),
    ("PATCH", lambda user: f"/profiles/{user}"),
    ("DELETE", lambda user: f"/profiles/{user}"),
]


@pytest.mark.parametrize(("method", "path"), ENDPOINTS)
def test_every_endpoint_asks_for_a_token(
    client: TestClient, user: Caller, method: str, path: Callable[[UUID], str]
) -> None:
    response = client.request(method, path(user.id), json={} if method not in {"GET", "DELETE"} else None)
    assert code(response) == (401, "UNAUTHORIZED")


def test_reads_and_writes_are_503_while_the_database_is_away(
    gated_client: TestClient, tokens: TokenIssuer, database_gate: Gate
) -> None:
    user = Caller(gated_client, tokens, "user")
    user.create()
    database_gate.close()
    for method, body in (("GET", None), ("PUT", {}), ("DELETE", None)):
        response = user(method, f"/profiles/{user.id}", body)
        assert code(response) == (503, "DATABASE_UNAVAILABLE")
        assert response.headers["retry-after"]
    database_gate.open()
    assert user("GET", "/profiles/me").status_code == 200
