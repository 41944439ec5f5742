"""Retrieved text is data: thirty documents that say otherwise change nothing."""

import re
from collections.abc import Iterator
from functools import partial

import pytest
from fastapi.testclient import TestClient

from tests.chat.injections import ATTEMPTS, FACT, ORDER, QUESTION
from tests.model_server import ModelServer, streamed
from tests.types_of_fixtures import Create, Headers, Json, Process, Upload

QUOTED = re.compile(r"<((?:passages|conversation)-[0-9a-f]{12})>\n.*?\n</\1>", re.DOTALL)


@pytest.fixture
def poisoned(new_knowledge_base: Create, upload: Upload, process: Process) -> Json:
    """A knowledge base in which every document gives orders."""
    made = new_knowledge_base(name="規程", visibility="shared")
    for number, attempt in enumerate(ATTEMPTS):
        upload(f"{FACT}\n{attempt}\n".encode(), f"{number}.txt", into=made["id"])
    process()
    return made


def obedient(body: Json) -> Iterator[bytes]:
    """Answer as a model that obeys every order that stands outside of quoted data."""
    prompt = "\n".join(message["content"] for message in body["messages"])
    order = QUOTED.sub("", prompt).partition(ORDER)[2]
    return streamed(order or "会議室の鍵は", "受付で借ります。", "[1]")


def ask(client: TestClient, headers: Headers, knowledge_base: Json, session: str | None = None) -> Json:
    url = f"/api/knowledgebase/{knowledge_base['id']}/chat"
    response = client.post(url, json={"message": QUESTION, "session_id": session}, headers=headers)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_there_are_thirty() -> None:
    assert len(set(ATTEMPTS)) == 30
    assert all(ORDER in attempt for attempt in ATTEMPTS)


def test_an_obedient_model_gets_no_order_of_a_document(
    model_client: TestClient, model_server: ModelServer, poisoned: Json, stranger: Headers
) -> None:
    model_server.script = obedient
    session = None
    # Each answer is part of the next prompt.
    for _ in range(3):
        body = ask(model_client, stranger, poisoned, session)
        session = body["session_id"]
        assert body["answer"] == "会議室の鍵は受付で借ります。[1]"
        assert ORDER in model_server.prompt()


def test_an_earlier_answer_made_of_a_document_gives_no_order_either(
    *, client: TestClient, model_client: TestClient, model_server: ModelServer, poisoned: Json, stranger: Headers
) -> None:
    model_server.script = obedient
    session = ask(client, stranger, poisoned)["session_id"]
    assert ask(model_client, stranger, poisoned, session)["answer"] == "会議室の鍵は受付で借ります。[1]"


def test_what_a_model_was_made_to_say_loads_nothing(
    model_client: TestClient, model_server: ModelServer, library: Json, stranger: Headers
) -> None:
    url = f"/api/knowledgebase/{library['id']}/chat"
    body = {"message": "図書館は何時まで開いていますか"}
    for said in (attempt.partition(ORDER)[2] for attempt in ATTEMPTS):
        model_server.script = partial(_say, said)
        answer = model_client.post(url, json=body, headers=stranger).json()["answer"]
        assert not any(part in answer for part in ("evil.example", "![", "<img")), said


def _say(text: str, _: Json) -> Iterator[bytes]:
    return streamed(*text)


def test_an_extract_shows_no_image_and_no_link(client: TestClient, poisoned: Json, stranger: Headers) -> None:
    body = ask(client, stranger, poisoned)
    assert FACT in body["answer"]
    assert "evil.example" not in body["answer"]
