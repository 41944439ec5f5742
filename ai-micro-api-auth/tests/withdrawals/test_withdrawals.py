"""Access tokens end with the right that they came from, everywhere within five seconds."""

import time
from collections.abc import Callable, Iterator

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import create_engine, text

from app.accounts.administrator import make_administrator
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.gate import Gate
from service_kit.testing.waiting import eventually
from service_kit.tokens.withdrawals import digest
from tests.people import PASSWORD, Person, refresh

WITHIN_SECONDS = 5.0


def published(client: TestClient) -> dict[str, object]:
    response = client.get("/auth/withdrawals")
    assert response.status_code == 200
    document: dict[str, object] = response.json()
    return document


def me(person: Person) -> Response:
    return person.client.get("/auth/me", headers=person.authorization)


def sessions(person: Person) -> Response:
    """An endpoint that looks at nothing but the token."""
    return person.client.get("/auth/sessions", headers=person.authorization)


def sign_out(person: Person, _: Person) -> Response:
    return person.client.post("/auth/logout", json={"refresh_token": person.refresh_token})


def sign_out_everywhere(person: Person, _: Person) -> Response:
    return person.client.post("/auth/logout-all", headers=person.authorization)


def sign_out_everywhere_elsewhere(person: Person, _: Person) -> Response:
    return person.client.post("/auth/logout-all", headers=person.sign_in().authorization)


def end_the_session(person: Person, _: Person) -> Response:
    ended = next(item for item in sessions(person).json()["items"] if item["is_current"])
    return person.client.delete(f"/auth/sessions/{ended['id']}", headers=person.authorization)


def change_the_password_elsewhere(person: Person, _: Person) -> Response:
    body = {"current_password": PASSWORD, "new_password": "staple it to the wall"}
    elsewhere = person.sign_in()
    return person.client.post("/auth/password/change", json=body, headers=elsewhere.authorization)


def deactivate(person: Person, administrator: Person) -> Response:
    return administrator.client.patch(
        f"/auth/users/{person.id}", json={"is_active": False}, headers=administrator.authorization
    )


def change_the_roles(person: Person, administrator: Person) -> Response:
    return administrator.client.patch(
        f"/auth/users/{person.id}", json={"roles": ["admin", "user"]}, headers=administrator.authorization
    )


def reuse_a_refresh_token(person: Person, _: Person) -> Response:
    refresh(person.client, person.refresh().json()["refresh_token"])
    return person.refresh()


WAYS = [
    sign_out,
    sign_out_everywhere,
    sign_out_everywhere_elsewhere,
    end_the_session,
    change_the_password_elsewhere,
    deactivate,
    change_the_roles,
    reuse_a_refresh_token,
]


@pytest.fixture
def second_replica(settings: Settings) -> Iterator[TestClient]:
    """Another process of the service on the same database."""
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_an_access_token_ends_with_its_right(
    way: Callable[[Person, Person], Response],
    signed_in: Person,
    administrator: Person,
    second_replica: TestClient,
) -> None:
    elsewhere = Person(second_replica, signed_in.email, signed_in.id, tokens=signed_in.tokens)
    assert [sessions(signed_in).status_code, sessions(elsewhere).status_code] == [200, 200]
    assert way(signed_in, administrator).status_code in {200, 204, 401}
    started = time.monotonic()
    eventually(lambda: sessions(signed_in).status_code == 401 and sessions(elsewhere).status_code == 401)
    assert time.monotonic() - started < WITHIN_SECONDS
    refused = sessions(signed_in)
    assert refused.headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert sessions(administrator).status_code == 200


def test_an_account_that_signs_in_again_at_once_is_believed(signed_in: Person, administrator: Person) -> None:
    assert change_the_roles(signed_in, administrator).status_code == 200
    again = signed_in.sign_in()
    eventually(lambda: sessions(signed_in).status_code == 401)
    assert sessions(again).status_code == 200


def test_the_client_that_changes_the_password_stays_signed_in(person: Person) -> None:
    here, elsewhere = person.sign_in(), person.sign_in()
    body = {"current_password": PASSWORD, "new_password": "staple it to the wall"}
    assert person.client.post("/auth/password/change", json=body, headers=here.authorization).status_code == 204
    eventually(lambda: sessions(elsewhere).status_code == 401)
    assert sessions(here).status_code == 200


def test_make_admin_withdraws_what_the_account_had(signed_in: Person, database: Database) -> None:
    make_administrator(database, signed_in.email, reset=True)
    eventually(lambda: sessions(signed_in).status_code == 401)


def test_it_names_sessions_and_accounts_by_digests_only(signed_in: Person, client: TestClient) -> None:
    assert published(client) == {"sessions": [], "accounts": {}}
    session = sessions(signed_in).json()["items"][0]["id"]
    before = int(time.time())
    sign_out_everywhere(signed_in, signed_in)
    eventually(lambda: published(client)["sessions"] != [])
    answer = client.get("/auth/withdrawals")
    assert str(signed_in.id) not in answer.text
    assert session not in answer.text
    accounts = answer.json()["accounts"]
    assert list(accounts) == [digest(signed_in.id)]
    assert before - 1 <= accounts[digest(signed_in.id)] <= time.time() + 1


def test_what_has_not_changed_is_answered_with_304(signed_in: Person, client: TestClient) -> None:
    first = client.get("/auth/withdrawals")
    assert first.headers["Cache-Control"] == "no-cache"
    etag = first.headers["ETag"]
    same = client.get("/auth/withdrawals", headers={"If-None-Match": etag})
    assert (same.status_code, same.content, same.headers["ETag"]) == (304, b"", etag)
    sign_out(signed_in, signed_in)
    eventually(lambda: client.get("/auth/withdrawals", headers={"If-None-Match": etag}).status_code == 200)
    assert client.get("/auth/withdrawals").headers["ETag"] != etag


@pytest.mark.parametrize("etag", ['""', '"x", "y"', 'W/"x"'])
def test_any_other_if_none_match_gets_the_document(refusing_client: TestClient, etag: str) -> None:
    headers = {b"If-None-Match": etag.encode("latin-1")}
    assert refusing_client.get("/auth/withdrawals", headers=headers).status_code == 200


def test_what_no_living_token_could_ignore_is_left_out(
    signed_in: Person, client: TestClient, database: Database
) -> None:
    sign_out_everywhere(signed_in, signed_in)
    eventually(lambda: published(client)["sessions"] != [])
    with database.session() as session:
        session.execute(text("UPDATE withdrawals SET withdrawn_at = now() - interval '17 minutes'"))
    eventually(lambda: published(client) == {"sessions": [], "accounts": {}})


def test_old_rows_are_removed(person: Person, database: Database) -> None:
    sign_out_everywhere(person.sign_in(), person)
    with database.session() as session:
        session.execute(text("UPDATE withdrawals SET withdrawn_at = now() - interval '26 hours'"))
    sign_out(person.sign_in(), person)
    with database.session() as session:
        assert session.execute(text("SELECT kind FROM withdrawals")).scalars().all() == ["session"]


def test_without_its_database_it_says_that_it_does_not_know(gated_client: TestClient, database_gate: Gate) -> None:
    assert gated_client.get("/auth/withdrawals").status_code == 200
    database_gate.close()
    eventually(lambda: gated_client.get("/auth/withdrawals").status_code == 503)
    database_gate.open()
    eventually(lambda: gated_client.get("/auth/withdrawals").status_code == 200)


def test_a_service_that_looks_each_second_still_holds_no_connection(
    client: TestClient, migrated_database: DatabaseUrls
) -> None:
    client.get("/auth/withdrawals")
    query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
    engine = create_engine(migrated_database.superuser, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        eventually(lambda: connection.scalar(query) == 0)
    engine.dispose()
