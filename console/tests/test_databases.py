"""What the pages of databases say of attempts, those of other releases included."""

from typing import Any

import httpx
import pytest

from tests.fake_services import Answer, FakeServices

STATUS: dict[str, Any] = {
    "current": "003",
    "head": "003",
    "required": "003",
    "ready": True,
    "reason": "",
    "pending": [],
    "releases": [],
    "migrating": None,
    "blocked_by": [],
    "changed_files": [],
    "never_applied": [],
    "drift": {"changes": [], "reason": ""},
}


def attempt(**facts: object) -> dict[str, Any]:
    return {
        "id": 4,
        "revision": "004",
        "direction": "upgrade",
        "phase": "expand",
        "outcome": "failed",
        "started_at": "2026-01-05T09:00:00Z",
        "duration_ms": 28,
        "lock_wait_ms": 0,
        "attempts": 1,
        "occurrences": 1,
        "error": "a check is false",
        "cause": "CheckFailedError",
        "statement": None,
        "app_version": "1.1.0",
        "host": "one",
        "os_user": "app",
    } | facts


def known(services: FakeServices, *attempts: dict[str, Any]) -> None:
    services.rules["GET /migrations"] = lambda _: Answer(200, STATUS | {"last_attempt": attempts[0]})
    history = {"items": list(attempts), "next_cursor": None}
    services.rules["GET /migrations/history"] = lambda _: Answer(200, history)


def test_why_the_last_attempt_failed_stands_beside_each_database(browser: httpx.Client, services: FakeServices) -> None:
    known(services, attempt())
    assert browser.get("/databases").text.count(f'<p class="problem">{FAILED}</p>') == 3


def test_who_holds_a_revision_of_a_release_that_does_not_run_yet_is_said(
    browser: httpx.Client, services: FakeServices
) -> None:
    known(services, attempt(outcome="held", error="user@003 (pid 7)", cause=None))
    assert browser.get("/databases").text.count("Held by user@003 (pid 7)") == 3
    pending = [{"revision": "004", "title": "Drop", "held_by": ["user@003 (pid 7)"], "held_since": None}]
    status = STATUS | {"pending": pending, "last_attempt": attempt(outcome="held", error="user@003 (pid 7)")}
    services.rules["GET /migrations"] = lambda _: Answer(200, status)
    assert browser.get("/databases").text.count("user@003 (pid 7)") == 3, "once for each, where it is pending"


def test_the_history_of_a_database_says_by_what_an_attempt_failed(
    browser: httpx.Client, services: FakeServices
) -> None:
    known(services, attempt(), attempt(id=3, error="interrupted", cause=None))
    page = browser.get("/databases/auth").text
    assert f"<p>{FAILED}</p>" in page
    assert "<p>interrupted</p>" in page


FAILED = "a check is false <code>CheckFailedError</code>"
AHEAD = "A newer release has applied 004. The release that runs knows the revisions up to 003."
AHEAD_IN_JAPANESE = "新しいリリースが 004 を適用しました。稼働中のリリースが知っているリビジョンは 003 までです。"


@pytest.mark.parametrize(("language", "text"), [("en", AHEAD), ("ja", AHEAD_IN_JAPANESE)])
def test_a_database_that_a_newer_release_has_migrated_is_said_to_be_so(
    browser: httpx.Client, services: FakeServices, language: str, text: str
) -> None:
    status = STATUS | {"current": "004", "last_attempt": attempt(outcome="applied")}
    services.rules["GET /migrations"] = lambda _: Answer(200, status)
    assert text in browser.get("/databases", headers={"Accept-Language": language}).text


@pytest.mark.parametrize(
    "facts",
    [{}, {"current": None}, {"current": "002", "pending": [{"revision": "003", "title": "Add", "held_by": []}]}],
)
def test_a_database_that_is_not_past_the_release_is_not_said_to_be_so(
    browser: httpx.Client, services: FakeServices, facts: dict[str, Any]
) -> None:
    services.rules["GET /migrations"] = lambda _: Answer(200, STATUS | {"last_attempt": None} | facts)
    text = browser.get("/databases").text
    assert "Current" in text
    assert "A newer release" not in text


@pytest.mark.parametrize(
    ("facts", "outcome", "direction"),
    [
        ({}, "failed", "upgrade"),
        ({"outcome": "held"}, "held", "upgrade"),
        ({"outcome": "applied"}, "applied", "upgrade"),
        ({"outcome": "applied", "direction": "downgrade"}, "reverted", "downgrade"),
        ({"outcome": "applied", "direction": "stamp"}, "stamped", "stamp"),
    ],
)
def test_an_attempt_says_what_was_tried_and_what_became_of_it(
    browser: httpx.Client, services: FakeServices, facts: dict[str, Any], outcome: str, direction: str
) -> None:
    known(services, attempt(**facts))
    text = browser.get("/databases/user").text
    assert text.count(f">{outcome}</span>") == 2
    assert f"expand, {direction}<" in text


def test_how_often_a_revision_was_tried_is_said_where_it_was_not_once(
    browser: httpx.Client, services: FakeServices
) -> None:
    known(services, attempt(attempts=6), attempt(id=3))
    assert browser.get("/databases/user").text.count("tried 6 times") == 1


def test_a_revision_of_another_release_has_a_page_with_what_was_done(
    browser: httpx.Client, services: FakeServices
) -> None:
    known(services, attempt())
    answer = browser.get("/databases/user/revisions/004")
    assert answer.status_code == 200
    assert "The release that runs does not have this revision" in answer.text
    assert "a check is false" in answer.text


def test_a_revision_that_no_release_had_has_no_page(browser: httpx.Client, services: FakeServices) -> None:
    services.rules["GET /migrations/history"] = lambda _: Answer(200, {"items": [], "next_cursor": None})
    assert browser.get("/databases/user/revisions/004").status_code == 404
