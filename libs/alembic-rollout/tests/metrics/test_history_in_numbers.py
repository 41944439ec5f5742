"""Metrics: what the history says, in one read every 15 seconds, and a scrape that never fails."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from databases import Database
from prometheus_client import CollectorRegistry, generate_latest
from sqlalchemy import Connection

from alembic_rollout.history.attempt import INTERRUPTED, Attempt
from alembic_rollout.history.table import History
from alembic_rollout.metrics import RolloutCollector
from alembic_rollout.metrics.collector import CACHE_SECONDS
from alembic_rollout.metrics.readings import BUCKETS_SECONDS
from alembic_rollout.postgres.connection import create_migration_engine
from metrics.scraped import Scraped

HISTORY_METRICS = (
    "alembic_rollout_held_contract_revisions",
    "alembic_rollout_failures_total",
    "alembic_rollout_lock_wait_seconds_total",
    "alembic_rollout_revision_duration_seconds_count",
    "alembic_rollout_last_duration_seconds",
    "alembic_rollout_last_run_timestamp_seconds",
)


def test_a_migrated_database_shows_where_it_is_and_how_its_last_run_went(scraped: Scraped) -> None:
    scraped.project.upgrade()

    registry = scraped.fresh()

    revisions = {"service": "shop", "current": "002", "required": "002", "head": "002"}
    assert registry.get_sample_value("alembic_rollout_up") == 1
    assert registry.get_sample_value("alembic_rollout_info", revisions) == 1
    assert registry.get_sample_value("alembic_rollout_pending_revisions") == 0
    assert registry.get_sample_value("alembic_rollout_failures_total") == 0
    assert registry.get_sample_value("alembic_rollout_revision_duration_seconds_count") == 2
    assert registry.get_sample_value("alembic_rollout_last_outcome", {"outcome": "applied"}) == 1
    started = scraped.database.scalar("SELECT extract(epoch FROM max(started_at))::float8 FROM alembic_rollout_history")
    assert registry.get_sample_value("alembic_rollout_last_run_timestamp_seconds") == pytest.approx(started)


def test_what_is_pending_is_counted(scraped: Scraped) -> None:
    scraped.project.upgrade("001")

    assert scraped.value("alembic_rollout_pending_revisions") == 1
    assert scraped.value("alembic_rollout_info", service="shop", current="001", required="002", head="002") == 1


def test_an_empty_database_has_no_history_to_tell_of(scraped: Scraped) -> None:
    registry = scraped.fresh()

    assert registry.get_sample_value("alembic_rollout_up") == 1
    assert registry.get_sample_value("alembic_rollout_pending_revisions") == 2
    assert [name for name in HISTORY_METRICS if registry.get_sample_value(name) is not None] == []


def test_the_exposition_is_readable_text(scraped: Scraped) -> None:
    scraped.project.upgrade()

    text = generate_latest(scraped.fresh()).decode()

    assert "# TYPE alembic_rollout_revision_duration_seconds histogram" in text
    assert "# TYPE alembic_rollout_failures_total counter" in text
    assert 'alembic_rollout_revision_duration_seconds_bucket{le="1800.0"}' in text


# The history in numbers


def test_failures_are_counted_and_the_last_outcome_is_one_of_three(scraped: Scraped) -> None:
    scraped.history(
        {"outcome": "failed", "error": "no"},
        {"outcome": "applied"},
        {"outcome": "failed", "error": "no", "duration_ms": 2500},
    )

    registry = scraped.fresh()

    assert registry.get_sample_value("alembic_rollout_failures_total") == 2
    assert registry.get_sample_value("alembic_rollout_last_duration_seconds") == 2.5
    outcomes = {
        outcome: registry.get_sample_value("alembic_rollout_last_outcome", {"outcome": outcome})
        for outcome in ("applied", "failed", "held")
    }
    assert outcomes == {"applied": 0, "failed": 1, "held": 0}


def failures(scraped: Scraped) -> list[dict[str, str]]:
    (family,) = [family for family in scraped.fresh().collect() if family.name == "alembic_rollout_last_failure"]
    return [sample.labels for sample in family.samples]


def test_the_last_failure_names_its_revision_and_its_sqlstate_until_an_attempt_succeeds(scraped: Scraped) -> None:
    name = scraped.database.name
    scraped.project.sql("003", "SELECT * FROM absent")
    assert scraped.project.alembic("upgrade", "head").returncode != 0
    assert failures(scraped) == [{"service": "shop", "database": name, "revision": "003", "cause": "42P01"}]

    scraped.project.sql("003", "SELECT 1")
    scraped.project.upgrade()

    assert failures(scraped) == []


@pytest.mark.parametrize(("error", "cause"), [(INTERRUPTED, "interrupted"), ("value 4711", "unknown")])
def test_a_failure_without_a_class_does_not_put_its_text_into_a_label(scraped: Scraped, error: str, cause: str) -> None:
    scraped.history({"outcome": "failed", "error": error})

    assert [labels["cause"] for labels in failures(scraped)] == [cause]


def test_a_failure_is_shown_of_a_table_that_an_earlier_version_made(scraped: Scraped) -> None:
    scraped.history({"outcome": "failed", "error": "no"})
    scraped.database.execute("ALTER TABLE alembic_rollout_history DROP COLUMN cause")

    assert [labels["cause"] for labels in failures(scraped)] == ["unknown"]


def test_a_contract_revision_counts_as_held_until_it_is_applied(scraped: Scraped) -> None:
    held = {"outcome": "held", "phase": "contract", "duration_ms": 0}
    scraped.history({"revision": "002", **held}, {"revision": "003", **held})
    assert scraped.value("alembic_rollout_held_contract_revisions") == 2

    scraped.history({"revision": "002", **held}, {"revision": "003", **held}, {"revision": "002", "phase": "contract"})

    assert scraped.value("alembic_rollout_held_contract_revisions") == 1


def test_a_held_revision_shows_since_when_the_first_one_waits(scraped: Scraped) -> None:
    held = {"outcome": "held", "phase": "contract", "duration_ms": 0}
    first, second = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC)
    scraped.history(
        {"revision": "002", "started_at": first, "last_started_at": second, **held},
        {"revision": "003", "started_at": second, **held},
    )
    assert scraped.value("alembic_rollout_held_since_timestamp_seconds") == first.timestamp()
    scraped.history({"revision": "002", **held}, {"revision": "002", "phase": "contract"})
    assert scraped.value("alembic_rollout_held_since_timestamp_seconds") is None


def test_durations_fall_into_cumulative_buckets_and_only_of_what_was_applied(scraped: Scraped) -> None:
    scraped.history(
        *({"duration_ms": duration} for duration in (10, 11, 500, 5000, 3_600_000)),
        {"duration_ms": 40, "outcome": "failed", "error": "no"},
        {"duration_ms": 40, "direction": "stamp"},
    )

    registry = scraped.fresh()

    name = "alembic_rollout_revision_duration_seconds"
    counts = [registry.get_sample_value(f"{name}_bucket", {"le": str(bound)}) for bound in BUCKETS_SECONDS]
    assert counts == [1, 2, 2, 3, 3, 4, 4, 4, 4, 4]
    assert registry.get_sample_value(f"{name}_bucket", {"le": "+Inf"}) == 5
    assert registry.get_sample_value(f"{name}_count") == 5
    assert registry.get_sample_value(f"{name}_sum") == pytest.approx(3605.521)


def test_a_runs_wait_for_the_lock_counts_once_however_many_revisions_it_applied(scraped: Scraped) -> None:
    scraped.history(
        {"lock_wait_ms": 1500},
        {"lock_wait_ms": 1500},
        {"lock_wait_ms": 1500, "host": "there"},
        {"lock_wait_ms": 0, "host": "there"},
    )

    assert scraped.value("alembic_rollout_lock_wait_seconds_total") == 3


def begin(database: Database) -> None:
    history = History(None, "alembic_rollout_history")
    attempt = Attempt("002", "upgrade", "expand", None, "1.2.3", 0)
    with database.connect() as connection:
        history.begin(connection, attempt)


def test_a_revision_under_way_is_no_failure(scraped: Scraped) -> None:
    scraped.history({"revision": "001"})
    begin(scraped.database)

    with create_migration_engine(scraped.database.url).connect():
        assert scraped.value("alembic_rollout_failures_total") == 0
        assert scraped.value("alembic_rollout_last_outcome", outcome="applied") == 1


def test_a_revision_that_was_killed_is_a_failure(scraped: Scraped) -> None:
    scraped.history({"revision": "001"})
    begin(scraped.database)

    assert scraped.value("alembic_rollout_failures_total") == 1
    assert scraped.value("alembic_rollout_last_outcome", outcome="failed") == 1
    assert scraped.value("alembic_rollout_last_duration_seconds") is None


def test_an_attempt_that_another_followed_is_a_failure_while_that_one_runs(scraped: Scraped) -> None:
    scraped.history({"outcome": "failed", "error": INTERRUPTED, "duration_ms": None})
    begin(scraped.database)

    with create_migration_engine(scraped.database.url).connect():
        assert scraped.value("alembic_rollout_failures_total") == 1


# Reading


def test_registering_does_not_ask_the_database(scraped: Scraped) -> None:
    registry = CollectorRegistry(auto_describe=True)
    registry.register(scraped.collector)

    assert scraped.statements == []
    with pytest.raises(ValueError, match="Duplicated timeseries"):
        registry.register(RolloutCollector(scraped.schema, scraped.connect))


def test_the_history_is_read_in_one_statement(scraped: Scraped) -> None:
    scraped.project.upgrade()

    list(scraped.collector.collect())

    summaries = [statement for statement in scraped.statements if "FROM alembic_rollout_history history" in statement]
    assert len(summaries) == 1


def test_scrapes_within_fifteen_seconds_share_one_read(scraped: Scraped, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("alembic_rollout.metrics.collector.time.monotonic", lambda: now)
    registry = scraped.registry(scraped.collector)
    assert registry.get_sample_value("alembic_rollout_pending_revisions") == 2
    read = len(scraped.statements)
    scraped.project.upgrade()

    now += CACHE_SECONDS - 0.1
    assert registry.get_sample_value("alembic_rollout_pending_revisions") == 2
    assert len(scraped.statements) == read
    now += 0.2
    assert registry.get_sample_value("alembic_rollout_pending_revisions") == 0


def test_scrapes_at_the_same_time_share_one_read(scraped: Scraped) -> None:
    connected = 0
    together = threading.Barrier(8)

    @contextmanager
    def connect() -> Iterator[Connection]:
        nonlocal connected
        connected += 1
        with scraped.connect() as connection:
            yield connection

    collector = RolloutCollector(scraped.schema, connect)

    def scrape() -> None:
        together.wait()
        list(collector.collect())

    threads = [threading.Thread(target=scrape) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert connected == 1


# What goes wrong


def test_a_database_that_is_away_is_up_0_and_nothing_else_with_one_line_for_the_whole_outage(
    scraped: Scraped, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("alembic_rollout.metrics.collector.CACHE_SECONDS", 0.0)
    is_away = True

    @contextmanager
    def connect() -> Iterator[Connection]:
        url = "postgresql+psycopg2://me:s3cret-pw@127.0.0.1:1/shop" if is_away else scraped.database.app_url
        with scraped.database.connect(url) as connection:
            yield connection

    collector = RolloutCollector(scraped.schema, connect)
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            families = list(collector.collect())
            assert [(sample.name, sample.value) for family in families for sample in family.samples] == [
                ("alembic_rollout_up", 0)
            ]
        (record,) = caplog.records
        assert "cannot be read for metrics" in record.getMessage()
        assert "s3cret-pw" not in record.getMessage()

        is_away = False
        assert next(iter(collector.collect())).samples[0].value == 1
        is_away = True
        list(collector.collect())
        assert len(caplog.records) == 2


def test_an_error_of_the_services_own_does_not_break_the_scrape(scraped: Scraped) -> None:
    @contextmanager
    def connect() -> Iterator[Connection]:
        raise RuntimeError("the pool is exhausted")
        yield

    registry = scraped.registry(RolloutCollector(scraped.schema, connect))

    assert registry.get_sample_value("alembic_rollout_up") == 0


def test_a_history_that_the_role_may_not_read_is_said_and_left_out(
    scraped: Scraped, caplog: pytest.LogCaptureFixture
) -> None:
    scraped.project.upgrade()
    with scraped.database.connect() as connection:
        connection.exec_driver_sql(f"REVOKE ALL ON alembic_rollout_history FROM {scraped.database.name}_app")

    registry = scraped.fresh()
    up = registry.get_sample_value("alembic_rollout_up")

    assert up == 1
    assert "grant SELECT on it: permission denied" in caplog.text
    assert [name for name in HISTORY_METRICS if registry.get_sample_value(name) is not None] == []
    assert registry.get_sample_value("alembic_rollout_pending_revisions") == 0
