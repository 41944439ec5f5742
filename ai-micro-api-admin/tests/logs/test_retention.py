"""Sign-ins and entries of the system log go when they are older than their settings."""

from fastapi.testclient import TestClient
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.waiting import eventually

OLD_AND_NEW = """
INSERT INTO login_logs (id, email, succeeded, occurred_at)
SELECT gen_random_uuid(), 'x@example.com', true, now() - make_interval(days => days) FROM unnest(ARRAY[9, 11]) AS days;
INSERT INTO system_logs (level, event, message, created_at)
SELECT 'info', 'x', 'x', now() - make_interval(days => days) FROM unnest(ARRAY[19, 21]) AS days;
"""


def test_a_start_deletes_what_is_older_than_the_settings(settings: Settings, migrated_database: DatabaseUrls) -> None:
    with migrated_database.engine(migrated_database.app).begin() as connection:
        connection.execute(text(OLD_AND_NEW))
    changed = {"login_log_retention_days": 10, "system_log_retention_days": 20}

    def left() -> tuple[list[int], list[int]]:
        of_logins = text("SELECT extract(day FROM now() - occurred_at)::integer FROM login_logs")
        of_system = text("SELECT extract(day FROM now() - created_at)::integer FROM system_logs WHERE event = 'x'")
        with migrated_database.engine(migrated_database.app).connect() as connection:
            return list(connection.scalars(of_logins)), list(connection.scalars(of_system))

    with TestClient(create_app(settings.model_copy(update=changed))):
        eventually(lambda: left() == ([9], [19]))
