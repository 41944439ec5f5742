"""Chat with a real model server: llama.cpp with the smallest of language models. Its protocol counts, not its wit."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service_kit.testing.serving import served
from service_kit.testing.waiting import eventually
from tests.chat.test_events import asked, events
from tests.types_of_fixtures import Headers, Json, WithModel

FOLDER = Path(__file__).parents[3] / "stack" / "language-model"
QUESTION = "図書館は何時まで開いていますか"


class LocalModel:
    """A process that serves the model."""

    def __init__(self) -> None:
        python = FOLDER / ".venv" / "bin" / "python"
        self.process = subprocess.Popen(
            [python, FOLDER / "serve.py"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip()
        assert self.url, "the server did not start"

    def is_generating(self) -> bool:
        slots = httpx2.get(self.url.removesuffix("/v1") + "/slots", timeout=30).json()
        return any(slot["is_processing"] for slot in slots)

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture(scope="module")
def is_installed() -> None:
    if not (FOLDER / ".venv" / ".installed").exists():
        reason = "no real language model is asked: stack/bin/install-language-model installs it, where it can be had"
        if os.environ.get("REQUIRE_LANGUAGE_MODEL"):
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="module")
def local_model(is_installed: None) -> Iterator[LocalModel]:
    model = LocalModel()
    yield model
    model.kill()


@pytest.fixture
def app(with_model: WithModel, local_model: LocalModel) -> FastAPI:
    """Answers at length, so that there is time to leave in the middle."""
    return with_model(chat_max_answer_tokens=1000, **_settings(local_model))


def _settings(local_model: LocalModel) -> dict[str, object]:
    return {
        "chat_url": local_model.url,
        "chat_model": "smollm2",
        "chat_timeout_seconds": 60.0,
        "chat_max_prompt_tokens": 500,
    }


@pytest.fixture
def local_client(with_model: WithModel, local_model: LocalModel) -> Iterator[TestClient]:
    app = with_model(chat_max_answer_tokens=16, **_settings(local_model))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


def test_it_answers_in_pieces_that_are_the_answer(local_client: TestClient, library: Json, stranger: Headers) -> None:
    found = asked(local_client, library, stranger, QUESTION)
    name, done = found[-1]
    assert (name, done["model"]) == ("done", "smollm2")
    tokens = [data["text"] for name, data in found if name == "token"]
    assert len(tokens) > 1
    assert "".join(tokens) == done["answer"]
    assert {item["title"] for item in done["citations"]} <= {
        "開館時間",
        "leave",
        "parking",
        "coffee",
        "travel",
        "tokens",
    }


def test_an_answer_as_json_is_complete(local_client: TestClient, library: Json, stranger: Headers) -> None:
    url = f"/api/knowledgebase/{library['id']}/chat"
    response = local_client.post(url, json={"message": QUESTION}, headers=stranger)
    assert response.status_code == 200
    session = local_client.get(f"/api/chat-sessions/{response.json()['session_id']}", headers=stranger).json()
    assert [message["state"] for message in session["messages"]] == ["complete", "complete"]


def test_a_caller_who_leaves_stops_the_model(
    app: FastAPI, library: Json, stranger: Headers, local_model: LocalModel
) -> None:
    headers = {**stranger, "Accept": "text/event-stream"}
    with served(app) as url, httpx2.Client(base_url=url, headers=headers, timeout=60) as client:
        with client.stream("POST", f"/api/knowledgebase/{library['id']}/chat", json={"message": QUESTION}) as response:
            assert next(events(response.iter_lines()))[0] == "token"
        eventually(lambda: not local_model.is_generating())
        newest = client.get("/api/chat-sessions").json()["items"][0]
        eventually(
            lambda: client.get(f"/api/chat-sessions/{newest['id']}").json()["messages"][-1]["role"] == "assistant"
        )


def test_a_request_that_the_server_refuses_is_a_clear_problem(
    with_model: WithModel, library: Json, stranger: Headers, local_model: LocalModel
) -> None:
    app = with_model(chat_url=local_model.url.removesuffix("/v1") + "/no-such-path", chat_model="smollm2")
    with TestClient(app, raise_server_exceptions=False) as client:
        url = f"/api/knowledgebase/{library['id']}/chat"
        response = client.post(url, json={"message": QUESTION}, headers=stranger)
    assert (response.status_code, response.json()["code"]) == (502, "MODEL_FAILED")


def test_a_server_that_dies_in_the_middle_is_a_clear_problem(
    with_model: WithModel, library: Json, stranger: Headers, is_installed: None
) -> None:
    local_model = LocalModel()
    app = with_model(chat_max_answer_tokens=1000, **_settings(local_model))
    headers = {**stranger, "Accept": "text/event-stream"}
    with (
        served(app) as url,
        httpx2.Client(base_url=url, headers=headers, timeout=60) as client,
        client.stream("POST", f"/api/knowledgebase/{library['id']}/chat", json={"message": QUESTION}) as response,
    ):
        found = events(response.iter_lines())
        assert next(found)[0] == "token"
        local_model.kill()
        name, problem = list(found)[-1]
    assert (name, problem["code"]) == ("error", "MODEL_UNAVAILABLE")
