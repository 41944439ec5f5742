"""Old rows go, in batches, and the others stay."""

import asyncio

import pytest
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, text
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from service_kit.database import retention as retention_module
from service_kit.database.retention import BATCH, Retention, old_rows
from service_kit.database.sessions import Database
from service_kit.settings.service_settings import ServiceSettings
from service_kit.testing.databases import DatabaseUrls

ENTRIES = Table("entries", MetaData(), Column("id", Integer, primary_key=True), Column("at", DateTime(timezone=True)))


def test_only_rows_that_are_older_than_the_setting_are_deleted(empty_database: DatabaseUrls) -> None:
    database = Database(ServiceSettings(_env_file=None, database_url=empty_database.owner), application_name="tests")
    with database.session() as session:
        session.execute(text("CREATE TABLE entries (id integer PRIMARY KEY, at timestamptz)"))
        session.execute(
            text("INSERT INTO entries SELECT n, now() - interval '31 days' FROM generate_series(1, :many) n"),
            {"many": 2 * BATCH + 1},
        )
        session.execute(text("INSERT INTO entries VALUES (0, now() - interval '29 days')"))
    retention = Retention(database, {"entries": old_rows(ENTRIES, "at", days=30)})
    assert retention.apply() == 2 * BATCH + 1
    assert retention.apply() == 0
    with database.session() as session:
        assert session.scalars(text("SELECT id FROM entries")).all() == [0]
    database.engine.dispose()


def test_a_rule_that_failed_is_applied_again_before_the_hour_ends(
    empty_database: DatabaseUrls, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention_module, "SECONDS_AFTER_A_FAILURE", 0.01)
    database = Database(ServiceSettings(_env_file=None, database_url=empty_database.owner), application_name="tests")

    async def applied_again() -> None:
        loop, applied = asyncio.get_running_loop(), asyncio.Event()
        failures: list[str] = []

        def fails_at_first(session: Session) -> int:
            if not failures:
                failures.append("failed")
                session.execute(text("SELECT 1 FROM a_table_that_is_missing"))
            loop.call_soon_threadsafe(applied.set)
            return 0

        async with Retention(database, {"entries": fails_at_first}).applied():
            await asyncio.wait_for(applied.wait(), timeout=20)

    with capture_logs() as logged:
        asyncio.run(applied_again())
    assert [line["event"] for line in logged] == ["retention_postponed"]
    database.engine.dispose()
