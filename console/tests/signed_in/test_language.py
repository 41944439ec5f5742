"""Which language a page is in."""

import pytest
from fastapi.testclient import TestClient

from app.pages import language


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("ja", "ja"),
        ("ja-JP,ja;q=0.9,en;q=0.8", "ja"),
        ("en-GB,ja;q=0.9", "en"),
        ("fr,de;q=0.9", "en"),
        ("fr, JA;q=0.3", "ja"),
        ("en;q=0.1, ja;q=0.2", "ja"),
        ("ja;q=0, en", "en"),
        ("ja;q=0", "en"),
        ("ja;q=high", "en"),
        (";;;,,,q=1", "en"),
        ("ja;q=nan", "en"),
        ("en;q=0.5, ja;q=inf", "en"),
    ],
)
def test_the_browser_gets_the_first_language_that_there_is(accepted: str, expected: str) -> None:
    assert language._preferred(accepted) == expected


def test_a_chosen_language_goes_before_that_of_the_browser(browser: TestClient) -> None:
    answer = browser.post("/language", data={"to": "ja", "next": "/sign-in"})
    assert answer.headers["location"] == "/sign-in"
    assert '<html lang="ja">' in browser.get("/sign-in", headers={"Accept-Language": "en"}).text


def test_a_language_that_there_is_not_is_not_chosen(browser: TestClient) -> None:
    answer = browser.post("/language", data={"to": "<script>", "next": "/sign-in"})
    assert "set-cookie" not in answer.headers


def test_a_page_that_is_not_there_says_so_in_the_language_of_its_reader(browser: TestClient) -> None:
    assert "このページはありません" in browser.get("/nothing", headers={"Accept-Language": "ja"}).text
