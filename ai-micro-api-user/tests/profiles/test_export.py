"""`GET /profiles/me/export`: what this service has of a person, for them alone."""

from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.people import EMPTY, FIELDS, Caller

URL = "/profiles/me/export"


def test_it_holds_ones_own_profile_also_for_an_administrator(administrator: Caller, stranger: Caller) -> None:
    stranger.create(**FIELDS)
    assert administrator("GET", URL).json() == {"profile": None}
    own = administrator.create(display_name="花子")
    assert administrator("GET", URL).json() == {"profile": {**own, **EMPTY, "display_name": "花子"}}


def test_it_is_a_file_that_no_cache_keeps_and_an_act(user: Caller, migrated_database: DatabaseUrls) -> None:
    headers = user("GET", URL).headers
    assert headers["content-disposition"] == 'attachment; filename="profile.json"'
    assert (headers["content-type"], headers["cache-control"]) == ("application/json", "no-store")
    with migrated_database.engine().connect() as connection:
        act = text("SELECT actor_id, target_id FROM audit_events WHERE action = 'PROFILE_EXPORTED'")
        assert connection.execute(act).all() == [(user.id, str(user.id))]


def test_it_asks_for_a_token(client: TestClient) -> None:
    assert client.get(URL).status_code == 401
