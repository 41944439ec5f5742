"""Signing in and out: cookies, redirects, and requests that another site makes a browser send."""

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.sessions.cookie import NAME, SECURE_NAME
from app.settings import Settings
from tests.fake_services import ACCOUNT, SAME_ORIGIN, Answer, FakeServices

FIRST_PAGE = "/"


def sign_in(browser: TestClient, **fields: str) -> str:
    answer = browser.post("/sign-in", data=ACCOUNT | fields)
    assert answer.status_code == 303
    return answer.headers["location"]


def test_a_session_cookie_is_read_by_no_script(browser: TestClient) -> None:
    cookie = browser.post("/sign-in", data=ACCOUNT).headers["set-cookie"]
    name, _, attributes = cookie.partition("=")
    assert name == NAME
    assert {"HttpOnly", "SameSite=lax", "Path=/"} <= set(attributes.split("; "))
    assert "Secure" not in attributes
    assert "Max-Age" not in attributes


def behind_a_proxy(console: FastAPI, trusted: str) -> TestClient:
    app = ProxyHeadersMiddleware(console, trusted_hosts=trusted)  # type: ignore[arg-type]  # narrower than Starlette's
    forwarded = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "203.0.113.7"}
    return TestClient(app, headers=SAME_ORIGIN | forwarded, follow_redirects=False, client=("172.16.0.9", 1))  # type: ignore[arg-type]


def test_behind_a_proxy_that_is_believed_the_cookie_is_for_https_alone(
    console: FastAPI, services: FakeServices
) -> None:
    with behind_a_proxy(console, "172.16.0.0/12") as browser:
        answer = browser.post("/sign-in", data=ACCOUNT)
    assert answer.headers["set-cookie"].startswith(f"{SECURE_NAME}=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers
    assert services.last("POST /auth/login").headers["x-forwarded-for"] == "203.0.113.7"


def test_no_client_chooses_its_address_by_a_header(console: FastAPI, services: FakeServices) -> None:
    with behind_a_proxy(console, "") as browser:
        answer = browser.post("/sign-in", data=ACCOUNT)
    assert answer.headers["set-cookie"].startswith(f"{NAME}=")
    assert services.last("POST /auth/login").headers["x-forwarded-for"] == "172.16.0.9"


def test_a_browser_with_a_name_in_another_script_signs_in(browser: TestClient, services: FakeServices) -> None:
    browser.headers = httpx2.Headers([*browser.headers.multi_items(), ("User-Agent", "Navigateur é")], encoding="utf-8")
    sign_in(browser)
    assert services.count("POST /auth/login") == 1


def test_an_id_that_was_planted_is_not_the_one_that_is_signed_in(browser: TestClient) -> None:
    browser.cookies.set(NAME, "planted")
    answer = browser.post("/sign-in", data=ACCOUNT)
    assert answer.cookies[NAME] != "planted"
    assert len(answer.cookies[NAME]) >= 43


def test_signing_in_again_ends_the_session_before(
    browser: TestClient, console: FastAPI, services: FakeServices
) -> None:
    sign_in(browser)
    before = browser.cookies[NAME]
    sign_in(browser)
    assert browser.cookies[NAME] != before
    assert len(console.state.sessions) == 1
    assert services.count("POST /auth/logout") == 1


def test_the_page_that_was_asked_for_is_shown_after_the_sign_in(browser: TestClient) -> None:
    asked = browser.get("/services?a=1&b=2")
    assert asked.headers["location"] == "/sign-in?next=%2Fservices%3Fa%3D1%26b%3D2"
    assert sign_in(browser, next="/services?a=1&b=2") == "/services?a=1&b=2"


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
def test_a_sign_in_redirects_to_no_other_site(browser: TestClient, away: str) -> None:
    answer = browser.post("/sign-in", data=ACCOUNT | {"next": away})
    assert answer.headers["location"].startswith("/")
    assert not answer.headers["location"].startswith(("//", "/\\"))
    assert "evil" not in answer.headers["location"]


def test_an_encoded_path_stays_encoded(browser: TestClient) -> None:
    assert sign_in(browser, next="/%2F/evil.example") == "/%2F/evil.example"
    assert sign_in(browser, next="/%5cevil.example") == "/%5cevil.example"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://testserver.evil.example"},
        {"Origin": "http://testserver:81"},
        {},
    ],
)
def test_a_form_of_another_site_is_refused(console: FastAPI, services: FakeServices, headers: dict[str, str]) -> None:
    with TestClient(console, headers=headers, follow_redirects=False) as browser:
        for path in ("/sign-in", "/sign-out", "/language"):
            assert browser.post(path, data=ACCOUNT | {"to": "ja"}).status_code == 403
    assert services.asked == []


def test_a_browser_that_only_names_the_origin_is_let_in(console: FastAPI) -> None:
    with TestClient(console, headers={"Origin": "http://testserver"}, follow_redirects=False) as browser:
        assert sign_in(browser) == FIRST_PAGE


def test_a_wrong_password_is_said_and_not_sent_back(browser: TestClient) -> None:
    answer = browser.post("/sign-in", data={"email": "<script>alert(1)</script>", "password": "wrong-one"})
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert "wrong-one" not in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize(("status", "shown"), [(429, 429), (403, 403), (503, 503), (499, 499)])
def test_what_the_auth_service_says_against_a_sign_in_is_shown(
    browser: TestClient, services: FakeServices, status: int, shown: int
) -> None:
    services.rules["POST /auth/login"] = lambda _: Answer(status, {"detail": "Not now."})
    answer = browser.post("/sign-in", data=ACCOUNT)
    assert answer.status_code == shown
    assert 'role="alert"' in answer.text


def test_after_signing_out_nothing_is_shown(signed_in: TestClient, services: FakeServices) -> None:
    answer = signed_in.post("/sign-out")
    assert answer.headers["location"] == "/sign-in"
    assert NAME not in signed_in.cookies
    assert services.last("POST /auth/logout").body == {"refresh_token": "refresh-0"}
    assert signed_in.get("/services").headers["location"] == "/sign-in?next=%2Fservices"


def test_signing_out_in_a_second_tab_is_no_failure(signed_in: TestClient) -> None:
    signed_in.post("/sign-out")
    assert signed_in.post("/sign-out").headers["location"] == "/sign-in"


def test_one_can_sign_out_while_the_auth_service_is_away(signed_in: TestClient, services: FakeServices) -> None:
    services.rules["POST /auth/logout"] = lambda _: Answer(503, {})
    assert signed_in.post("/sign-out").headers["location"] == "/sign-in"
    assert signed_in.get("/services").status_code == 303


def test_a_session_that_was_idle_for_too_long_is_said_to_have_ended(
    signed_in: TestClient, console: FastAPI, settings: Settings
) -> None:
    session = console.state.sessions.find(signed_in.cookies[NAME])
    session.last_used -= settings.session_idle_minutes * 60 + 1
    assert signed_in.get("/services").headers["location"] == "/sign-in?ended=1&next=%2Fservices"
    assert "Your sign-in has ended" in signed_in.get("/sign-in?ended=1").text


def test_a_page_that_is_open_goes_to_the_sign_in_and_comes_back(signed_in: TestClient, services: FakeServices) -> None:
    services.is_closed = True
    services.rules["GET /api/knowledgebase"] = services.checked(lambda _: Answer(200, {}))
    open_page = {"HX-Request": "true", "HX-Current-URL": "http://testserver/services?x=1"}
    answer = signed_in.get("/knowledge/bases", headers=open_page)
    assert answer.status_code == 204
    assert answer.headers["hx-redirect"] == "/sign-in?ended=1&next=%2Fservices%3Fx%3D1"


@pytest.mark.parametrize(("role", "page", "has_link"), [("user", "/knowledge", False), ("admin", "/databases", True)])
def test_the_first_page_is_one_that_the_account_may_see(
    browser: TestClient, services: FakeServices, role: str, page: str, has_link: bool
) -> None:
    account = {"email": ACCOUNT["email"], "roles": [role]}
    services.rules["GET /auth/me"] = services.checked(lambda _: Answer(200, account))
    sign_in(browser)
    assert browser.get("/").headers["location"] == page
    assert ('href="/databases"' in browser.get("/databases/nothing").text) is has_link
