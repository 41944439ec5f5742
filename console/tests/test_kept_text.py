"""What a person has typed is there again, whatever goes wrong; and it is shown as text."""

import httpx
import pytest

from app.pages.texts import marked
from tests.fake_services import Answer, FakeServices

TYPED = {
    "name": '"><script>alert(1)</script>',
    "description": "一行目\r\n</textarea><b>二行目",
    "visibility": "private",
}
SHOWN = ("&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;", "一行目\n&lt;/textarea&gt;&lt;b&gt;二行目")


NOT_VALID = [{"loc": ["body", "name"], "msg": "too <b>long</b>", "type": "x"}]


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (
            Answer(422, {"detail": "Not valid.", "code": "INVALID", "errors": NOT_VALID}),
            'id="new-name-problem">too &lt;b&gt;long&lt;/b&gt;',
        ),
        (Answer(503, {"detail": "The database cannot be reached."}), "The database cannot be reached."),
        (Answer(401, {"detail": "The token is not valid."}), "Your sign-in has ended"),
    ],
    ids=["not valid", "away", "withdrawn"],
)
def test_the_text_of_a_form_is_kept(browser: httpx.Client, services: FakeServices, trouble: Answer, said: str) -> None:
    services.rules["POST /api/knowledgebase"] = lambda _: trouble
    services.is_closed = trouble.status == 401  # no new token is given then
    answer = browser.post("/knowledge/bases", data=TYPED)
    assert answer.status_code == trouble.status
    assert said in answer.text
    assert all(text in answer.text for text in SHOWN)


def test_a_session_that_is_gone_keeps_it_too(browser: httpx.Client) -> None:
    browser.cookies.clear()
    answer = browser.post("/knowledge/bases", data=TYPED)
    assert answer.status_code == 401
    assert all(text in answer.text for text in SHOWN)


def test_a_password_is_not_shown_again(browser: httpx.Client) -> None:
    browser.cookies.clear()
    answer = browser.post("/knowledge/bases", data={"new_password": "secret words", "name": "x"})
    assert "secret words" not in answer.text


def test_an_address_that_cannot_be_is_a_page_that_is_not_there(browser: httpx.Client) -> None:
    answer = browser.get("/knowledge/bases/..%3F")
    assert answer.status_code == 404
    assert "There is no such page" in answer.text


def test_marks_stand_where_the_api_says_and_the_rest_is_text() -> None:
    assert marked("<b>a😀b", [{"start": 3, "end": 5}]) == "&lt;b&gt;<mark>a😀</mark>b"
