"""Metrics of what happens at this moment, and of backups: the run lock, a revision, its backfills."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from databases import Database

from alembic_rollout.backup.retention import KeptBackup
from alembic_rollout.history.attempt import Attempt
from alembic_rollout.history.table import History
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.postgres.connection import create_migration_engine
from alembic_rollout.postgres.run_lock import lock_key
from alembic_rollout.releases.schema import Schema
from metrics.scraped import Scraped

BACKFILL = """
    CREATE TABLE alembic_rollout_backfill (
        revision text NOT NULL, digest text NOT NULL, statement text NOT NULL, database oid, made_with text,
        last_ctid text, page_limit bigint, last_key text[], rows_seen bigint NOT NULL DEFAULT 0,
        rows_changed bigint NOT NULL DEFAULT 0, started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        moved_at timestamptz NOT NULL DEFAULT clock_timestamp(), finished_at timestamptz,
        PRIMARY KEY (revision, digest)
    )
"""


def begin(database: Database, revision: str) -> None:
    with database.connect() as connection:
        History(None, "alembic_rollout_history").begin(connection, Attempt(revision, "upgrade", "expand", None, "1", 0))


def test_a_process_that_migrates_shows_and_drift_is_unknown_meanwhile(scraped: Scraped) -> None:
    scraped.project.upgrade()
    assert scraped.value("alembic_rollout_run_lock_held") == 0
    key = lock_key(scraped.database.name, scraped.schema.environment.version_table)
    with scraped.database.connect() as connection:
        connection.exec_driver_sql("SELECT pg_advisory_lock(%s)", (key,))

        assert scraped.value("alembic_rollout_run_lock_held") == 1
        assert scraped.value("alembic_rollout_drift_differences") is None


def test_a_revision_under_way_shows_since_when_until_it_has_ended(scraped: Scraped) -> None:
    scraped.history({"revision": "001"})
    assert scraped.value("alembic_rollout_running_since_timestamp_seconds") is None
    begin(scraped.database, "002")

    with create_migration_engine(scraped.database.url).connect():
        since = scraped.value("alembic_rollout_running_since_timestamp_seconds")
    assert since == pytest.approx(datetime.now(UTC).timestamp(), abs=60)
    assert scraped.value("alembic_rollout_running_since_timestamp_seconds") is None


def test_a_backfill_shows_how_far_it_has_come_until_it_has_ended(scraped: Scraped) -> None:
    scraped.project.upgrade("001")
    scraped.database.execute("CREATE TABLE filled AS SELECT generate_series(1, 5000) AS id; ANALYZE filled")
    scraped.database.execute(BACKFILL)
    scraped.database.execute(
        "INSERT INTO alembic_rollout_backfill (revision, digest, statement, made_with, rows_seen)"
        " VALUES ('002', 'a', '', 'filled'::regclass::oid || ': 1', 1000),"
        " ('002', 'b', '', 'filled'::regclass::oid || ': 2', 7000)"
    )

    registry = scraped.fresh()

    of_revision = {"revision": "002"}
    assert registry.get_sample_value("alembic_rollout_backfill_rows", of_revision) == 8000
    assert registry.get_sample_value("alembic_rollout_backfill_estimated_rows", of_revision) == 12_000
    moved = registry.get_sample_value("alembic_rollout_backfill_last_batch_timestamp_seconds", of_revision)
    assert moved == pytest.approx(datetime.now(UTC).timestamp(), abs=60)

    scraped.database.execute("UPDATE alembic_rollout_backfill SET finished_at = now()")
    assert scraped.value("alembic_rollout_backfill_rows", revision="002") is None


def test_backfills_that_the_role_may_not_read_are_said_and_left_out(
    scraped: Scraped, caplog: pytest.LogCaptureFixture
) -> None:
    scraped.project.upgrade()
    scraped.database.execute(f"{BACKFILL}; REVOKE ALL ON alembic_rollout_backfill FROM {scraped.database.name}_app")

    assert scraped.value("alembic_rollout_up") == 1
    assert "The backfills cannot be read for metrics, grant SELECT on them" in caplog.text


def test_the_newest_backup_shows_for_each_reason_to_take_one(scraped: Scraped, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = scraped.project.folder / "kept"
    folder.mkdir()
    monkeypatch.setenv("ROLLOUT_BACKUP_DIR", str(folder))
    scraped.schema = Schema(scraped.project.ini)
    assert scraped.value("alembic_rollout_last_backup_timestamp_seconds", reason="scheduled") is None
    newest = datetime(2026, 11, 2, tzinfo=UTC)
    for taken in (newest, newest - timedelta(days=1)):
        kept = KeptBackup(taken.strftime("%Y%m%dT%H%M%S.%fZ"), scraped.database.name, ("002",), "scheduled")
        (folder / kept.file_name).touch()
    (folder / KeptBackup("20261103T000000.000000Z", "another", (), "scheduled").file_name).touch()

    assert scraped.value("alembic_rollout_last_backup_timestamp_seconds", reason="scheduled") == newest.timestamp()
    assert scraped.value("alembic_rollout_last_backup_timestamp_seconds", reason="manual") is None


def test_a_folder_that_cannot_be_read_is_said_and_the_rest_shows(
    scraped: Scraped, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("alembic_rollout.metrics.readings.kept_backups", refused)

    with caplog.at_level(logging.WARNING):
        values = {
            metric.name for metric in RolloutCollector(scraped.schema, scraped.connect).collect() if metric.samples
        }

    assert "alembic_rollout_pending_revisions" in values
    assert "cannot be read for metrics: Permission denied" in caplog.text
