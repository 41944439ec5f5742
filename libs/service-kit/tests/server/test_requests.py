"""What surrounds every request: its id, its log line, its metrics; and the documents about the service."""

import json
import re

import pytest
from fastapi.testclient import TestClient
from sample.application import create_app

from service_kit.settings.service_settings import TokenCheckingSettings

HEX_ID = re.compile(r"[0-9a-f]{32}")


def json_client(settings: TokenCheckingSettings) -> TestClient:
    return TestClient(create_app(settings.model_copy(update={"log_format": "json"})), raise_server_exceptions=False)


def test_a_request_id_is_made_where_none_comes_in(client: TestClient) -> None:
    first, second = (client.get("/healthz").headers["x-request-id"] for _ in range(2))
    assert HEX_ID.fullmatch(first)
    assert first != second


def test_a_request_id_that_comes_in_is_kept_so_that_it_joins_the_services_logs(client: TestClient) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "walk-1"}).headers["x-request-id"] == "walk-1"


@pytest.mark.parametrize("proposed", ["x" * 65, 'a"b', "a b", "", "a;b"])
def test_a_request_id_that_could_forge_a_log_line_is_replaced(client: TestClient, proposed: str) -> None:
    assert HEX_ID.fullmatch(client.get("/healthz", headers={"X-Request-ID": proposed}).headers["x-request-id"])


def test_every_request_is_one_json_line_with_its_id(
    settings: TokenCheckingSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    json_client(settings).get("/nowhere?token=secret", headers={"X-Request-ID": "walk-2"})
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (request,) = [line for line in lines if line.get("message") == "request"]
    assert request["request_id"] == "walk-2"
    assert (request["method"], request["path"], request["status"]) == ("GET", "/nowhere", 404)
    assert request["duration_ms"] > 0
    assert "secret" not in json.dumps(request)


def test_an_unexpected_error_is_logged_with_its_trace_and_id(
    settings: TokenCheckingSettings, capfd: pytest.CaptureFixture[str]
) -> None:
    json_client(settings).get("/notes/failing/now", headers={"X-Request-ID": "walk-3"})
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines()]
    (error,) = [line for line in lines if line.get("message") == "unhandled_exception"]
    assert error["request_id"] == "walk-3"
    assert "RuntimeError" in error["exception"]


def test_metrics_count_requests_by_route_and_not_by_path(client: TestClient) -> None:
    for number in range(3):
        client.get(f"/notes/{number:08d}-0000-0000-0000-000000000000")
    client.get("/nowhere/at/all")
    text = client.get("/metrics").text
    assert 'http_requests_total{method="GET",route="/notes/{note_id}",status="404"} 3.0' in text
    assert 'route="unmatched",status="404"} 1.0' in text
    assert "process_resident_memory_bytes" in text


def test_two_applications_in_one_process_count_apart(settings: TokenCheckingSettings) -> None:
    first, second = TestClient(create_app(settings)), TestClient(create_app(settings))
    first.get("/healthz")
    assert "/healthz" not in second.get("/metrics").text


def test_the_documents_page_needs_nothing_from_the_internet(client: TestClient) -> None:
    page = client.get("/docs")
    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert sources
    for source in sources:
        assert source.startswith("/")
        assert client.get(source).status_code == 200


def test_openapi_declares_every_error_in_the_shape_it_has(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    responses = document["paths"]["/notes/{note_id}"]["get"]["responses"]
    assert set(responses) == {"200", "304", "404", "422", "500", "503"}
    for status in ("404", "422", "500", "503"):
        assert list(responses[status]["content"]) == ["application/problem+json"]
    example = responses["404"]["content"]["application/problem+json"]["examples"]["NOTE_MISSING"]["value"]
    assert example["detail"] == "There is no such note."
    created = document["paths"]["/notes"]["post"]["responses"]
    assert {"400", "413", "415", "422"} <= set(created)
    protected = document["paths"]["/notes/whoami/now"]["get"]
    assert {"401", "403"} <= set(protected["responses"])
    assert "HTTPValidationError" not in json.dumps(document)


def test_the_authorize_button_knows_where_tokens_come_from(settings: TokenCheckingSettings) -> None:
    app = create_app(settings.model_copy(update={"token_url": "http://auth.example/auth/token"}))
    schemes = TestClient(app).get("/openapi.json").json()["components"]["securitySchemes"]
    assert schemes["bearer"]["flows"]["password"]["tokenUrl"] == "http://auth.example/auth/token"


@pytest.mark.parametrize(
    "asked",
    [
        {"Origin": "http://evil.example", "Access-Control-Request-Method": "GET"},
        {"Origin": "null", "Access-Control-Request-Method": "GET"},
        {"Origin": "http://localhost:8001", "Access-Control-Request-Method": "TRACE"},
        {
            "Origin": "http://localhost:8001",
            "Access-Control-Request-Method": "GET",
            "Access-Control-Request-Headers": "X-Evil",
        },
    ],
)
def test_a_preflight_that_is_refused_says_why_in_a_problem_document(
    settings: TokenCheckingSettings, asked: dict[str, str]
) -> None:
    client = TestClient(create_app(settings.model_copy(update={"cors_origins": ["http://localhost:8001"]})))
    response = client.options("/notes", headers=asked)
    assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")
    assert response.json()["code"] == "CROSS_ORIGIN_REFUSED"
    assert response.json()["detail"].startswith("Disallowed CORS ")
    assert response.headers["x-request-id"]
    assert response.headers.get("access-control-allow-origin") in (None, "http://localhost:8001")


def test_only_the_named_origins_may_call_from_a_browser(settings: TokenCheckingSettings) -> None:
    client = TestClient(create_app(settings.model_copy(update={"cors_origins": ["http://localhost:8001"]})))
    allowed = client.get("/healthz", headers={"Origin": "http://localhost:8001"})
    assert allowed.headers["access-control-allow-origin"] == "http://localhost:8001"
    assert (
        "access-control-allow-origin" not in client.get("/healthz", headers={"Origin": "http://evil.example"}).headers
    )


def test_methods_that_clients_invent_are_one_series(client: TestClient) -> None:
    for number in range(3):
        client.request(f"INVENTED{number}", "/healthz")
    text = client.get("/metrics").text
    assert "INVENTED" not in text
    assert 'method="OTHER"' in text
