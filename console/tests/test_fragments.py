"""A part of a page that is asked for again and again is sent only where it has changed."""

import re
from types import SimpleNamespace
from typing import Any

import httpx
from fastapi import Request

from app.pages.rendering import fragment
from app.settings import Settings
from tests.fake_services import Answer, FakeServices


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


def test_the_news_of_documents_have_how_many_each_collection_holds_now(
    browser: httpx.Client, services: FakeServices
) -> None:
    base = "f8df5b74-cf38-4cc0-bbf9-3475e86aed1c"
    collection = {"id": base, "name": "未分類", "description": None, "document_count": 41}
    services.rules["GET /api/collections"] = lambda _: Answer(200, {"items": [collection], "next_cursor": None})
    services.rules["GET /api/documents"] = lambda _: Answer(200, {"items": [], "next_cursor": None, "total": 0})
    assert ">41</a>" in browser.get(f"/knowledge/bases/{base}/news").text
