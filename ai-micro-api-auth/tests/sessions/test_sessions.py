"""`/auth/sessions`: where one is signed in."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.database.sessions import Database
from tests.people import PASSWORD, Person, sign_up

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:146.0) Gecko/20100101 Firefox/146.0"


def items(person: Person) -> list[dict[str, object]]:
    response = person.client.get("/auth/sessions", headers=person.authorization)
    assert response.status_code == 200, response.text
    found: list[dict[str, object]] = response.json()["items"]
    return found


def test_sessions_are_listed_newest_first_with_device_and_times(person: Person) -> None:
    phone = person.sign_in()
    answer = person.client.post(
        "/auth/login", json={"email": person.email, "password": PASSWORD}, headers={"User-Agent": FIREFOX}
    )
    laptop = Person(person.client, person.email, person.id, tokens=answer.json())
    first, second = items(laptop)
    assert set(first) == {"id", "device", "network", "created_at", "last_used_at", "expires_at", "is_current"}
    assert (first["device"], first["is_current"], second["is_current"]) == ("Firefox on Windows", True, False)
    assert [item["is_current"] for item in items(phone)] == [False, True]
    assert first["last_used_at"] == first["created_at"]


def test_a_refresh_is_a_use_and_leaves_the_session_the_same(signed_in: Person) -> None:
    (before,) = items(signed_in)
    signed_in.client.post(
        "/auth/refresh", json={"refresh_token": signed_in.refresh_token}, headers={"User-Agent": "curl/8.14.1"}
    )
    (after,) = items(signed_in)
    assert (after["id"], after["created_at"]) == (before["id"], before["created_at"])
    assert str(after["last_used_at"]) > str(before["last_used_at"])
    assert after["device"] == "curl"


def test_ending_a_session_ends_its_refresh_token_and_no_other(person: Person) -> None:
    phone, laptop = person.sign_in(), person.sign_in()
    (ended,) = [item["id"] for item in items(laptop) if not item["is_current"]]
    response = person.client.delete(f"/auth/sessions/{ended}", headers=laptop.authorization)
    assert (response.status_code, response.content) == (204, b"")
    assert phone.refresh().status_code == 401
    assert len(items(laptop)) == 1
    assert laptop.refresh().status_code == 200
    again = person.client.delete(f"/auth/sessions/{ended}", headers=laptop.authorization)
    assert (again.status_code, again.json()["code"]) == (404, "SESSION_NOT_FOUND")


def test_another_users_session_is_neither_listed_nor_ended(
    client: TestClient, signed_in: Person, administrator: Person
) -> None:
    (session,) = items(signed_in)
    other = sign_up(client, "taro@example.com").sign_in()
    for stranger in (other, administrator):
        assert session["id"] not in [item["id"] for item in items(stranger)]
        response = client.delete(f"/auth/sessions/{session['id']}", headers=stranger.authorization)
        assert (response.status_code, response.json()["code"]) == (404, "SESSION_NOT_FOUND")
    assert signed_in.refresh().status_code == 200


def test_a_session_that_has_expired_is_not_listed(person: Person, database: Database) -> None:
    person.sign_in()
    with database.session() as session:
        session.execute(text("UPDATE refresh_token_families SET expires_at = now()"))
    assert len(items(person.sign_in())) == 1


def test_a_session_of_an_older_release_is_listed(signed_in: Person, database: Database) -> None:
    with database.session() as transaction:
        transaction.execute(text("UPDATE refresh_token_families SET user_agent = NULL, network = NULL"))
    (session,) = items(signed_in)
    assert (session["device"], session["network"]) == ("unknown device", None)
    assert signed_in.refresh().status_code == 200


def test_sessions_come_in_pages(person: Person) -> None:
    for _ in range(3):
        person = person.sign_in()
    first = person.client.get("/auth/sessions?limit=2&total=true", headers=person.authorization).json()
    assert (len(first["items"]), first["total"]) == (2, 3)
    rest = person.client.get(f"/auth/sessions?cursor={first['next_cursor']}", headers=person.authorization).json()
    assert (len(rest["items"]), rest["next_cursor"]) == (1, None)


@pytest.mark.parametrize(
    ("path", "status"), [("3f0f6a5e-5f0e-4c39-9a3f-0f6a5e5f0e4c", 404), ("1", 422), ("%00", 422), ("x" * 500, 422)]
)
def test_what_is_no_session_is_not_ended(signed_in: Person, path: str, status: int) -> None:
    response = signed_in.client.delete(f"/auth/sessions/{path}", headers=signed_in.authorization)
    assert response.status_code == status


def test_sessions_need_an_access_token(refusing_client: TestClient) -> None:
    assert refusing_client.get("/auth/sessions").status_code == 401
    assert refusing_client.delete(f"/auth/sessions/{uuid4()}").status_code == 401
