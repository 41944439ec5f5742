"""Refresh tokens: good once, forgiven for seconds, and then a second use ends what one sign-in led to."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select, text

from app.main import create_app
from app.settings import Settings
from app.tokens.models import RefreshTokenFamily
from service_kit.database.sessions import Database
from tests.people import Person, refresh, sign_up


def families(database: Database) -> int:
    with database.session() as session:
        return session.scalar(select(func.count()).select_from(RefreshTokenFamily)) or 0


def test_refreshing_gives_new_tokens_that_work(signed_in: Person) -> None:
    response = signed_in.refresh()
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    tokens = response.json()
    assert set(tokens) == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert tokens["refresh_token"] != signed_in.refresh_token
    me = signed_in.client.get("/auth/me", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert me.json()["id"] == str(signed_in.id)
    assert refresh(signed_in.client, tokens["refresh_token"]).status_code == 200


def longer_ago(database: Database, seconds: int) -> None:
    """Let the last rotation be so many seconds older."""
    with database.session() as session:
        session.execute(
            text("UPDATE refresh_token_families SET rotated_at = rotated_at - make_interval(secs => :seconds)"),
            {"seconds": seconds},
        )


def test_two_tabs_that_refresh_at_once_stay_signed_in(signed_in: Person) -> None:
    one, other = signed_in.refresh(), signed_in.refresh()
    assert [one.status_code, other.status_code] == [200, 200]
    assert one.json()["refresh_token"] == other.json()["refresh_token"]
    again = [refresh(signed_in.client, answer.json()["refresh_token"]).status_code for answer in (one, other)]
    assert again == [200, 200]


def test_a_refresh_token_used_again_too_late_ends_its_whole_family(signed_in: Person, database: Database) -> None:
    successor = signed_in.refresh().json()["refresh_token"]
    longer_ago(database, 11)
    reuse = signed_in.refresh()
    assert (reuse.status_code, reuse.json()["code"]) == (401, "INVALID_REFRESH_TOKEN")
    assert "WWW-Authenticate" in reuse.headers
    assert refresh(signed_in.client, successor).status_code == 401


def test_a_refresh_token_used_again_in_time_gives_its_successor(signed_in: Person, database: Database) -> None:
    successor = signed_in.refresh().json()["refresh_token"]
    longer_ago(database, 8)
    assert signed_in.refresh().json()["refresh_token"] == successor


def test_a_refresh_token_used_again_after_its_successor_ends_its_whole_family(signed_in: Person) -> None:
    successor = signed_in.refresh().json()["refresh_token"]
    newest = refresh(signed_in.client, successor).json()["refresh_token"]
    assert signed_in.refresh().status_code == 401
    assert refresh(signed_in.client, newest).status_code == 401


def test_without_a_grace_a_second_use_ends_the_family_at_once(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"refresh_grace_sec": 0}))
    with TestClient(app, raise_server_exceptions=False) as client:
        person = sign_up(client).sign_in()
        successor = person.refresh().json()["refresh_token"]
        assert person.refresh().status_code == 401
        assert refresh(client, successor).status_code == 401


def test_an_old_generation_used_again_revokes_the_newest(signed_in: Person) -> None:
    token = signed_in.refresh_token
    for _ in range(4):
        token = refresh(signed_in.client, token).json()["refresh_token"]
    assert signed_in.refresh().status_code == 401
    assert refresh(signed_in.client, token).status_code == 401


def test_a_revoked_family_leaves_the_other_clients_of_the_account_alone(person: Person) -> None:
    phone, laptop = person.sign_in(), person.sign_in()
    refresh(phone.client, phone.refresh().json()["refresh_token"])
    assert phone.refresh().status_code == 401
    assert laptop.refresh().status_code == 200


def test_many_who_refresh_with_one_token_at_once_get_one_successor(signed_in: Person, database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        responses = list(threads.map(lambda _: signed_in.refresh(), range(8)))
    assert {response.status_code for response in responses} == {200}
    (successor,) = {response.json()["refresh_token"] for response in responses}
    assert len({response.json()["access_token"] for response in responses}) == 8
    assert refresh(signed_in.client, successor).status_code == 200
    assert families(database) == 1


def test_a_thief_who_takes_part_in_the_grace_is_found_out_at_the_next_refresh(
    signed_in: Person, database: Database
) -> None:
    mine, stolen = signed_in.refresh().json()["refresh_token"], signed_in.refresh().json()["refresh_token"]
    assert refresh(signed_in.client, mine).status_code == 200
    longer_ago(database, 60)
    assert refresh(signed_in.client, stolen).status_code == 401
    assert families(database) == 0


def test_a_session_ends_after_its_lifetime_however_it_is_used(signed_in: Person, database: Database) -> None:
    with database.session() as session:
        session.execute(
            text("UPDATE refresh_token_families SET created_at = now() - interval '90 days' + interval '30 seconds'")
        )
    last = signed_in.refresh().json()
    # Its access token does not outlive it.
    assert last["expires_in"] <= 30
    with database.session() as session:
        session.execute(text("UPDATE refresh_token_families SET expires_at = expires_at - interval '30 seconds'"))
    assert refresh(signed_in.client, last["refresh_token"]).status_code == 401


def test_with_one_session_too_many_the_one_unused_for_longest_ends(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"sessions_per_account": 2}))
    with TestClient(app, raise_server_exceptions=False) as client:
        person = sign_up(client)
        first, second = person.sign_in(), person.sign_in()
        newest = first.refresh().json()["refresh_token"]
        third = person.sign_in()
        assert second.refresh().status_code == 401
        assert refresh(client, newest).status_code == 200
        assert third.refresh().status_code == 200


def test_the_database_holds_only_a_hash_of_the_token(signed_in: Person, database: Database) -> None:
    raw = base64.urlsafe_b64decode(signed_in.refresh_token)
    with database.session() as session:
        assert session.scalars(select(RefreshTokenFamily.token_hash)).one() == hashlib.sha256(raw).digest()


def test_an_expired_token_is_refused_and_forgotten(signed_in: Person, database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE refresh_token_families SET expires_at = now() - interval '1 second'"))
    assert signed_in.refresh().status_code == 401
    assert families(database) == 0


def test_signing_in_forgets_the_expired_families_of_the_account(signed_in: Person, database: Database) -> None:
    with database.session() as session:
        session.execute(text("UPDATE refresh_token_families SET expires_at = now() - interval '1 second'"))
    signed_in.sign_in()
    assert families(database) == 1


@pytest.mark.parametrize("token", ["x", "not a token", "ÄÖÜ", "A" * 64, "A" * 63, "A" * 512, "../../etc/passwd"])
def test_what_is_no_refresh_token_is_refused(refusing_client: TestClient, token: str) -> None:
    response = refresh(refusing_client, token)
    assert (response.status_code, response.json()["code"]) == (401, "INVALID_REFRESH_TOKEN")


def test_an_access_token_is_no_refresh_token(signed_in: Person) -> None:
    assert signed_in.tokens is not None
    assert refresh(signed_in.client, signed_in.tokens["access_token"]).status_code in {401, 422}
    assert refresh(signed_in.client, signed_in.tokens["access_token"][:512]).status_code == 401


def test_a_refresh_token_is_no_access_token(signed_in: Person) -> None:
    response = signed_in.client.get("/auth/me", headers={"Authorization": f"Bearer {signed_in.refresh_token}"})
    assert response.status_code == 401


def test_logout_ends_this_client_only(person: Person) -> None:
    phone, laptop = person.sign_in(), person.sign_in()
    response = phone.client.post("/auth/logout", json={"refresh_token": phone.refresh_token})
    assert (response.status_code, response.content) == (204, b"")
    assert phone.refresh().status_code == 401
    assert laptop.refresh().status_code == 200


@pytest.mark.parametrize("token", ["A" * 64, "not a token"])
def test_logging_out_with_an_unknown_token_is_no_error(refusing_client: TestClient, token: str) -> None:
    assert refusing_client.post("/auth/logout", json={"refresh_token": token}).status_code == 204


def test_logout_all_ends_every_client(person: Person, client: TestClient) -> None:
    phone, laptop = person.sign_in(), person.sign_in()
    assert client.post("/auth/logout-all", headers=phone.authorization).status_code == 204
    assert [phone.refresh().status_code, laptop.refresh().status_code] == [401, 401]


def test_logout_all_needs_an_access_token(refusing_client: TestClient) -> None:
    assert refusing_client.post("/auth/logout-all").status_code == 401
