"""What the probes say: the process, the database behind it and its schema, and metrics that others bring along."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from alembic import command
from fastapi.testclient import TestClient
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sample.application import ALEMBIC_INI, create_app
from sample.schema import SampleSchema

from service_kit.settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls, alembic_config
from service_kit.testing.network import Gate


@pytest.fixture
def behind(migrated_database: DatabaseUrls, settings: TokenCheckingSettings) -> TokenCheckingSettings:
    """Settings of a service whose database is one revision behind."""
    command.downgrade(alembic_config(ALEMBIC_INI, migrated_database.owner), "-1")
    return settings


def test_readiness_names_current_required_and_pending_revisions(client: TestClient) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "current": "002", "required": "002", "pending": [], "held": []},
    )


def test_a_database_that_is_behind_is_503_with_what_is_missing_and_what_to_do(behind: TokenCheckingSettings) -> None:
    with TestClient(create_app(behind)) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    body = answer.json()
    assert (body["code"], body["detail"]) == ("NOT_READY", "The database is behind: run the migrations.")
    assert (body["current"], body["required"], body["pending"], body["held"]) == ("001", "002", ["002"], [])


def test_a_held_revision_is_named_and_keeps_nobody_from_being_ready(behind: TokenCheckingSettings) -> None:
    with TestClient(create_app(behind, schema=SampleSchema(required="001", held=("002",)))) as client:
        answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (
        200,
        {"status": "ready", "current": "001", "required": "001", "pending": ["002"], "held": ["002"]},
    )


def test_a_database_that_is_away_is_503_with_what_would_be_required(
    gated_client: TestClient, database_gate: Gate
) -> None:
    database_gate.close()
    body = gated_client.get("/readyz").json()
    assert (body["status"], body["code"], body["detail"]) == (503, "NOT_READY", "The database cannot be reached.")
    assert (body["current"], body["required"], body["pending"], body["held"]) == (None, "002", [], [])


class Held(Collector):
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("sample_held_revisions", "Revisions that wait.", value=7)


def test_metrics_show_what_a_service_registers_besides(settings: TokenCheckingSettings) -> None:
    text = TestClient(create_app(settings, collectors=[Held()])).get("/metrics").text
    assert "sample_held_revisions 7.0" in text
    assert "process_resident_memory_bytes" in text


class Slow(Collector):
    """Asks something that takes as long as somebody wants it to."""

    def __init__(self) -> None:
        self.asked, self.answered = Event(), Event()

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        self.asked.set()
        assert self.answered.wait(10), "nobody was served meanwhile"
        yield GaugeMetricFamily("sample_slow", "Slow.", value=1)


def test_a_collector_that_takes_its_time_keeps_no_other_request_waiting(settings: TokenCheckingSettings) -> None:
    slow = Slow()
    with TestClient(create_app(settings, collectors=[slow])) as client, ThreadPoolExecutor() as threads:
        scrape = threads.submit(client.get, "/metrics")
        assert slow.asked.wait(10)
        assert client.get("/healthz").status_code == 200
        slow.answered.set()
        assert "sample_slow 1.0" in scrape.result().text
