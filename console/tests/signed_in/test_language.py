"""Which language a page is in."""

import pytest
from fastapi.testclient import TestClient

from app import language
from app.pages.texts import failure
from tests.fake_services import Answer, FakeServices

FITS_NOT = "The request does not fit the schema; `errors` names each fault."


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


@pytest.mark.parametrize(
    ("name", "detail", "expected"),
    [
        ("ja", "There is no such account.", "そのアカウントはありません。"),
        ("ja", "There is no account 7.", "そのアカウントはありません。 (There is no account 7.)"),
        ("en", "There is no account 7.", "There is no account 7."),
    ],
)
def test_what_a_service_always_says_of_a_problem_is_translated(
    monkeypatch: pytest.MonkeyPatch, name: str, detail: str, expected: str
) -> None:
    monkeypatch.setattr(language, "current", lambda: name)
    assert language.translated_problem({"code": "ACCOUNT_NOT_FOUND", "detail": detail}) == expected


@pytest.mark.parametrize("problem", [{}, {"code": "OF_A_NEWER_RELEASE"}, {"code": ["no", "text"]}, {"code": None}])
def test_a_problem_that_is_not_known_is_shown_as_it_is(
    monkeypatch: pytest.MonkeyPatch, problem: dict[str, object]
) -> None:
    monkeypatch.setattr(language, "current", lambda: "ja")
    assert language.translated_problem({**problem, "detail": "It is new."}) == "It is new."


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("string_too_short", "String should have at least 3 characters", "3 文字以上にしてください"),
        ("string_too_short", "String should have at least 1 character", "1 文字以上にしてください"),
        ("password_length", "must have 8 to 128 characters", "8 文字以上 128 文字以内にしてください"),
        ("email_unusual_letters", "has wide or otherwise unusual letters before the @: write {0.a}", None),
        ("missing", "It is not there.", "入力してください (It is not there.)"),
        ("string_too_short", "It is short.", "It is short."),
        ("of_a_newer_release", "It is new.", "It is new."),
        (None, "It is new.", "It is new."),
    ],
)
def test_what_is_wrong_with_a_field_is_translated_with_its_values(
    monkeypatch: pytest.MonkeyPatch, kind: str | None, text: str, expected: str | None
) -> None:
    monkeypatch.setattr(language, "current", lambda: "ja")
    said = language.translated_of_service(text, kind)
    assert said == (expected or "@ の前に全角などの特殊な文字があります。{0.a} と書いてください")


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        ("Page 7 of the PDF is damaged and cannot be read.", "DAMAGED", "PDF の 7 ページが壊れていて読めません。"),
        (
            "It could not be replaced by “{0}”: The PDF has 9 pages; 8 is the limit. What it was before is kept.",
            "TOO_MANY_PAGES",
            "「{0}」に置き換えられませんでした。PDF が 9 ページあります。上限は 8 ページです。以前の内容はそのまま残っています。",  # noqa: E501
        ),
        (
            "It could not be processed again: It is new. What it was before is kept.",
            "OF_A_NEWER_RELEASE",
            "再処理できませんでした。It is new.以前の内容はそのまま残っています。",
        ),
        ("It failed before there were codes.", None, "It failed before there were codes."),
    ],
)
def test_the_reason_of_a_failed_document_is_translated_with_what_became_of_the_document(
    monkeypatch: pytest.MonkeyPatch, error: str, code: str | None, expected: str
) -> None:
    monkeypatch.setattr(language, "current", lambda: "ja")
    assert failure({"error": error, "error_code": code}) == expected
    monkeypatch.setattr(language, "current", lambda: "en")
    assert failure({"error": error, "error_code": code}) == error


def test_a_form_says_in_its_language_what_is_wrong_with_each_field(
    administrator: TestClient, services: FakeServices
) -> None:
    errors = [
        {"loc": ["body", "name"], "msg": "String should have at most 200 characters", "type": "string_too_long"},
        {"loc": ["body", "visibility"], "msg": "Input should be 'private' or 'shared'", "type": "literal_error"},
    ]
    document = {"code": "VALIDATION_FAILED", "detail": FITS_NOT, "errors": errors}
    services.rules["GET /api/knowledgebase"] = lambda _: Answer(200, {"items": [], "next_cursor": None, "total": 0})
    services.rules["POST /api/knowledgebase"] = lambda _: Answer(422, document)
    page = administrator.post("/knowledge/bases", data={"name": "a"}, headers={"Accept-Language": "ja"}).text
    assert 'id="new-name-problem">200 文字以内にしてください' in page
    assert 'id="new-visibility-problem">選べる値ではありません' in page
    assert "does not fit" not in page


def test_an_address_that_the_console_cannot_read_is_refused_in_its_language(signed_in: TestClient) -> None:
    page = signed_in.get("/logs/login-or-none", headers={"Accept-Language": "ja"}).text
    assert "このページはありません" in page
    page = signed_in.post("/language", data={}, headers={"Accept-Language": "ja"}).text
    assert "to: 入力してください" in page


def test_a_text_with_braces_of_its_own_is_translated_with_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "current", lambda: "ja")
    detail = (
        "The variable {place} is unknown; a template for answer may have {context}, {question}."
        " For braces around a text write {{ and }}."
    )
    said = language.translated_problem({"code": "INVALID_PROMPT_TEMPLATE", "detail": detail})
    assert said.startswith("変数 {place} は使えません。")
    assert said.endswith("{context}, {question} です。文字を波括弧で囲むときは {{ と }} を使ってください。")


def test_a_page_says_in_its_language_why_a_service_has_refused(browser: TestClient, services: FakeServices) -> None:
    services.rules["POST /auth/login"] = lambda _: Answer(
        429, {"code": "TOO_MANY_LOGINS", "detail": "Too many failed logins: wait 300 seconds."}
    )
    form = {"email": "a@example.com", "password": "unimportant"}
    page = browser.post("/sign-in", data=form, headers={"Accept-Language": "ja"}).text
    assert "サインインの失敗が多すぎます。しばらく待ってください。 (Too many failed logins: wait 300 seconds.)" in page
