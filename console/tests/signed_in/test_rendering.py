"""What the filters of the templates make of values, and what a page tells a browser."""

import pytest
from fastapi.testclient import TestClient

from app.pages import rendering, texts
from tests.fake_services import SAME_ORIGIN, Answer, FakeServices


@pytest.mark.parametrize(
    ("count", "expected"), [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_000_000, "2 MB"), (3 * 10**9, "3 GB")]
)
def test_a_size_is_in_the_largest_unit_that_it_fills(count: int, expected: str) -> None:
    assert texts.size(count) == expected


def test_a_moment_is_an_element_that_a_browser_shows_in_its_zone() -> None:
    moment = "2026-01-05T09:00:00Z"
    assert rendering._time(moment) == f'<time datetime="{moment}">2026-01-05 09:00:00 UTC</time>'
    assert rendering._time(None) == "–"


def test_marks_are_put_into_a_text_that_is_escaped() -> None:
    marked = texts.marked("<b> & x", [{"start": 0, "end": 3}, {"start": 6, "end": 7}])
    assert marked == "<mark>&lt;b&gt;</mark> &amp; <mark>x</mark>"


def ready(services: FakeServices) -> None:
    services.rules["GET /readyz"] = lambda _: Answer(200, {})
    services.rules["GET /migrations"] = lambda _: Answer(200, {"releases": []})


def test_pages_are_kept_by_no_browser_and_run_no_script_of_their_own(
    services: FakeServices, signed_in: TestClient
) -> None:
    ready(services)
    for path in ("/services", "/sign-in", "/nothing"):
        headers = signed_in.get(path, headers=SAME_ORIGIN).headers
        assert headers["cache-control"] == "no-store"
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
