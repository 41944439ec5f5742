"""A part of a page that is asked for again and again is sent only where it has changed."""

import re
from types import SimpleNamespace
from typing import Any

from fastapi import Request

from app.pages.rendering import fragment
from app.settings import Settings


def request(query: str = "") -> Request:
    app = SimpleNamespace(state=SimpleNamespace(settings=Settings()))
    scope: dict[str, Any] = {"type": "http", "method": "GET", "path": "/services/news", "headers": [], "state": {}}
    return Request({**scope, "query_string": query.encode(), "app": app, "scheme": "http", "server": ("here", 80)})


def service(reason: str) -> dict[str, Any]:
    return {"services": [{"name": "auth", "away": reason, "measured": None, "releases": None}]}


def test_what_the_page_has_already_is_not_sent_again_and_what_has_changed_is() -> None:
    first = fragment(request(), "services/news.html", service(""))
    assert first.status_code == 200
    seen = re.search(rb"seen=(\w+)", bytes(first.body))
    assert seen is not None
    query = f"seen={seen[1].decode()}"
    assert fragment(request(query), "services/news.html", service("")).status_code == 204
    changed = fragment(request(query), "services/news.html", service("it does not answer"))
    assert changed.status_code == 200
    assert b"it does not answer" in bytes(changed.body)


def test_a_text_that_looks_like_the_place_of_the_mark_stays() -> None:
    answer = fragment(request(), "services/news.html", service("it says @seen@"))
    assert b"it says @seen@" in bytes(answer.body)
    assert b"?seen=@" not in bytes(answer.body)
