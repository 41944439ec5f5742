"""Metrics: how many changes no migration made, read by itself every half minute."""

import pytest

from alembic_rollout.metrics.collector import CACHE_SECONDS
from alembic_rollout.observation import DRIFT_SECONDS
from alembic_rollout.releases.schema import Schema
from metrics.scraped import Scraped


def test_changes_since_the_last_migration_are_counted(scraped: Scraped) -> None:
    scraped.project.upgrade()
    assert scraped.value("alembic_rollout_drift_differences") == 0

    scraped.database.execute("CREATE TABLE by_hand (id int PRIMARY KEY); CREATE SEQUENCE numbers")

    assert scraped.value("alembic_rollout_drift_differences") == 2


def test_what_drift_ignores_is_not_counted(scraped: Scraped, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROLLOUT_DRIFT_IGNORE", "sequence *")
    scraped.project.upgrade()
    scraped.database.execute("CREATE TABLE by_hand (id int PRIMARY KEY); CREATE SEQUENCE numbers")
    scraped.schema = Schema(scraped.project.ini)

    assert scraped.value("alembic_rollout_drift_differences") == 1


def test_other_changes_have_another_fingerprint_and_the_same_ones_the_same(scraped: Scraped) -> None:
    def fingerprint() -> str | None:
        found = scraped.labels("alembic_rollout_drift_info")
        return found[0]["fingerprint"] if found else None

    scraped.project.upgrade()
    assert fingerprint() is None
    scraped.database.execute("CREATE SEQUENCE one; CREATE SEQUENCE two")
    first = fingerprint()
    assert first is not None
    scraped.database.execute("DROP SEQUENCE one; DROP SEQUENCE two; CREATE SEQUENCE two; CREATE SEQUENCE one")
    assert fingerprint() == first
    scraped.database.execute("DROP SEQUENCE two; CREATE SEQUENCE three")
    second = fingerprint()
    assert second != first
    scraped.database.execute("DROP SEQUENCE one; DROP SEQUENCE three")
    assert fingerprint() is None
    scraped.database.execute("CREATE SEQUENCE three; CREATE SEQUENCE one")
    assert fingerprint() == second


def test_a_change_far_inside_a_long_definition_has_another_fingerprint(scraped: Scraped) -> None:
    def fingerprint(number: int) -> str:
        words = " || ".join(f"'{place}'" for place in range(200))
        scraped.database.execute(f"CREATE OR REPLACE VIEW long AS SELECT {words} || '{number}' || {words} AS text")
        [found] = scraped.labels("alembic_rollout_drift_info")
        return found["fingerprint"]

    scraped.project.upgrade()
    assert fingerprint(1) != fingerprint(2)


def test_drift_that_is_unknown_has_no_count(scraped: Scraped) -> None:
    scraped.project.upgrade()
    scraped.database.execute("DROP TABLE alembic_rollout_catalogue")

    assert scraped.value("alembic_rollout_drift_differences") is None
    assert scraped.value("alembic_rollout_up") == 1


def test_drift_is_counted_again_after_half_a_minute_or_a_migration(
    scraped: Scraped, monkeypatch: pytest.MonkeyPatch
) -> None:
    scraped.project.upgrade("001")
    now = [1000.0]
    monkeypatch.setattr("alembic_rollout.metrics.collector.time.monotonic", lambda: now[0])
    registry = scraped.registry(scraped.collector)

    def count() -> float | None:
        now[0] += CACHE_SECONDS
        return registry.get_sample_value("alembic_rollout_drift_differences")

    assert count() == 0
    scraped.database.execute("CREATE SEQUENCE numbers")
    assert count() == 0
    now[0] += DRIFT_SECONDS
    assert count() == 1
    scraped.database.execute("DROP SEQUENCE numbers")
    assert count() == 1
    scraped.project.upgrade()
    assert count() == 0


def test_a_count_is_never_older_than_half_a_minute_whatever_the_rhythm_of_the_scrapes(
    scraped: Scraped, monkeypatch: pytest.MonkeyPatch
) -> None:
    scraped.project.upgrade()
    now = [1000.0]
    monkeypatch.setattr("alembic_rollout.metrics.collector.time.monotonic", lambda: now[0])
    registry = scraped.registry(scraped.collector)

    def count_after(seconds: float) -> float | None:
        now[0] += seconds
        return registry.get_sample_value("alembic_rollout_drift_differences")

    assert count_after(0) == 0
    scraped.database.execute("CREATE SEQUENCE numbers")
    assert count_after(DRIFT_SECONDS - 1) == 0  # the rest is read here, and need not be again for a while
    assert count_after(1) == 1


def test_a_drift_that_cannot_be_read_does_not_make_each_scrape_read(
    scraped: Scraped, monkeypatch: pytest.MonkeyPatch
) -> None:
    scraped.project.upgrade()
    scraped.database.execute(f"REVOKE ALL ON alembic_rollout_catalogue FROM {scraped.database.name}_app")
    monkeypatch.setattr("alembic_rollout.metrics.collector.time.monotonic", lambda: 1000.0)
    list(scraped.collector.collect())
    read = len(scraped.statements)

    list(scraped.collector.collect())

    assert len(scraped.statements) == read


def test_a_stored_catalogue_that_may_not_be_read_is_said_once(
    scraped: Scraped, caplog: pytest.LogCaptureFixture
) -> None:
    scraped.project.upgrade()
    scraped.database.execute(f"REVOKE ALL ON alembic_rollout_catalogue FROM {scraped.database.name}_app")

    assert scraped.value("alembic_rollout_drift_differences") is None
    assert scraped.value("alembic_rollout_failures_total") == 0
    assert "The stored catalogue cannot be read for metrics, grant SELECT on it: permission denied" in caplog.text
