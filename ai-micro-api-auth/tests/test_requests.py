"""Bad requests: whatever is wrong, a problem document with a 4xx status, and nothing changed."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.people import PASSWORD, Person

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
BODIES: dict[str, dict[str, Any]] = {
    "/auth/signup": {"email": "eve@example.com", "password": PASSWORD},
    "/auth/login": {"email": "eve@example.com", "password": PASSWORD},
    "/auth/refresh": {"refresh_token": "A" * 64},
    "/auth/logout": {"refresh_token": "A" * 64},
}


@pytest.fixture(params=sorted(BODIES))
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def assert_problem(response: Any, *statuses: int) -> None:  # noqa: ANN401 - the test client's response
    assert response.status_code in statuses, response.text
    assert response.headers["Content-Type"] == "application/problem+json"
    assert {"type", "title", "status", "detail", "code"} <= set(response.json())


def test_an_unknown_field_is_refused(refusing_client: TestClient, path: str) -> None:
    assert_problem(refusing_client.post(path, json={**BODIES[path], "admin": True}), 422)


def test_a_missing_field_is_named(refusing_client: TestClient, path: str) -> None:
    response = refusing_client.post(path, json={})
    assert_problem(response, 422)
    assert {error["loc"][1] for error in response.json()["errors"]} == set(BODIES[path])


@pytest.mark.parametrize("value", [None, 7, 1e308, True, [], {}, "nul\0", "x" * 100_000])
def test_a_value_of_another_kind_is_refused(refusing_client: TestClient, path: str, value: object) -> None:
    for field in BODIES[path]:
        assert_problem(refusing_client.post(path, json={**BODIES[path], field: value}), 422)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b'"text"',
        b"7",
        b"NaN",
        b'{"email": "\xff\xfe"}',
        b'{"email": "\\ud800", "password": "\\ud800", "refresh_token": "\\ud800"}',
        b'{"email": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"email": 1e400}',
    ],
    ids=lambda content: str(content[:20]),
)
def test_what_is_no_body_is_refused(refusing_client: TestClient, path: str, content: bytes) -> None:
    assert_problem(refusing_client.post(path, content=content, headers=JSON), 400, 422)


def test_ten_megabytes_are_too_much(refusing_client: TestClient, path: str) -> None:
    content = b'{"email": "' + b"x" * 10_000_000 + b'"}'
    assert_problem(refusing_client.post(path, content=content, headers=JSON), 413)


@pytest.mark.parametrize("media_type", ["text/plain", "application/xml", "application/x-www-form-urlencoded", "x"])
def test_another_media_type_is_refused(refusing_client: TestClient, path: str, media_type: str) -> None:
    assert_problem(refusing_client.post(path, content=b'{"a": 1}', headers={"Content-Type": media_type}), 415)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"username=eve@example.com",
        b"password=x",
        b"username=&password=",
        b"username=a%00b&password=x",
        b"username=a&password=x%00",
        b"username=a&password=" + b"x" * 129,
        b"username=a&password=x&grant_type=authorization_code",
    ],
    ids=lambda content: str(content[:40]),
)
def test_a_form_that_is_not_complete_is_refused(refusing_client: TestClient, content: bytes) -> None:
    assert_problem(refusing_client.post("/auth/token", content=content, headers=FORM), 400)


def test_a_form_in_another_encoding_does_not_sign_in(refusing_client: TestClient) -> None:
    assert_problem(
        refusing_client.post("/auth/token", content=b"grant_type=password&username=%ff%fe&password=%ff", headers=FORM),
        400,
        401,
    )
    assert_problem(
        refusing_client.post(
            "/auth/token", content=b"grant_type=password&username=\xff\xfe&password=\xff", headers=FORM
        ),
        400,
        401,
    )


def test_a_huge_form_is_too_much(refusing_client: TestClient) -> None:
    content = b"username=a&password=" + b"x" * 10_000_000
    assert_problem(refusing_client.post("/auth/token", content=content, headers=FORM), 400, 413)


def test_json_is_no_form(refusing_client: TestClient) -> None:
    assert_problem(refusing_client.post("/auth/token", json={"username": "a", "password": "b"}), 400)


def test_a_user_agent_of_any_length_and_alphabet_is_no_obstacle(refusing_client: TestClient, bystander: Person) -> None:
    headers = {b"User-Agent": b"\xff" * 4000, b"Content-Type": b"application/json"}
    body = f'{{"email": "{bystander.email}", "password": "{PASSWORD}"}}'
    assert refusing_client.post("/auth/login", content=body.encode(), headers=headers).status_code == 200


@pytest.mark.parametrize("path", ["/auth/nothing", "/auth", "/../etc/passwd", "/auth/users/%00"])
def test_an_unknown_address_is_answered_with_a_problem(refusing_client: TestClient, path: str) -> None:
    assert_problem(refusing_client.get(path), 401, 404, 422)


def test_another_method_is_answered_with_a_problem(refusing_client: TestClient) -> None:
    assert_problem(refusing_client.get("/auth/login"), 405)


def test_without_a_database_a_request_is_answered_with_503_and_a_time(settings: Settings) -> None:
    gone = Settings(
        _env_file=None,
        database_url="postgresql+psycopg2://nobody:nothing@127.0.0.1:9/nowhere",
        jwt_keys_dir=settings.jwt_keys_dir,
        first_admin_email="admin@example.com",
        first_admin_password="a good long password",
    )
    with TestClient(create_app(gone), raise_server_exceptions=False) as client:
        for path, body in BODIES.items():
            response = client.post(path, json=body)
            assert_problem(response, 503)
            assert int(response.headers["Retry-After"]) > 0
        assert client.get("/healthz").status_code == 200
        assert client.get("/readyz").status_code == 503
        assert client.get("/.well-known/jwks.json").status_code == 200
