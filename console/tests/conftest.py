"""The console behind a real socket, and behind it a server that plays the services."""

from collections.abc import Iterator

import httpx
import pytest

from app.main import create_console
from app.settings import Settings
from service_kit.testing.serving import served
from tests.played_services import PlayedServices, played_by


@pytest.fixture
def played() -> PlayedServices:
    return PlayedServices()


@pytest.fixture
def console(played: PlayedServices) -> Iterator[str]:
    """The address of a console; the services are those of `played`."""
    with served(played_by(played)) as url:
        settings = Settings.load(service_urls={"auth": url, "user": url, "admin": url})
        with served(create_console(settings)) as address:
            yield address


@pytest.fixture
def browser(console: str) -> Iterator[httpx.Client]:
    """A signed-in browser, as far as HTTP goes."""
    with httpx.Client(base_url=console, headers={"Sec-Fetch-Site": "same-origin"}, timeout=10) as client:
        client.post("/sign-in", data={"email": "a@example.com", "password": "x"})
        yield client
