"""What the probes say: the process, the database behind it and its schema, and metrics that others bring along."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import httpx
import pytest
from alembic import command
from fastapi.testclient import TestClient
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from pydantic import SecretStr
from sample.application import ALEMBIC_INI, create_app
from sample.schema import SampleSchema
from sqlalchemy import make_url

from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls, alembic_config
from service_kit.testing.gate import Gate
from service_kit.testing.tokens import TokenIssuer


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


def test_a_held_revision_is_named_and_keeps_no_service_from_being_ready(behind: TokenCheckingSettings) -> None:
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


def test_a_wrong_password_of_the_application_role_is_named_in_the_answer_and_in_the_log(
    settings: TokenCheckingSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    url = make_url(settings.database_url.get_secret_value())
    wrong = url.set(password="wr0ng-p@ss").render_as_string(hide_password=False)
    changed = settings.model_copy(update={"database_url": SecretStr(wrong), "log_format": "json"})
    answer = TestClient(create_app(changed)).get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["detail"] == (
        f"The database refuses the password of the application role {url.username}:"
        " correct DB_PASSWORD or DATABASE_URL, or the role's password."
    )
    logged = capfd.readouterr().err
    assert f'password authentication failed for user \\"{url.username}\\"' in logged
    assert "wr0ng" not in answer.text + logged


def test_the_process_says_which_release_and_which_commit_it_is(settings: TokenCheckingSettings) -> None:
    client = TestClient(create_app(settings.model_copy(update={"build_revision": "a1b2c3"})))
    said = client.get("/healthz").json()
    assert said == {"status": "ok", "service": "sample", "version": "1.4.0", "revision": "a1b2c3"}
    assert 'app_info{revision="a1b2c3",service="sample",version="1.4.0"} 1.0' in client.get("/metrics").text


class Held(Collector):
    def collect(self) -> Iterator[Metric]:
        yield GaugeMetricFamily("sample_held_revisions", "Revisions that wait.", value=7)


def test_metrics_show_what_a_service_registers_besides(settings: TokenCheckingSettings) -> None:
    text = TestClient(create_app(settings, collectors=[Held()])).get("/metrics").text
    assert "sample_held_revisions 7.0" in text
    assert "process_resident_memory_bytes" in text


class Slow(Collector):
    """Asks something that takes as long as a test wants it to."""

    def __init__(self) -> None:
        self.asked, self.answered = Event(), Event()

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        self.asked.set()
        assert self.answered.wait(10), "no request was served meanwhile"
        yield GaugeMetricFamily("sample_slow", "Slow.", value=1)


def test_a_collector_that_takes_its_time_keeps_no_other_request_waiting(settings: TokenCheckingSettings) -> None:
    slow = Slow()
    with TestClient(create_app(settings, collectors=[slow])) as client, ThreadPoolExecutor() as threads:
        scrape = threads.submit(client.get, "/metrics")
        assert slow.asked.wait(10)
        assert client.get("/healthz").status_code == 200
        slow.answered.set()
        assert "sample_slow 1.0" in scrape.result().text


METRICS_TOKEN = "a-token-for-prometheus-only"


def test_metrics_with_a_token_are_for_those_who_send_it(settings: TokenCheckingSettings, tokens: TokenIssuer) -> None:
    with_token = settings.model_copy(update={"metrics_token": SecretStr(METRICS_TOKEN)})
    client = TestClient(create_app(with_token))
    for authorization in ({}, {"Authorization": "Bearer wrong"}, tokens.authorization(roles=["admin"])):
        refused = client.get("/metrics", headers=authorization)
        assert (refused.status_code, refused.json()["code"]) == (401, "UNAUTHORIZED")
        assert METRICS_TOKEN not in refused.text
    allowed = client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
    assert (allowed.status_code, "http_requests_total" in allowed.text) == (200, True)


def test_metrics_in_production_need_a_token(settings: TokenCheckingSettings) -> None:
    in_production = {"environment": "production"}
    for token, status in ((None, 401), (SecretStr(METRICS_TOKEN), 200)):
        client = TestClient(create_app(settings.model_copy(update={**in_production, "metrics_token": token})))
        assert client.get("/metrics").status_code == 401
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"})
        assert answer.status_code == status
        assert "METRICS_PORT" in answer.text if token is None else "http_requests_total" in answer.text


def test_metrics_on_a_port_of_their_own_are_at_no_other(settings: TokenCheckingSettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with TestClient(create_app(settings.model_copy(update={"metrics_port": port}))) as client:
        assert client.get("/metrics").status_code == 404
        assert "/metrics" not in client.get("/openapi.json").json()["paths"]
        text = httpx.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'http_requests_total{method="GET",route="unmatched",status="404"} 1.0' in text
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/metrics")
