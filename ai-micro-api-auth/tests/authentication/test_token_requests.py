"""`POST /auth/token` answers what is no request for a token as RFC 6749 section 5.2 says, and as a problem document."""

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.people import PASSWORD, Person

FORM = "application/x-www-form-urlencoded"


@pytest.mark.parametrize(
    "form",
    [
        "",
        "grant_type=",
        "username=a%40example.com&password=b",
        "grant_type=password",
        "grant_type=password&username=a%40example.com",
        "grant_type=password&username=&password=",
        "grant_type=password&username=a&password=" + "x" * 10_000,
        "grant_type=password&username=a&username=b&password=c",
        "grant_type=client_credentials&grant_type=password",
        "grant_type=client_credentials&scope=" + "x" * 501,
        "grant_type=client_credentials&client_id=a%00b",
    ],
)
def test_a_form_that_is_no_request_for_a_token_is_an_invalid_request(client: TestClient, form: str) -> None:
    response = client.post("/auth/token", content=form, headers={"Content-Type": FORM})
    assert (response.status_code, response.json()["code"]) == (400, "INVALID_REQUEST")
    assert response.json()["error"] == "invalid_request"
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["errors"]


@pytest.mark.parametrize("grant_type", ["x", "Password", "authorization_code", "password client_credentials", "é"])
def test_a_grant_type_that_is_unknown_is_unsupported(client: TestClient, grant_type: str) -> None:
    response = client.post("/auth/token", data={"grant_type": grant_type, "username": "a" * 1000})
    assert (response.status_code, response.json()["code"]) == (400, "UNSUPPORTED_GRANT_TYPE")
    assert response.json()["error"] == "unsupported_grant_type"


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        (b'{"grant_type": "password"}', "application/json"),
        (b"grant_type=password", "text/plain"),
        (b"--x\r\nbroken", "multipart/form-data; boundary=x"),
        (b"grant_type=password", "multipart/form-data"),
    ],
)
def test_a_body_that_is_no_form_is_an_invalid_request(client: TestClient, content: bytes, content_type: str) -> None:
    response = client.post("/auth/token", content=content, headers={"Content-Type": content_type})
    assert (response.status_code, response.json().get("error")) == (400, "invalid_request"), response.text


def test_a_query_is_no_place_for_credentials(client: TestClient) -> None:
    response = client.post("/auth/token?username=a&password=b", data={"grant_type": "client_credentials"})
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_what_it_answers_is_in_the_document(client: TestClient) -> None:
    responses = client.get("/openapi.json").json()["paths"]["/auth/token"]["post"]["responses"]
    assert {"INVALID_REQUEST", "UNSUPPORTED_GRANT_TYPE", "INVALID_SCOPE"} <= set(
        responses["400"]["content"]["application/problem+json"]["examples"]
    )
    assert "422" not in responses


def test_passwords_are_taken_in_production_only_where_a_setting_says_so(settings: Settings, person: Person) -> None:
    form = {"grant_type": "password", "username": person.email, "password": PASSWORD}
    for setting, status in ((None, 400), (False, 400), (True, 200)):
        changes = {"environment": "production", "password_grant": setting}
        with TestClient(create_app(settings.model_copy(update=changes))) as client:
            response = client.post("/auth/token", data=form)
            assert response.status_code == status
            assert response.json().get("error") == (None if status == 200 else "unsupported_grant_type")
            assert client.post("/auth/login", json={"email": person.email, "password": PASSWORD}).status_code == 200
