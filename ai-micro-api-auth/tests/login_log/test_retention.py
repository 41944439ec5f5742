"""Attempts that could not be delivered are given up after a setting."""

from fastapi.testclient import TestClient
from sqlalchemy import text

from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.waiting import eventually

OLD_AND_NEW = """
INSERT INTO login_events (email, succeeded, occurred_at)
SELECT 'hanako@example.com', true, now() - make_interval(days => days) FROM unnest(ARRAY[29, 31]) AS days
"""


def test_a_start_gives_up_what_waited_longer_than_the_setting(settings: Settings, database: Database) -> None:
    with database.session() as session:
        session.execute(text(OLD_AND_NEW))

    def left() -> list[int]:
        with database.reading() as connection:
            return list(connection.scalars(text("SELECT extract(day FROM now() - occurred_at)::int FROM login_events")))

    # Without a receiver: what is delivered leaves the table as well.
    waiting = settings.model_copy(update={"login_event_retention_days": 30, "login_log_url": None})
    with TestClient(create_app(waiting)):
        eventually(lambda: left() == [29])
