"""`POST /auth/token` with `grant_type=client_credentials`."""

from collections.abc import Iterator

import jwt
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import text

from app.keys.ring import KeyRing
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.waiting import eventually
from service_kit.tokens.services import SERVICE_IDS

SERVICE = "ai-micro-api-user"
SECRET = "a secret of a/service, 100%"
GRANT = {"grant_type": "client_credentials"}
IN_THE_FORM = {**GRANT, "client_id": SERVICE, "client_secret": SECRET}


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    settings = settings.model_copy(update={"service_client_secret": SecretStr(SECRET)})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


def test_a_service_gets_a_short_token_for_what_it_may_do_and_no_role(client: TestClient, key_ring: KeyRing) -> None:
    response = client.post("/auth/token", data=IN_THE_FORM)
    assert response.status_code == 200, response.text
    answer = response.json()
    assert set(answer) == {"access_token", "token_type", "expires_in", "scope"}
    assert response.headers["cache-control"] == "no-store"
    key = key_ring.signing_key().private.public_key()
    claims = jwt.decode(answer["access_token"], key, algorithms=["RS256"], audience="ai-micro-api-admin")
    assert (claims["sub"], claims["scope"], claims["roles"]) == (str(SERVICE_IDS[SERVICE]), "audit:write", [])
    assert claims["exp"] - claims["iat"] == answer["expires_in"] == 300
    assert "sid" not in claims


def test_the_secret_may_come_as_http_basic_encoded_as_in_a_form(client: TestClient) -> None:
    basic = (SERVICE, "a+secret+of+a%2Fservice%2C+100%25")
    assert client.post("/auth/token", data=GRANT, auth=basic).status_code == 200


@pytest.mark.parametrize(
    "change",
    [{"client_secret": "another secret of a service"}, {"client_secret": ""}, {"client_id": "ai-micro-api-admin"},
     {"client_id": ""}, {"client_id": "x", "client_secret": "ü"}],
)  # fmt: skip
def test_another_client_or_secret_is_refused_and_recorded(
    client: TestClient, database: Database, change: dict[str, str]
) -> None:
    response = client.post("/auth/token", data={**IN_THE_FORM, **change})
    assert (response.status_code, response.json()["code"]) == (401, "INVALID_CLIENT")
    assert response.json()["error"] == "invalid_client"
    assert response.headers["www-authenticate"] == 'Basic realm="services"'

    def refused() -> int:
        with database.reading() as connection:
            found = text("SELECT count(*) FROM audit_events WHERE reason = 'INVALID_CLIENT' AND result = 'refused'")
            return connection.scalar(found) or 0

    eventually(lambda: refused() == 1)


def test_a_scope_that_the_client_may_not_have_is_refused(client: TestClient) -> None:
    for scope in ("login-logs:write", "audit:write admin", "*"):
        response = client.post("/auth/token", data={**IN_THE_FORM, "scope": scope})
        assert (response.status_code, response.json()["error"]) == (400, "invalid_scope")
    assert client.post("/auth/token", data={**IN_THE_FORM, "scope": "audit:write"}).status_code == 200


def test_without_a_secret_no_service_gets_a_token(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        for secret in ("", SECRET):
            response = client.post("/auth/token", data={**IN_THE_FORM, "client_secret": secret})
            assert response.status_code == 401


def test_a_services_token_opens_nothing_of_an_account(client: TestClient) -> None:
    token = client.post("/auth/token", data=IN_THE_FORM).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    assert client.get("/auth/me", headers=headers).status_code == 401
    assert client.get("/auth/users", headers=headers).status_code == 401


@pytest.mark.parametrize("header", ["", "!!!!", "w7w=", "Og", "YWI=", "/w=="])
@pytest.mark.parametrize("form", [GRANT, IN_THE_FORM, {"grant_type": "password", "username": "a", "password": "b"}])
def test_basic_credentials_that_cannot_be_read_are_a_client_that_is_unknown(
    client: TestClient, header: str, form: dict[str, str]
) -> None:
    response = client.post("/auth/token", data=form, headers={"Authorization": f"Basic {header}".strip()})
    assert (response.status_code, response.json()["code"]) == (401, "INVALID_CLIENT")
    assert response.json()["error"] == "invalid_client"
    assert response.headers["www-authenticate"].startswith("Basic realm=")


@pytest.mark.parametrize("header", ["", "Bearer x", "Digest x"])
def test_a_header_without_basic_credentials_leaves_those_of_the_form(client: TestClient, header: str) -> None:
    assert client.post("/auth/token", data=IN_THE_FORM, headers={"Authorization": header}).status_code == 200


def test_a_client_that_sends_two_secrets_is_refused(client: TestClient) -> None:
    response = client.post("/auth/token", data=IN_THE_FORM, auth=(SERVICE, SECRET))
    assert (response.status_code, response.json()["error"]) == (400, "invalid_request")


def test_a_default_secret_is_refused_in_production(settings: Settings) -> None:
    values = {**settings.model_dump(exclude_none=True), "environment": "production"}
    with pytest.raises(ValueError, match="SERVICE_CLIENT_SECRET holds a default secret"):
        Settings(_env_file=None, **{**values, "service_client_secret": "local-only-service-client"})
