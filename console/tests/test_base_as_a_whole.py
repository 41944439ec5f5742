"""The page of a knowledge base as a whole: its summary, and how far a change of its model is."""

from typing import Any

import httpx
import pytest

from tests.fake_services import ACCOUNT, Answer, FakeServices

ID = "8d8ac610-566d-4ef0-9c22-186b2a5ed793"
API = f"/api/knowledgebase/{ID}"
PAGE = f"/knowledge/bases/{ID}/whole"
BASE = {"id": ID, "name": "図書館", "embedding": {"provider": "hash", "model": "hash-1", "dimensions": 384}}
NO_SUMMARY = {"summary": None, "statistics": None, "model": None, "updated_at": None, "is_stale": False}
CHANGE = {
    "embedding": {"provider": "openai", "model": "bge-m3", "dimensions": 1024},
    "requested_at": "2026-01-05T09:00:00Z",
    "chunk_count": 1200,
    "finished_chunk_count": 300,
    "error": None,
}


@pytest.fixture(autouse=True)
def known(services: FakeServices) -> None:
    answers(services, None)


def answers(services: FakeServices, change: dict[str, Any] | None, **summary: object) -> None:
    services.rules[f"GET {API}"] = lambda _: Answer(200, BASE)
    services.rules[f"GET {API}/summary"] = lambda _: Answer(200, NO_SUMMARY | summary)
    services.rules[f"GET {API}/embedding-change"] = lambda _: Answer(200, change)


def test_a_change_says_how_far_it_is_and_asks_for_news(browser: httpx.Client, services: FakeServices) -> None:
    answers(services, CHANGE)
    page = browser.get(PAGE).text
    assert '<progress max="1200" value="300"' in page
    assert "300 of 1200 passages" in page
    assert f'hx-get="{PAGE}/news?seen="' in page
    news = browser.get(f"{PAGE}/news", headers={"HX-Request": "true"})
    seen = news.text.partition("seen=")[2].partition('"')[0]
    assert browser.get(f"{PAGE}/news?seen={seen}", headers={"HX-Request": "true"}).status_code == 204
    answers(services, None)
    assert "<progress" not in browser.get(f"{PAGE}/news?seen={seen}", headers={"HX-Request": "true"}).text


def test_why_a_change_pauses_is_said_in_the_language_of_the_page(browser: httpx.Client, services: FakeServices) -> None:
    said = "The embedding model bge-m3 is not set up where documents are processed."
    answers(services, CHANGE | {"error": said})
    assert said in browser.get(PAGE).text
    page = browser.get(PAGE, headers={"Accept-Language": "ja"}).text
    assert "文書を処理する側に埋め込みモデル bge-m3 が設定されていません。" in page


def test_a_model_that_is_not_set_up_is_refused_beside_the_form(browser: httpx.Client, services: FakeServices) -> None:
    document = {"code": "EMBEDDING_PROVIDER_NOT_SET_UP", "detail": "This service has no such provider."}
    services.rules[f"PUT {API}/embedding-change"] = lambda _: Answer(422, document)
    answer = browser.post(f"{PAGE}/embedding", data={"provider": "openai"})
    assert answer.status_code == 422
    assert "This service has no such provider." in answer.text
    assert '<option value="openai" selected>' in answer.text


def test_what_a_model_has_written_is_text(browser: httpx.Client, services: FakeServices) -> None:
    summary = {"summary": "<script>1</script>", "model": "<b>", "updated_at": "2026-01-05T09:00:00Z"}
    answers(services, None, **summary, is_stale=True)
    page = browser.get(PAGE).text
    assert "&lt;script&gt;1" in page
    assert "Written by &lt;b&gt;" in page
    assert "it is made again" in page
    assert "Make the summary again" in page


def test_who_may_not_change_it_sees_no_button(browser: httpx.Client, services: FakeServices) -> None:
    services.rules["GET /auth/me"] = services.checked(lambda _: Answer(200, {"email": "a@b.c", "roles": ["user"]}))
    browser.cookies.clear()
    browser.post("/sign-in", data=ACCOUNT)
    answers(services, CHANGE)
    page = browser.get(PAGE).text
    assert "300 of 1200 passages" in page
    assert f'action="{PAGE}' not in page
