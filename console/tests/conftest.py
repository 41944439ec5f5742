"""The console behind a real socket, and behind it a server that plays the services."""

from collections.abc import Iterator

import httpx
import pytest

from app.main import create_console
from app.settings import Settings
from service_kit.testing.serving import served
from tests.fake_services import ACCOUNT, SAME_ORIGIN, Answer, FakeServices

LISTS = ("/api/chat-sessions", "/api/collections", "/api/knowledgebase", "/api/prompt-templates")


@pytest.fixture
def services() -> Iterator[FakeServices]:
    played = FakeServices()
    yield played
    played.close()


@pytest.fixture
def console(services: FakeServices) -> Iterator[str]:
    """The address of a console; nothing is in its lists."""
    for path in LISTS:
        services.rules[f"GET {path}"] = lambda _: Answer(200, {"items": [], "next_cursor": None, "total": 0})
    address = services.address
    settings = Settings.load(service_urls={"auth": address, "user": address, "admin": address})
    with served(create_console(settings)) as url:
        yield url


@pytest.fixture
def browser(console: str, services: FakeServices) -> Iterator[httpx.Client]:
    """An administrator's browser, signed in, as far as HTTP goes."""
    account = {"email": ACCOUNT["email"], "roles": ["admin"]}
    services.rules["GET /auth/me"] = services.checked(lambda _: Answer(200, account))
    with httpx.Client(base_url=console, headers=SAME_ORIGIN, timeout=10) as client:
        client.post("/sign-in", data=ACCOUNT)
        yield client
