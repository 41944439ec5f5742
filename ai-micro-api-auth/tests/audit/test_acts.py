"""What is done to accounts leaves its event: who, what, to what, from where, with which result."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Row, text

from app.accounts.administrator import make_administrator
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.waiting import eventually
from tests.people import PASSWORD, Person, sign_up

NEW = "staple it to the wall"


def events(database: Database, *actions: str) -> list[Row[Any]]:
    """Return the events with these codes, or all, as they were written."""
    with database.reading() as connection:
        rows = connection.execute(text("SELECT * FROM audit_events ORDER BY occurred_at")).all()
    return [row for row in rows if not actions or row.action in actions]


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), client=("192.0.2.1", 50000), raise_server_exceptions=False) as client:
        yield client


def change_password(person: Person, current: str) -> int:
    body = {"current_password": current, "new_password": NEW}
    return person.client.post("/auth/password/change", json=body, headers=person.authorization).status_code


def test_signing_up_is_an_act_of_the_new_account(client: TestClient, database: Database) -> None:
    response = client.post(
        "/auth/signup",
        json={"email": "hanako@example.com", "password": PASSWORD},
        headers={"X-Request-ID": "audited-1"},
    )
    (event,) = events(database)
    assert (event.service, event.action, event.result) == ("ai-micro-api-auth", "ACCOUNT_CREATED", "done")
    assert (event.target_type, event.target_id) == ("account", response.json()["id"])
    assert (str(event.actor_id), event.ip_address, event.request_id) == (
        response.json()["id"],
        "192.0.2.1",
        "audited-1",
    )


def test_roles_and_state_with_their_values(database: Database, administrator: Person, person: Person) -> None:
    fields = {"roles": ["admin", "user"], "is_active": False}
    administrator.client.patch(f"/auth/users/{person.id}", json=fields, headers=administrator.authorization)
    administrator.client.patch(f"/auth/users/{person.id}", json=fields, headers=administrator.authorization)
    administrator.client.patch(
        f"/auth/users/{person.id}", json={"is_active": True}, headers=administrator.authorization
    )
    found = events(database, "ACCOUNT_ROLES_CHANGED", "ACCOUNT_ACTIVATED", "ACCOUNT_DEACTIVATED")
    assert {(event.action, str(event.changes)) for event in found} == {
        ("ACCOUNT_ROLES_CHANGED", str({"roles": {"after": ["admin", "user"], "before": ["user"]}})),
        ("ACCOUNT_DEACTIVATED", str({"is_active": {"after": False, "before": True}})),
        ("ACCOUNT_ACTIVATED", str({"is_active": {"after": True, "before": False}})),
    }
    assert len(found) == 3
    assert {(event.actor_id, event.target_id) for event in found} == {(administrator.id, str(person.id))}
    assert None not in {event.session_id for event in found}


def test_an_account_that_an_administrator_creates(database: Database, administrator: Person) -> None:
    made = administrator.client.post(
        "/auth/users", json={"email": "taro@example.com"}, headers=administrator.authorization
    ).json()
    *_, event = events(database, "ACCOUNT_CREATED")
    assert (event.actor_id, event.target_id) == (administrator.id, made["id"])


def test_the_operators_command_has_no_actor(database: Database, person: Person) -> None:
    make_administrator(database, "admin@example.com")
    make_administrator(database, person.email, reset=True)
    *_, created, taken_over = events(database)
    assert (created.action, created.actor_id) == ("ACCOUNT_CREATED", None)
    assert (taken_over.action, taken_over.actor_id) == ("ACCOUNT_TAKEN_OVER", None)
    assert taken_over.changes == {"roles": {"before": ["user"], "after": ["admin", "user"]}, "password": {}}


def test_the_first_administrator(settings: Settings, database: Database) -> None:
    first = {"first_admin_email": "first@example.com", "first_admin_password": PASSWORD}
    with TestClient(create_app(Settings(_env_file=None, **{**settings.model_dump(exclude_none=True), **first}))):
        (event,) = events(database)
    assert (event.action, event.actor_id) == ("ACCOUNT_CREATED", None)


def test_a_changed_password_and_a_wrong_one(database: Database, signed_in: Person) -> None:
    assert change_password(signed_in, "wrong password") == 403
    assert change_password(signed_in, PASSWORD) == 204
    eventually(lambda: len(events(database, "PASSWORD_CHECKED")) == 1)
    (refused,) = events(database, "PASSWORD_CHECKED")
    assert (refused.result, refused.reason, refused.actor_id) == ("refused", "WRONG_PASSWORD", signed_in.id)
    (done,) = events(database, "PASSWORD_CHANGED")
    assert (done.result, done.target_id, done.changes) == ("done", str(signed_in.id), {})


def test_an_administrators_endpoint_refuses_and_records(database: Database, signed_in: Person) -> None:
    assert signed_in.client.get("/auth/users?q=a", headers=signed_in.authorization).status_code == 403
    eventually(lambda: len(events(database, "ACCESS")) == 1)
    (event,) = events(database, "ACCESS")
    assert (event.result, event.reason, event.actor_id) == ("refused", "FORBIDDEN", signed_in.id)
    assert (event.target_type, event.target_id) == ("endpoint", "GET /auth/users")


def test_no_password_hash_address_or_token_is_in_any_event(database: Database, signed_in: Person) -> None:
    change_password(signed_in, PASSWORD)
    rows = "\n".join(str(event) for event in events(database))
    assert "PASSWORD_CHANGED" in rows
    for secret in (PASSWORD, NEW, "argon2", signed_in.email, signed_in.refresh_token):
        assert secret not in rows


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "UPDATE alembic_version SET version_num = '001'",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('999')",
        "DELETE FROM alembic_rollout_history",
    ],
)
def test_the_application_role_can_change_neither_events_nor_the_version(
    client: TestClient, migrated_database: DatabaseUrls, statement: str
) -> None:
    sign_up(client)
    with migrated_database.engine(migrated_database.app).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_events, alembic_version")) == 1
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text(statement))


def test_an_event_that_cannot_be_written_is_no_act(
    client: TestClient, database: Database, migrated_database: DatabaseUrls
) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("REVOKE INSERT ON audit_events FROM authdb_app"))
    body = {"email": "hanako@example.com", "password": PASSWORD}
    assert client.post("/auth/signup", json=body).status_code == 500
    with database.reading() as connection:
        assert connection.scalar(text("SELECT count(*) FROM users")) == 0


def test_sessions_that_end(database: Database, person: Person) -> None:
    first, second, third = person.sign_in(), person.sign_in(), person.sign_in()
    first.client.post("/auth/logout", json={"refresh_token": first.refresh_token})
    first.client.post("/auth/logout", json={"refresh_token": first.refresh_token})
    sessions = second.client.get("/auth/sessions", headers=second.authorization).json()["items"]
    (other,) = [item["id"] for item in sessions if not item["is_current"]]
    second.client.delete(f"/auth/sessions/{other}", headers=second.authorization)
    third.client.post("/auth/logout-all", headers=second.authorization)
    found = events(database, "SESSION_ENDED", "ALL_SESSIONS_ENDED")
    assert [(event.action, event.target_type) for event in found] == [
        ("SESSION_ENDED", "session"),
        ("SESSION_ENDED", "session"),
        ("ALL_SESSIONS_ENDED", "account"),
    ]
    assert {event.actor_id for event in found} == {person.id}
    assert str(found[0].session_id) == found[0].target_id
    assert (found[1].target_id, str(found[1].session_id)) == (other, next(s["id"] for s in sessions if s["is_current"]))


def test_a_refresh_token_that_is_used_again(settings: Settings, database: Database) -> None:
    with TestClient(create_app(settings.model_copy(update={"refresh_grace_sec": 0}))) as client:
        person = sign_up(client).sign_in()
        assert person.refresh().status_code == 200
        assert person.refresh().status_code == 401
    (event,) = events(database, "REFRESH_TOKEN_REUSED")
    assert (event.actor_id, event.target_type, event.target_id) == (person.id, "session", str(event.session_id))
