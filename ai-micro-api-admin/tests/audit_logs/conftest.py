"""What the tests of the audit log read it with."""

from collections.abc import Callable
from uuid import UUID

import pytest
from fastapi.testclient import TestClient

from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.types_of_fixtures import Headers, Json

URL = "/api/logs/audit"

Events = Callable[..., list[Json]]


@pytest.fixture
def events(client: TestClient, admin: Headers) -> Events:
    """Return the events that an administrator finds, the latest first."""

    def read(**params: object) -> list[Json]:
        response = client.get(URL, params={name: str(value) for name, value in params.items()}, headers=admin)
        assert response.status_code == 200, response.text
        return list(response.json()["items"])

    return read


@pytest.fixture
def user_service(tokens: TokenIssuer) -> Headers:
    """The Authorization header of the user service."""
    return service_headers(tokens, SERVICE_IDS["ai-micro-api-user"])


def service_headers(tokens: TokenIssuer, service: UUID, scope: str = "audit:write") -> Headers:
    return {"Authorization": f"Bearer {tokens.token(service, roles=[], scope=scope)}"}
