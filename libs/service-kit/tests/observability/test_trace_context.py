"""Request ids and W3C Trace Context: from the caller, through the log, to the services that are called."""

import json
import re

import pytest
from fastapi.testclient import TestClient
from sample.application import create_app
from starlette.datastructures import Headers

from service_kit.observability.trace_context import TraceContext
from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.tokens import JwksServer, TokenIssuer

TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
VALID = f"00-{TRACE}-{PARENT}-01"


def context(**headers: str) -> TraceContext:
    return TraceContext.of(Headers(headers))


def test_a_trace_is_continued_with_a_span_of_our_own() -> None:
    continued = context(traceparent=VALID, tracestate="vendor=1")
    assert (continued.trace_id, continued.is_sampled, continued.state) == (TRACE, True, "vendor=1")
    assert re.fullmatch(r"[0-9a-f]{16}", continued.span_id)
    assert continued.span_id != PARENT
    assert continued.headers()["traceparent"] == f"00-{TRACE}-{continued.span_id}-01"
    assert continued.headers()["tracestate"] == "vendor=1"


def test_what_the_caller_did_not_record_stays_unrecorded() -> None:
    assert context(traceparent=f"00-{TRACE}-{PARENT}-00").headers()["traceparent"].endswith("-00")


def test_a_later_version_is_read_as_far_as_it_is_known_and_answered_in_ours() -> None:
    continued = context(traceparent=f"cc-{TRACE}-{PARENT}-03-more")
    assert continued.headers()["traceparent"] == f"00-{TRACE}-{continued.span_id}-01"


@pytest.mark.parametrize(
    "traceparent",
    ["", "00", f"ff-{TRACE}-{PARENT}-01", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01", VALID.upper(),
     f"{VALID}-more", f"{VALID} ", f"00-{TRACE[:-1]}-{PARENT}-01", f"00-{TRACE}-{PARENT}-1", f"{VALID},{VALID}"],
)  # fmt: skip
def test_an_invalid_one_begins_a_new_trace_and_takes_its_state_along(traceparent: str) -> None:
    begun = context(traceparent=traceparent, tracestate="vendor=1")
    assert re.fullmatch(r"[0-9a-f]{32}", begun.trace_id)
    assert begun.trace_id != TRACE
    assert begun.state == ""


def test_two_parents_are_none() -> None:
    doubled = Headers(raw=[(b"traceparent", VALID.encode())] * 2)
    assert TraceContext.of(doubled).trace_id != TRACE


@pytest.mark.parametrize("state", ["x" * 513, "a=\x1b[31m"])
def test_a_state_that_is_too_long_or_holds_control_characters_is_dropped(state: str) -> None:
    assert context(traceparent=VALID, tracestate=state).state == ""


def test_every_log_line_of_a_request_names_its_trace(
    settings: TokenCheckingSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    client = TestClient(create_app(settings.model_copy(update={"log_format": "json"})), raise_server_exceptions=False)
    client.get("/notes/failing/now", headers={"traceparent": VALID})
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    of_the_request = [line for line in lines if line["message"] in {"request", "unhandled_exception"}]
    assert len(of_the_request) == 2
    assert {line["trace_id"] for line in of_the_request} == {TRACE}
    assert len({line["span_id"] for line in of_the_request} - {PARENT}) == 1


def test_a_call_to_another_service_carries_the_request_id_and_the_trace(
    client: TestClient, tokens: TokenIssuer, jwks_server: JwksServer
) -> None:
    client.get("/notes/whoami/now", headers=tokens.authorization() | {"X-Request-ID": "walk-7", "traceparent": VALID})
    (call,) = jwks_server.headers
    assert call["x-request-id"] == "walk-7"
    assert call["traceparent"].startswith(f"00-{TRACE}-")
    assert PARENT not in call["traceparent"]


def test_a_browser_may_send_them_across_origins(settings: TokenCheckingSettings) -> None:
    client = TestClient(create_app(settings.model_copy(update={"cors_origins": ["http://localhost:8001"]})))
    asked = {
        "Origin": "http://localhost:8001",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "traceparent,tracestate,x-request-id",
    }
    assert client.options("/notes", headers=asked).status_code == 200
    answer = client.get("/healthz", headers={"Origin": "http://localhost:8001"})
    assert "X-Request-ID" in answer.headers["access-control-expose-headers"]
