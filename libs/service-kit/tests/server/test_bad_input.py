"""Whatever is sent, a service answers 4xx with a problem document, never 500."""

import json

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sample.application import create_app
from served import RawClient, served

from service_kit.settings.service_settings import TokenCheckingSettings

NOTE = {"text": "a note"}


def assert_problem(response: Response, status: int, code: str) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == "urn:ai-micro-service:problem:" + code.lower().replace("_", "-")
    assert isinstance(body["title"], str)
    assert isinstance(body["detail"], str)


def test_an_unknown_field_is_named(client: TestClient) -> None:
    response = client.post("/notes", json={**NOTE, "roles": ["admin"]})
    assert_problem(response, 422, "VALIDATION_FAILED")
    assert response.json()["errors"] == [
        {"loc": ["body", "roles"], "msg": "Extra inputs are not permitted", "type": "extra_forbidden"}
    ]


@pytest.mark.parametrize("text", ["a\0b", "\ud800"])
def test_text_that_postgresql_cannot_hold_is_refused(client: TestClient, text: str) -> None:
    response = client.post("/notes", content=json.dumps({"text": text}), headers={"Content-Type": "application/json"})
    assert_problem(response, 422, "VALIDATION_FAILED")


def test_a_nul_byte_in_the_query_is_refused(client: TestClient) -> None:
    assert_problem(client.get("/notes?q=a%00b"), 422, "VALIDATION_FAILED")


def test_a_nul_byte_in_a_form_is_refused(client: TestClient) -> None:
    assert_problem(client.post("/notes/form", data={"text": "a\0b"}), 422, "VALIDATION_FAILED")


@pytest.mark.parametrize("text", ["%00", "x" * 101])
def test_a_value_that_slips_past_the_schema_is_refused_by_the_database(client: TestClient, text: str) -> None:
    assert_problem(client.post(f"/notes/raw?text={text}"), 422, "VALIDATION_FAILED")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b'{"text": "\xff\xfe"}', 400, "MALFORMED_REQUEST"),
        (b'{"text": ', 422, "VALIDATION_FAILED"),
        (b"", 422, "VALIDATION_FAILED"),
        (b"null", 422, "VALIDATION_FAILED"),
        (b"[" * 100_000, 400, "MALFORMED_REQUEST"),
        *((b'{"a": ' + b"[" * depth + b"]" * depth + b"}", 422, "VALIDATION_FAILED") for depth in (400, 600, 900)),
        (b'{"text": "x", "number": ' + b"9" * 5_000 + b"}", 400, "MALFORMED_REQUEST"),
        (b'{"text": "x", "number": 1e400}', 422, "VALIDATION_FAILED"),
        (b'{"text": "x", "number": NaN}', 422, "VALIDATION_FAILED"),
        (b'{"text": "x", "number": 99999999999}', 422, "VALIDATION_FAILED"),
    ],
    ids=[
        "utf-8",
        "truncated",
        "empty",
        "null",
        "deep",
        "deep 400",
        "deep 600",
        "deep 900",
        "digits",
        "infinite",
        "nan",
        "out of integer's range",
    ],
)
def test_a_body_that_cannot_be_read_or_stored_is_refused(
    client: TestClient, body: bytes, status: int, code: str
) -> None:
    response = client.post("/notes", content=body, headers={"Content-Type": "application/json"})
    assert_problem(response, status, code)


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
def test_a_json_endpoint_refuses_another_content_type(client: TestClient, content_type: str) -> None:
    response = client.post("/notes", content=b'{"text": "x"}', headers={"Content-Type": content_type})
    assert_problem(response, 415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_form_endpoint_refuses_json(client: TestClient) -> None:
    assert_problem(client.post("/notes/form", json=NOTE), 415, "UNSUPPORTED_MEDIA_TYPE")


def test_a_body_of_ten_megabytes_is_refused(client: TestClient) -> None:
    assert_problem(client.post("/notes", json={"text": "x" * 10_000_000}), 413, "PAYLOAD_TOO_LARGE")


def test_a_body_without_a_declared_length_is_refused_as_soon_as_it_is_too_long(client: TestClient) -> None:
    response = client.post(
        "/notes", content=(b" " * 65_536 for _ in range(200)), headers={"Content-Type": "application/json"}
    )
    assert_problem(response, 413, "PAYLOAD_TOO_LARGE")


@pytest.mark.parametrize(
    "path",
    ["/notes?limit=0", "/notes?limit=101", "/notes?limit=1e9", f"/notes?limit={'9' * 400}", "/notes/not-a-uuid"],
)
def test_a_parameter_out_of_range_is_refused(client: TestClient, path: str) -> None:
    assert_problem(client.get(path), 422, "VALIDATION_FAILED")


@pytest.mark.parametrize("cursor", ["x", "%00", "e30", "WzEsMl0", "日本", "WyIyMDI2LTAxLTAxIiwgIngiXQ", "Ww" * 90])
def test_a_cursor_that_no_list_gave_out_is_refused(client: TestClient, cursor: str) -> None:
    assert_problem(client.get(f"/notes?cursor={cursor}"), 422, "INVALID_CURSOR")


@pytest.mark.parametrize(
    ("path", "location", "kind"),
    [
        ("/notes?page=2", ["query", "page"], "extra_forbidden"),
        ("/notes?Limit=2", ["query", "Limit"], "extra_forbidden"),
        ("/notes?limit=2&=x", ["query", ""], "extra_forbidden"),
        ("/notes?limit=2&limit=3", ["query", "limit"], "repeated"),
        ("/notes?limit=2&limit=2", ["query", "limit"], "repeated"),
        ("/notes/whoami/now?x", ["query", "x"], "extra_forbidden"),
        ("/notes/filtered/now?word=a&word=b", ["query", "word"], "repeated"),
    ],
)
def test_a_query_parameter_that_is_unknown_or_comes_twice_is_named(
    client: TestClient, path: str, location: list[str], kind: str
) -> None:
    response = client.get(path)
    assert_problem(response, 422, "VALIDATION_FAILED")
    assert [(error["loc"], error["type"]) for error in response.json()["errors"]] == [(location, kind)]


def test_a_parameter_that_is_a_list_may_come_several_times(client: TestClient) -> None:
    assert client.get("/notes/filtered/now?number=1&number=2&word=a").json() == "[1, 2] a"


@pytest.mark.parametrize("multipart", [True, False])
def test_a_form_field_that_is_unknown_or_comes_twice_is_named(client: TestClient, multipart: bool) -> None:
    files = {"attachment": ("a.txt", b"x")} if multipart else {}
    response = client.post("/notes/form", data={"text": ["a", "b"], "tags": ["c", "d"], "role": "x"}, files=files)
    assert_problem(response, 422, "VALIDATION_FAILED")
    errors = {(error["loc"][1], error["type"]) for error in response.json()["errors"]}
    unknown = {(name, "extra_forbidden") for name in ("role", *files)}
    assert errors == {("text", "repeated"), *unknown}
    assert client.post("/notes/form", data={"text": "a", "tags": ["c", "d"]}).json() == "a c d"


def test_a_form_whose_model_ignores_others_still_takes_each_field_once(client: TestClient) -> None:
    assert client.post("/notes/lenient-form", data={"grant_type": "password", "client_id": "x"}).json() == "password"
    response = client.post("/notes/lenient-form", data={"grant_type": ["password", "x"]})
    assert_problem(response, 422, "VALIDATION_FAILED")


def test_an_unknown_path_is_404_and_a_wrong_method_405(client: TestClient) -> None:
    assert_problem(client.get("/nowhere"), 404, "NOT_FOUND")
    response = client.delete("/notes")
    assert_problem(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/notes/form", "POST"),
        ("DELETE", "/notes/form", "POST"),
        ("PUT", "/notes/lenient-form", "POST"),
        ("PATCH", "/notes/form", "POST"),
        ("POST", "/notes/filtered/now", "GET, HEAD"),
        ("PATCH", "/notes/00000000-0000-4000-8000-000000000000", "DELETE, GET, HEAD, PUT"),
    ],
)
def test_a_method_that_a_path_does_not_have_is_405_whatever_a_parameter_beside_it_would_take(
    client: TestClient, method: str, path: str, allowed: str
) -> None:
    response = client.request(method, path)
    assert_problem(response, 405, "METHOD_NOT_ALLOWED")
    assert response.headers["allow"] == allowed


def test_trace_is_not_answered_and_folders_are_not_listed(client: TestClient) -> None:
    for path in ("/healthz", "/docs", "/static-offline-docs/swagger-ui.css"):
        answer = client.request("TRACE", path, headers={"X-Secret": "a secret"})
        assert answer.status_code == 405
        assert "secret" not in answer.text
    for path in ("/static-offline-docs", "/static-offline-docs/", "/static-offline-docs/.."):
        assert client.get(path).status_code == 404


def test_a_422_never_repeats_what_was_sent(client: TestClient) -> None:
    response = client.post("/notes", json={"text": ["a secret"], "password": "another secret"})
    assert response.status_code == 422
    assert "secret" not in response.text


def test_an_unexpected_error_is_a_500_that_tells_nothing(client: TestClient) -> None:
    response = client.get("/notes/failing/now")
    assert_problem(response, 500, "INTERNAL_ERROR")
    assert "secret" not in response.text
    assert response.headers["x-request-id"]


def test_a_text_of_the_wrong_length_is_described_in_characters(client: TestClient) -> None:
    too_long = client.get("/notes", params={"q": "a" * 1001}).json()["errors"][0]
    assert too_long["type"] == "string_too_long"
    assert "characters" in too_long["msg"]
    assert "item" not in too_long["msg"]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/openapi.json", "/notes"])
def test_head_answers_what_get_answers_without_the_content(settings: TokenCheckingSettings, path: str) -> None:
    with served(create_app(settings)) as port, RawClient(port) as client:
        client.send(f"HEAD {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        head, _, content = client.read_to_the_end().partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert b"content-length: 0" not in head
    assert content == b""
