"""`/profiles` as its callers see it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from service_kit.testing.network import Gate
from service_kit.testing.tokens import TokenIssuer

FIELDS = {
    "email": "hanako@example.com",
    "first_name": "花子",
    "last_name": "山田",
    "display_name": "Hanako",
    "phone": "+81312345678",
    "locale": "ja-JP",
    "time_zone": "Asia/Tokyo",
    "bio": "図書館で働いています。",
}
EMPTY = dict.fromkeys(FIELDS)


class Caller:
    """Somebody with an account."""

    def __init__(self, client: TestClient, tokens: TokenIssuer, *roles: str) -> None:
        self.id = uuid4()
        self._client = client
        self._headers = tokens.authorization(self.id, roles=roles)

    def __call__(self, method: str, path: str, body: object = None) -> Response:
        return self._client.request(method, path, json=body, headers=self._headers)

    def create(self, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        response = self("POST", "/profiles", fields)
        assert response.status_code == 201, response.text
        created: dict[str, Any] = response.json()
        return created


@pytest.fixture
def user(client: TestClient, tokens: TokenIssuer) -> Caller:
    return Caller(client, tokens, "user")


@pytest.fixture
def stranger(client: TestClient, tokens: TokenIssuer) -> Caller:
    return Caller(client, tokens, "user")


@pytest.fixture
def administrator(client: TestClient, tokens: TokenIssuer) -> Caller:
    return Caller(client, tokens, "user", "admin")


def code(response: Response) -> tuple[int, str]:
    return response.status_code, response.json()["code"]


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


def test_a_user_may_not_create_a_profile_for_somebody_else(user: Caller, stranger: Caller) -> None:
    assert code(user("POST", "/profiles", {"user_id": str(stranger.id)})) == (403, "NOT_YOUR_PROFILE")


def test_an_administrator_may_create_a_profile_for_somebody_else(administrator: Caller, user: Caller) -> None:
    assert administrator.create(user_id=str(user.id), display_name="x")["user_id"] == str(user.id)
    assert user("GET", "/profiles/me").json()["display_name"] == "x"


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
def test_somebody_elses_profile_looks_as_if_it_were_not_there(user: Caller, stranger: Caller, method: str) -> None:
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


def test_a_deleted_profile_is_gone_and_may_be_created_anew(user: Caller) -> None:
    user.create(**FIELDS)
    assert user("DELETE", f"/profiles/{user.id}").status_code == 204
    assert code(user("GET", "/profiles/me")) == (404, "PROFILE_NOT_FOUND")
    assert code(user("DELETE", f"/profiles/{user.id}")) == (404, "PROFILE_NOT_FOUND")
    user.create()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "not an address"),
        ("email", "a@localhost"),
        ("first_name", ""),
        ("first_name", "   "),
        ("last_name", "x" * 101),
        ("display_name", "a\0b"),
        ("phone", "03-1234-5678"),
        ("phone", "+" + "1" * 16),
        ("locale", "not a locale"),
        ("locale", "ja_JP"),
        ("time_zone", "Asia/Atlantis"),
        ("time_zone", "../../etc/passwd"),
        ("bio", "x" * 2001),
        ("bio", 5),
        ("roles", ["admin"]),
        ("user_id", "not-a-uuid"),
        ("created_at", "2020-01-01T00:00:00Z"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_and_named(user: Caller, field: str, value: object) -> None:
    response = user("POST", "/profiles", {field: value})
    assert code(response) == (422, "VALIDATION_FAILED")
    named = {part for error in response.json()["errors"] for part in error["loc"]}
    assert named & {field, "body"}
    assert user("GET", "/profiles/me").status_code == 404


def test_text_keeps_every_character_that_postgresql_can_hold(user: Caller) -> None:
    text = "𠮷野家 🍙 \u202e مرحبا \r\n\t'; DROP TABLE profiles; --"
    assert user.create(bio=text)["bio"] == text


def test_only_administrators_list_profiles(user: Caller, administrator: Caller) -> None:
    user.create()
    assert code(user("GET", "/profiles")) == (403, "FORBIDDEN")
    assert [item["user_id"] for item in administrator("GET", "/profiles").json()["items"]] == [str(user.id)]


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("花", ["花子"]),
        ("HANAKO", ["花子"]),
        ("100%", ["100%"]),
        ("%", ["100%"]),
        ("_", []),
        ("nobody", []),
        ("", ["太郎", "100%", "花子"]),
    ],
)
def test_a_search_finds_parts_of_names_and_addresses_and_takes_them_literally(
    administrator: Caller, q: str, found: list[str]
) -> None:
    for name, email in (("花子", "hanako@example.com"), ("100%", None), ("太郎", "taro@example.com")):
        administrator.create(user_id=str(uuid4()), first_name=name, email=email)
    items = administrator("GET", f"/profiles?q={q.replace('%', '%25')}").json()["items"]
    assert [item["first_name"] for item in items] == found


def test_a_list_can_be_walked_page_by_page(administrator: Caller) -> None:
    created = [administrator.create(user_id=str(uuid4()))["user_id"] for _ in range(5)]
    first = administrator("GET", "/profiles?limit=3&total=true").json()
    assert first["total"] == 5
    second = administrator("GET", f"/profiles?limit=3&cursor={first['next_cursor']}").json()
    assert [item["user_id"] for item in first["items"] + second["items"]] == created[::-1]
    assert second["next_cursor"] is None


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
