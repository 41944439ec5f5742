"""Audit events go when they are older than the setting, and no younger ones, whatever the service asks for."""

from fastapi.testclient import TestClient
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.waiting import eventually


def add_events(urls: DatabaseUrls, *ages: int) -> None:
    """Add an event of each age in days, as the service may do."""
    statement = text(
        "INSERT INTO audit_events (service, action, result, occurred_at)"
        " VALUES ('x', 'ACT', 'done', now() - make_interval(days => :days))"
    )
    with urls.engine(urls.app).begin() as connection:
        connection.execute(statement, [{"days": days} for days in ages])


def ages(urls: DatabaseUrls) -> list[int]:
    """Return how old the events are that are left, in days."""
    statement = text("SELECT extract(day FROM now() - occurred_at)::integer FROM audit_events ORDER BY 1")
    with urls.engine(urls.app).connect() as connection:
        return list(connection.scalars(statement))


def test_a_start_deletes_the_events_that_are_older_than_the_setting(
    settings: Settings, migrated_database: DatabaseUrls
) -> None:
    add_events(migrated_database, 99, 101, 5000)
    with TestClient(create_app(settings.model_copy(update={"audit_retention_days": 100}))):
        eventually(lambda: ages(migrated_database) == [99])


def test_the_service_can_delete_no_event_of_the_last_ninety_days(migrated_database: DatabaseUrls) -> None:
    add_events(migrated_database, 0, 89, 91)
    with migrated_database.engine(migrated_database.app).begin() as connection:
        assert connection.scalar(text("SELECT delete_old_audit_events(-5000, 1000)")) == 1
    assert ages(migrated_database) == [0, 89]
