"""The service under test, on a database of each test's own."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from service_kit.testing.callers import Caller
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer, TokenIssuer


@pytest.fixture
def settings(migrated_database: DatabaseUrls, jwks_server: JwksServer) -> Settings:
    return Settings(_env_file=None, database_url=migrated_database.app, jwks_url=jwks_server.url)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def user(client: TestClient, tokens: TokenIssuer) -> Caller:
    return Caller(client, tokens, "user")


@pytest.fixture
def stranger(client: TestClient, tokens: TokenIssuer) -> Caller:
    return Caller(client, tokens, "user")
