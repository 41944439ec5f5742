"""The console over services that a test plays."""

from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import AnyHttpUrl

from app.main import create_console
from app.settings import Settings
from tests.fake_services import ACCOUNT, SAME_ORIGIN, Answer, FakeServices


@pytest.fixture
def settings(services: FakeServices) -> Settings:
    address = AnyHttpUrl(services.address)
    return Settings(service_urls={"auth": address, "user": address, "admin": address})


@pytest.fixture
def console(settings: Settings) -> FastAPI:
    return create_console(settings)


@pytest.fixture
def browser(console: FastAPI) -> Iterator[TestClient]:
    """A browser that is not signed in, follows no redirect, and says that its forms are the console's own."""
    with TestClient(console, headers=SAME_ORIGIN, follow_redirects=False) as client:
        yield client


@pytest.fixture
def signed_in(browser: TestClient) -> TestClient:
    assert browser.post("/sign-in", data=ACCOUNT).status_code == 303
    return browser


@pytest.fixture
def administrator(browser: TestClient, services: FakeServices) -> TestClient:
    me = {"email": ACCOUNT["email"], "roles": ["admin", "user"]}
    services.rules["GET /auth/me"] = services.checked(lambda _: Answer(200, me))
    assert browser.post("/sign-in", data=ACCOUNT).status_code == 303
    return browser
