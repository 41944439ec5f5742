"""What comes in pieces goes on in pieces: uploads, answers, downloads."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Event

import httpx
import pytest

from tests.fake_services import Answer, Asked, FakeServices

WAIT_SECONDS = 5.0
BASE = "11111111-1111-4111-8111-111111111111"
SESSION = "22222222-2222-4222-8222-222222222222"
FORM = "multipart/form-data; boundary=x"
FIRST, LAST = b"--x\r\nthis is no form that the console reads", b"the end"
DONE = {"session_id": SESSION, "message_id": BASE, "answer": "Nine o'clock. [1]", "citations": [], "unsourced": []}
DONE |= {"classification": "content", "model": "extractive"}


@dataclass
class Chat:
    """What the admin service answers to a question.

    Attributes:
        is_cut_off: its answer ends in the middle.
        seen: set by a test that has seen what was sent so far.
    """

    is_cut_off: bool = False
    seen: Event = field(default_factory=Event)

    def answer(self, _: Asked) -> Answer:
        return Answer(200, self._events(), {"Content-Type": "text/event-stream"})

    def _events(self) -> Iterator[bytes]:
        yield 'event: token\ndata: {"text": "九"}\n\n'.encode()
        self.seen.wait(WAIT_SECONDS)
        if not self.is_cut_off:
            yield f"event: done\ndata: {json.dumps(DONE)}\n\n".encode()


@pytest.fixture
def chat(services: FakeServices) -> Chat:
    played = Chat()
    services.rules[f"POST /api/knowledgebase/{BASE}/chat"] = played.answer
    return played


def test_an_upload_is_handed_on_before_its_end(browser: httpx.Client, services: FakeServices) -> None:
    accepted = {"accepted": 0, "duplicate": 0, "refused": 0, "items": []}
    services.rules["POST /api/documents/batch"] = lambda _: Answer(200, accepted)
    received: list[bytes] = []

    def body() -> Iterator[bytes]:
        yield FIRST
        received.append(services.received.get(timeout=WAIT_SECONDS))
        yield LAST

    answer = browser.post("/knowledge/uploads", content=body(), headers={"Content-Type": FORM, "HX-Request": "true"})
    assert answer.status_code == 200
    while not services.received.empty():
        received.append(services.received.get())
    assert b"".join(received) == FIRST + LAST


def test_an_answer_is_handed_on_before_its_end(browser: httpx.Client, chat: Chat) -> None:
    (first, piece), (last, content) = asked(browser, chat)
    assert (first, piece, last) == ("token", {"text": "九"}, "done")
    assert content["address"] == f"/knowledge/chat/{SESSION}#message-{BASE}"
    assert "Nine o&#39;clock. [1]" in content["html"]


def test_an_answer_that_is_cut_off_says_so(browser: httpx.Client, chat: Chat) -> None:
    chat.is_cut_off = True
    events = list(asked(browser, chat))
    assert [name for name, _ in events] == ["token", "problem"]
    assert "The answer was cut off." in events[-1][1]["html"]


def test_without_script_an_answer_that_is_cut_off_keeps_the_question(browser: httpx.Client, chat: Chat) -> None:
    chat.is_cut_off = True
    chat.seen.set()
    answer = browser.post("/knowledge/chat", data={"knowledge_base_id": BASE, "message": "どこ?"})
    assert answer.status_code == 503
    assert "どこ?" in answer.text


def test_a_file_of_another_runs_nothing_and_sets_nothing(browser: httpx.Client, services: FakeServices) -> None:
    headers = {
        "Content-Disposition": "attachment; filename=page.html",
        "Content-Type": "text/html",
        "Set-Cookie": "a=1",
    }
    services.rules[f"GET /api/documents/{BASE}/content"] = lambda _: Answer(200, b"<script></script>", headers)
    answer = browser.get(f"/knowledge/documents/{BASE}/content")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"] == "attachment; filename=page.html"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "set-cookie" not in answer.headers


def asked(browser: httpx.Client, chat: Chat) -> Iterator[tuple[str, dict[str, str]]]:
    fields = {"knowledge_base_id": BASE, "message": "When?"}
    accept = {"Accept": "text/event-stream"}
    with browser.stream("POST", "/knowledge/chat", data=fields, headers=accept) as answer:
        name = ""
        for line in answer.iter_lines():
            if line.startswith("event: "):
                name = line.removeprefix("event: ")
            elif line.startswith("data: "):
                yield name, json.loads(line.removeprefix("data: "))
                chat.seen.set()
