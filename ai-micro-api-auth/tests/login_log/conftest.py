"""The admin service's stand-in, and the service under test that delivers to it."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from service_kit.testing.receiving import ReceivingServer

PATH = "/api/logs/login"


@pytest.fixture
def log_service() -> Iterator[ReceivingServer]:
    service = ReceivingServer(PATH)
    yield service
    service.close()


@pytest.fixture
def settings(settings: Settings, log_service: ReceivingServer) -> Settings:
    return settings.model_copy(update={"login_log_url": log_service.url})


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, client=("192.0.2.1", 50000), raise_server_exceptions=False) as client:
        yield client
