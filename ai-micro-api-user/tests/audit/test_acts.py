"""What is done to profiles leaves its event, and asking for another user's is refused and recorded."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Row, text

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.waiting import eventually
from tests.people import Caller


def events(urls: DatabaseUrls, **columns: str) -> list[Row[Any]]:
    """Return the events that have these values, as they were written."""
    with urls.engine(urls.app).connect() as connection:
        rows = connection.execute(text("SELECT * FROM audit_events ORDER BY occurred_at")).all()
    return [row for row in rows if all(getattr(row, name) == value for name, value in columns.items())]


def test_changes_are_recorded_by_the_names_of_fields(user: Caller, migrated_database: DatabaseUrls) -> None:
    user("POST", "/profiles", {"display_name": "花子"})
    user("PATCH", "/profiles/" + str(user.id), {"display_name": "Hanako", "bio": "秘密", "locale": None})
    user("DELETE", "/profiles/" + str(user.id))
    found = events(migrated_database)
    assert [(event.action, event.changes) for event in found] == [
        ("PROFILE_CREATED", {}),
        ("PROFILE_CHANGED", {"display_name": {}, "bio": {}}),
        ("PROFILE_DELETED", {}),
    ]
    assert {(event.service, event.actor_id, event.target_type, event.target_id) for event in found} == {
        ("ai-micro-api-user", user.id, "profile", str(user.id))
    }
    assert "秘密" not in str(found)


def test_an_administrators_change_of_another_users_profile_names_both(
    user: Caller, administrator: Caller, migrated_database: DatabaseUrls
) -> None:
    user("POST", "/profiles", {})
    administrator("PATCH", f"/profiles/{user.id}", {"bio": "x"})
    (event,) = events(migrated_database, action="PROFILE_CHANGED")
    assert (event.actor_id, event.target_id) == (administrator.id, str(user.id))


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("exists", [True, False])
def test_another_users_profile_is_refused_as_not_found_and_recorded_existing_or_not(
    user: Caller, stranger: Caller, migrated_database: DatabaseUrls, method: str, exists: bool
) -> None:
    if exists:
        user("POST", "/profiles", {})
    response = stranger(method, f"/profiles/{user.id}", {} if method in {"PUT", "PATCH"} else None)
    assert (response.status_code, response.json()["code"]) == (404, "PROFILE_NOT_FOUND")
    eventually(lambda: len(events(migrated_database, result="refused")) == 1)
    (event,) = events(migrated_database, result="refused")
    assert (event.action, event.reason, event.actor_id) == ("PROFILE_ACCESS", "PROFILE_NOT_FOUND", stranger.id)
    assert event.target_id == f"{method} /profiles/{user.id}"


def test_ones_own_profile_that_does_not_exist_is_no_refused_act(
    user: Caller, stranger: Caller, migrated_database: DatabaseUrls
) -> None:
    assert user("GET", "/profiles/me").status_code == 404
    stranger("POST", "/profiles", {"user_id": str(uuid4())})
    eventually(lambda: len(events(migrated_database, result="refused")) == 1)
    assert [event.actor_id for event in events(migrated_database, result="refused")] == [stranger.id]


def test_undelivered_events_are_counted_with_their_age_while_no_receiver_is_set(
    client: TestClient, user: Caller, migrated_database: DatabaseUrls
) -> None:
    oldest = 'outbox_oldest_message_age_seconds{outbox="audit_events"} '
    assert f"{oldest}0.0" in client.get("/metrics").text.splitlines()
    user("POST", "/profiles", {})
    with migrated_database.engine().begin() as connection:
        # As the superuser: no role of a service may change an event.
        connection.execute(text("ALTER TABLE audit_events DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE audit_events SET occurred_at = now() - interval '1 hour'"))
    lines = client.get("/metrics").text.splitlines()
    assert 'outbox_messages{outbox="audit_events"} 1.0' in lines
    (age,) = [float(line.removeprefix(oldest)) for line in lines if line.startswith(oldest)]
    assert age == pytest.approx(3600, abs=60)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_events SET action = 'x'",
        "DELETE FROM audit_events",
        "TRUNCATE audit_events",
        "UPDATE alembic_version SET version_num = '001'",
        "DELETE FROM alembic_version",
        "INSERT INTO alembic_version VALUES ('999')",
    ],
)
def test_the_application_role_can_change_neither_events_nor_the_version(
    user: Caller, migrated_database: DatabaseUrls, statement: str
) -> None:
    user("POST", "/profiles", {})
    with migrated_database.engine(migrated_database.app).connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM audit_events, alembic_version")) == 1
        with pytest.raises(Exception, match="permission denied"):
            connection.execute(text(statement))
