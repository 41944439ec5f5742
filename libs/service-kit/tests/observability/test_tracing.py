"""Traces: what reaches a real OTLP receiver, and what does not."""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sample.application import create_app
from sqlalchemy import String, column, func, select
from sqlalchemy.exc import DBAPIError

from service_kit.database.row_queries import RowQuery
from service_kit.database.sessions import Database
from service_kit.observability import trace_context, tracing
from service_kit.observability.service_client import service_client
from service_kit.observability.span_recorder import END_SECONDS
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.collector import Collector, ReceivedSpan
from service_kit.testing.tokens import JwksServer, TokenIssuer
from service_kit.testing.waiting import eventually

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALLER = {"traceparent": f"00-{TRACE}-{PARENT}-01"}

Traced = Callable[[], AbstractContextManager[TestClient]]


@pytest.fixture
def traced(collector: Collector, settings: TokenCheckingSettings) -> Traced:
    """Run the sample service while inside; at the end all of its spans have arrived."""

    @contextmanager
    def run() -> Iterator[TestClient]:
        app = create_app(settings.model_copy(update={"log_format": "json"}))
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client

    return run


def children_of(parent: ReceivedSpan, collector: Collector) -> list[ReceivedSpan]:
    return [span for span in collector.spans if span.parent_id == parent.span_id]


def lines(capfd: pytest.CaptureFixture[str], message: str) -> list[dict[str, str]]:
    written = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    return [line for line in written if line["message"] == message]


def test_a_request_its_call_and_its_statements_are_one_trace(
    traced: Traced, collector: Collector, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    with traced() as client:
        headers = tokens.authorization(roles=["admin"]) | CALLER
        assert client.get("/notes/all/now", headers=headers).status_code == 200
    request = collector.named("GET /notes/all/now")
    assert (request.trace_id, request.parent_id, request.kind) == (TRACE, PARENT, "SERVER")
    assert request.attributes == {
        "http.request.method": "GET",
        "http.route": "/notes/all/now",
        "http.response.status_code": 200,
    }
    inside = children_of(request, collector)
    assert {span.trace_id for span in inside} == {TRACE}
    (call,) = [span for span in inside if span.name.startswith("GET ")]
    assert jwks_server.headers[0]["traceparent"] == f"00-{TRACE}-{call.span_id}-01"
    (statement,) = [span for span in inside if span.name.startswith("SELECT ")]
    assert (statement.kind, statement.attributes["db.operation.name"]) == ("CLIENT", "SELECT")
    assert "FROM notes" in statement.attributes["db.query.text"]


def test_log_lines_name_the_trace_and_the_span_that_were_exported(
    traced: Traced, collector: Collector, capfd: pytest.CaptureFixture[str]
) -> None:
    with traced() as client:
        client.get("/notes")
    request = collector.named("GET /notes")
    (line,) = lines(capfd, "request")
    assert (line["trace_id"], line["span_id"]) == (request.trace_id, request.span_id)
    assert request.parent_id == ""


def test_what_a_caller_did_not_record_is_not_exported(traced: Traced, collector: Collector) -> None:
    with traced() as client:
        client.get("/notes", headers={"traceparent": CALLER["traceparent"].removesuffix("1") + "0"})
        client.get(f"/notes/{uuid4()}")
    assert {span.name.split()[0] for span in collector.spans} == {"GET", "SELECT"}
    assert TRACE not in {span.trace_id for span in collector.spans}


def test_probes_leave_no_spans(traced: Traced, collector: Collector) -> None:
    with traced() as client:
        for path in ("/healthz", "/readyz", "/metrics"):
            assert client.get(path).status_code == 200
    assert collector.spans == []


def test_no_secret_reaches_the_collector(traced: Traced, collector: Collector, tokens: TokenIssuer) -> None:
    token, secret = tokens.authorization(roles=["admin"]), "tell-no-one@example.com"
    with traced() as client:
        body = {"text": secret, "number": 7654321}
        assert client.post("/notes", json=body, headers=token).status_code == 201
        assert client.get("/notes", params={"q": secret}, headers=token).status_code == 200
        assert client.post("/notes", json=body, headers=token).status_code == 500  # a duplicate, at the commit
        assert client.get(f"/notes/{secret}").status_code == 422
        assert client.get(f"/{secret}").status_code == 404
        assert client.request(secret.partition("@")[0].upper(), "/notes").status_code == 405
        assert client.get("/notes/failing/now").status_code == 500
        assert client.get("/notes/all/now", headers=token).status_code == 200
    sent = b"".join(collector.bodies)
    assert b"INSERT INTO notes" in sent
    for word in (secret, "7654321", "a secret that must", token["Authorization"].split(".")[-1], "127.0.0.1/"):
        assert word.lower().encode() not in sent.lower(), word


def test_a_request_that_fails_is_an_error_and_a_refused_one_is_not(traced: Traced, collector: Collector) -> None:
    with traced() as client:
        client.get("/notes/failing/now")
        client.get(f"/notes/{uuid4()}")
    failed = collector.named("GET /notes/failing/now")
    assert (failed.is_error, failed.attributes["error.type"]) == (True, "500")
    assert not collector.named("GET /notes/{note_id}").is_error


def test_a_statement_that_fails_is_an_error_with_its_sqlstate(
    collector: Collector, settings: TokenCheckingSettings
) -> None:
    database = Database(settings, application_name="sample")
    division = RowQuery(select((func.length(column("text", String)) / 0).label("x")).select_from(func.cast_nothing()))
    with tracing.recording("sample"), tracing.span("work"), database.reading() as connection:
        for _ in range(2):  # the second one shows that nothing of the first is left on the connection
            with pytest.raises(DBAPIError):
                division.one_or_none(connection)
        with pytest.raises(DBAPIError):
            connection.exec_driver_sql("SELECT 1/0 AS secret_of_mine, 'text in quotes'")
    database.close_unused()
    errors = [span for span in collector.spans if span.is_error]
    assert [span.attributes["error.type"] for span in errors] == ["42883", "42883", "22012"]
    assert errors[-1].attributes["db.query.text"] == "SELECT ?/? AS secret_of_mine, ?"


def test_a_call_that_finds_no_server_is_an_error(
    traced: Traced, collector: Collector, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    jwks_server.close()
    with traced() as client:
        assert client.get("/notes/whoami/now", headers=tokens.authorization()).status_code == 503
    (call,) = children_of(collector.named("GET /notes/whoami/now"), collector)
    assert (call.kind, call.is_error, call.attributes["error.type"]) == ("CLIENT", True, "ConnectError")


def test_what_was_left_to_do_later_goes_on_in_its_trace(collector: Collector) -> None:
    with (
        tracing.recording("sample"),
        trace_context.resumed("walk-7", CALLER["traceparent"]),
        tracing.span("deliver", kind="producer", links=[None, "nonsense", f"00-{'a' * 32}-{PARENT}-01"]),
    ):
        headers = trace_context.current().headers()
    delivery = collector.named("deliver")
    assert (delivery.trace_id, delivery.parent_id, delivery.links) == (TRACE, PARENT, ("a" * 32,))
    assert headers == {"X-Request-ID": "walk-7", "traceparent": f"00-{TRACE}-{delivery.span_id}-01"}


async def ask(url: str) -> int:
    async with service_client(timeout=3) as client:
        return (await client.get(url)).status_code


def test_ids_in_the_path_of_a_call_are_not_shown(collector: Collector, jwks_server: JwksServer) -> None:
    address = f"{jwks_server.url.rpartition('/')[0]}/auth/users/{uuid4()}/tell-no-one@example.com?q=secret"
    with tracing.recording("sample"), tracing.span("work"):
        assert asyncio.run(ask(address)) == 200
    call = collector.named("GET /.well-known/auth/users/{}/{}")
    assert call.parent_id == collector.named("work").span_id
    assert b"secret" not in b"".join(collector.bodies)


@pytest.mark.parametrize(
    ("variables", "service"),
    [
        ({}, "sample"),
        ({"OTEL_SERVICE_NAME": "of-the-environment"}, "of-the-environment"),
        ({"OTEL_RESOURCE_ATTRIBUTES": "service.name=of-the-attributes"}, "of-the-attributes"),
        ({"OTEL_SERVICE_NAME": "", "OTEL_TRACES_SAMPLER": "", "OTEL_BSP_MAX_QUEUE_SIZE": ""}, "sample"),
    ],
)
def test_the_variables_of_the_specification_hold(
    collector: Collector, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], service: str
) -> None:
    for name, value in (variables | {"OTEL_EXPORTER_OTLP_HEADERS": "x-tenant=blue"}).items():
        monkeypatch.setenv(name, value)
    with tracing.recording("sample"), tracing.span("work"):
        pass
    assert collector.named("work").service == service
    assert collector.headers[0]["x-tenant"] == "blue"


@pytest.mark.parametrize(
    "variables",
    [
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_TRACES_SAMPLER": "always_off"},
    ],
)
def test_the_environment_switches_traces_off(
    traced: Traced, collector: Collector, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with traced() as client:
        assert client.get("/notes").status_code == 200
    assert collector.bodies == []


def test_a_collector_that_hangs_slows_neither_requests_nor_the_end(
    traced: Traced, collector: Collector, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "10")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    collector.answers.clear()
    with traced() as client:
        began = time.monotonic()
        for _ in range(50):
            assert client.get("/notes/filtered/now").status_code == 200
        assert time.monotonic() - began < 3
        ending = time.monotonic()
    assert time.monotonic() - ending < END_SECONDS + 1
    assert len(lines(capfd, "traces_lost")) == 1


def test_a_collector_that_comes_back_is_announced_and_gets_what_follows(
    traced: Traced, collector: Collector, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "10")
    collector.status = 500
    with traced() as client:
        client.get("/notes/filtered/now")
        eventually(lambda: collector.requests > 0)
        collector.status = 200
        client.get("/notes")
    written = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    said = [line for line in written if line["message"].startswith("traces_")]
    assert [line["message"] for line in said] == ["traces_lost", "traces_delivered"]
    assert "500" in said[0]["reason"]
    assert collector.named("GET /notes").trace_id


def test_without_the_packages_a_service_starts_and_says_what_to_install(
    traced: Traced, collector: Collector, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "service_kit.observability.span_recorder", None)
    with traced() as client:
        assert client.get("/notes").status_code == 200
    (line,) = lines(capfd, "traces_off")
    assert line["remedy"] == "pip install 'service-kit[otel]'"
    assert collector.bodies == []


def test_without_a_collector_nothing_of_the_sdk_is_loaded() -> None:
    # FastAPI itself imports OpenTelemetry's API, so that is there either way.
    code = "import sys, fastapi; before = set(sys.modules); import sample.application, service_kit.testing.plugin\n"
    code += (
        "print(*sorted(name for name in set(sys.modules) - before if name.startswith(('opentelemetry', 'google.'))))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=Path(__file__).parents[1], capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == ""
