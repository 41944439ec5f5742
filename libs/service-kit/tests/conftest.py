"""The sample service on a database of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sample.application import ALEMBIC_INI, create_app

from service_kit.settings.service_settings import TokenCheckingSettings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.gate import Gate
from service_kit.testing.tokens import JwksServer


@pytest.fixture(scope="session")
def alembic_ini() -> Path:
    return ALEMBIC_INI


@pytest.fixture
def settings(migrated_database: DatabaseUrls, jwks_server: JwksServer) -> TokenCheckingSettings:
    return TokenCheckingSettings(_env_file=None, database_url=migrated_database.app, jwks_url=jwks_server.url)


@pytest.fixture
def client(settings: TokenCheckingSettings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def gated_client(gated_database_url: str, database_gate: Gate, jwks_server: JwksServer) -> Iterator[TestClient]:
    settings = TokenCheckingSettings(_env_file=None, database_url=gated_database_url, jwks_url=jwks_server.url)
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
