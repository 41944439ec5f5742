"""What is answered to those who are not signed in: the form, that the process answers, and nothing else."""

from collections.abc import Iterator

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient

from tests.fake_services import FakeServices

OPEN = {"/sign-in", "/language", "/healthz", "/readyz", "/static"}


def pages(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Yield method and path of everything that is not open."""
    for route in iter_route_contexts(app.routes):
        if route.path and route.path not in OPEN:
            for method in route.methods or ():
                yield method, route.path


def test_every_page_and_form_asks_for_a_sign_in_and_asks_no_service(
    console: FastAPI, browser: TestClient, services: FakeServices
) -> None:
    found = list(pages(console))
    assert {("GET", "/databases"), ("POST", "/knowledge/bases"), ("GET", "/people"), ("GET", "/logs")} < set(found)
    for method, path in found:
        answer = browser.request(method, path.translate({ord("{"): "1", ord("}"): "1"}))
        assert answer.status_code in {303, 401}, (method, path, answer.status_code)
    assert services.asked == []


def test_the_metrics_of_the_console_are_not_shown_to_strangers(browser: TestClient) -> None:
    assert browser.get("/metrics").status_code == 404
