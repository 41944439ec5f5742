"""What comes in pieces goes on in pieces: uploads, answers, downloads."""

import json
from collections.abc import Iterator

import httpx

from tests.played_services import BASE, SESSION, WAIT_SECONDS, PlayedServices

FORM = "multipart/form-data; boundary=x"
FIRST, LAST = b"--x\r\nthis is no form that the console reads", b"the end"


def test_an_upload_is_handed_on_before_its_end(browser: httpx.Client, played: PlayedServices) -> None:
    received: list[bytes] = []

    def body() -> Iterator[bytes]:
        yield FIRST
        received.append(played.received.get(timeout=WAIT_SECONDS))
        yield LAST

    answer = browser.post("/knowledge/uploads", content=body(), headers={"Content-Type": FORM, "HX-Request": "true"})
    assert answer.status_code == 200
    while not played.received.empty():
        received.append(played.received.get())
    assert b"".join(received) == FIRST + LAST


def test_an_answer_is_handed_on_before_its_end(browser: httpx.Client, played: PlayedServices) -> None:
    (first, piece), (last, content) = asked(browser, played)
    assert (first, piece, last) == ("token", {"text": "九"}, "done")
    assert content["address"] == f"/knowledge/chat/{SESSION}#message-{BASE}"
    assert "Nine o&#39;clock. [1]" in content["html"]


def test_an_answer_that_is_cut_off_says_so(browser: httpx.Client, played: PlayedServices) -> None:
    played.is_cut_off = True
    events = list(asked(browser, played))
    assert [name for name, _ in events] == ["token", "problem"]
    assert "The answer was cut off." in events[-1][1]["html"]


def test_without_script_an_answer_that_is_cut_off_keeps_the_question(
    browser: httpx.Client, played: PlayedServices
) -> None:
    played.is_cut_off = True
    played.seen.set()
    answer = browser.post("/knowledge/chat", data={"knowledge_base_id": BASE, "message": "どこ?"})
    assert answer.status_code == 503
    assert "どこ?" in answer.text


def test_a_file_of_another_runs_nothing_and_sets_nothing(browser: httpx.Client) -> None:
    answer = browser.get(f"/knowledge/documents/{BASE}/content")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == "attachment; filename=page.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def asked(browser: httpx.Client, played: PlayedServices) -> Iterator[tuple[str, dict[str, str]]]:
    fields = {"knowledge_base_id": BASE, "message": "When?"}
    accept = {"Accept": "text/event-stream"}
    with browser.stream("POST", "/knowledge/chat", data=fields, headers=accept) as answer:
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))
                played.seen.set()
