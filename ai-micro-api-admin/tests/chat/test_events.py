"""An answer as server-sent events: in pieces, stopped when its caller leaves, without a connection to the database."""

import json
import socket
import threading
from collections.abc import Iterator

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from service_kit.testing.serving import served
from service_kit.testing.waiting import eventually
from tests.model_server import ModelServer, streamed
from tests.types_of_fixtures import Headers, Json, WithModel

QUESTION = "図書館は何時まで開いていますか"


def events(lines: Iterator[str]) -> Iterator[tuple[str, Json]]:
    name = ""
    for line in lines:
        if line.startswith("event: "):
            name = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield name, json.loads(line.removeprefix("data: "))


def asked(client: TestClient, library: Json, headers: Headers, message: str = QUESTION) -> list[tuple[str, Json]]:
    headers = {**headers, "Accept": "text/event-stream"}
    response = client.post(f"/api/knowledgebase/{library['id']}/chat", json={"message": message}, headers=headers)
    assert response.headers["content-type"].startswith("text/event-stream"), response.text
    assert response.headers["cache-control"] == "no-store"
    return list(events(iter(response.text.splitlines())))


def test_without_a_model_the_events_are_the_same(client: TestClient, library: Json, stranger: Headers) -> None:
    found = asked(client, library, stranger)
    assert [name for name, _ in found][-2:] == ["citations", "done"]
    tokens = "".join(data["text"] for name, data in found if name == "token")
    (_, citations), (_, done) = found[-2:]
    assert (tokens, citations["citations"]) == (done["answer"], done["citations"])
    assert set(done) == {"session_id", "message_id", "answer", "citations", "unsourced", "classification", "model"}
    assert done["citations"][0]["title"] == "開館時間"


def test_a_models_answer_comes_in_pieces(
    model_client: TestClient, model_server: ModelServer, library: Json, stranger: Headers
) -> None:
    model_server.script = lambda _: streamed("午後", "八時", "です。", "[1]", "[8]")
    found = asked(model_client, library, stranger)
    assert [data["text"] for name, data in found if name == "token"] == ["午後", "八時", "です。", "[1]"]
    assert found[-1][1]["answer"] == "午後八時です。[1]"


def test_a_request_that_cannot_be_answered_is_an_ordinary_problem(
    client: TestClient, knowledge_base: Json, stranger: Headers
) -> None:
    headers = {**stranger, "Accept": "text/event-stream"}
    url = f"/api/knowledgebase/{knowledge_base['id']}/chat"
    response = client.post(url, json={"message": QUESTION}, headers=headers)
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


def test_a_failure_on_the_way_is_an_event(
    model_client: TestClient, model_server: ModelServer, library: Json, stranger: Headers
) -> None:
    model_server.script = lambda _: streamed("途中まで", end=False)
    found = asked(model_client, library, stranger)
    assert [name for name, _ in found] == ["token", "error"]
    assert (found[-1][1]["code"], found[-1][1]["status"]) == ("MODEL_FAILED", 502)
    model_server.status, model_server.headers = 429, {"Retry-After": "7"}
    assert asked(model_client, library, stranger)[-1][1] | {"detail": ""} == {
        "type": "urn:ai-micro-service:problem:model-busy",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "",
        "code": "MODEL_BUSY",
        "retry_after": 7,
    }


def test_a_knowledge_base_deleted_while_it_is_asked_is_an_error_event(
    *, model_client: TestClient, model_server: ModelServer, library: Json, stranger: Headers, admin: Headers
) -> None:
    def script(_: Json) -> Iterator[bytes]:
        yield from streamed("午後", end=False)
        assert model_client.delete(f"/api/knowledgebase/{library['id']}", headers=admin).status_code == 204
        yield from streamed("八時です。[1]")

    model_server.script = script
    name, data = asked(model_client, library, stranger)[-1]
    assert (name, data["code"]) == ("error", "KNOWLEDGE_BASE_NOT_FOUND")


class Waiting:
    """A script that sends one piece and then waits."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go_on = threading.Event()

    def __call__(self, _: Json) -> Iterator[bytes]:
        yield from streamed("午後八時", end=False)
        self.begun.set()
        self.go_on.wait(20)
        # More than the buffers of a connection that is closed take in.
        for _number in range(10_000):
            yield from streamed("です。" * 10, end=False)


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_a_caller_who_leaves_ends_the_answer_and_what_there_was_is_kept(
    *, with_model: WithModel, model_server: ModelServer, library: Json, stranger: Headers, accept: str
) -> None:
    script = Waiting()
    model_server.script = script
    app = with_model(chat_timeout_seconds=60)
    with served(app) as url, httpx2.Client(base_url=url, headers=stranger, timeout=20) as client:
        _leave_in_the_middle(client, library, script, accept)
        eventually(lambda: len(_messages(client)) == 2)
        question, answer = _messages(client)
        assert (question["content"], answer["state"]) == (QUESTION, "stopped")
        assert answer["content"] == "午後八時"
        script.go_on.set()
        assert model_server.left.wait(20)


def _leave_in_the_middle(client: httpx2.Client, library: Json, script: Waiting, accept: str) -> None:
    url = f"/api/knowledgebase/{library['id']}/chat"
    body = {"message": QUESTION}
    if accept == "application/json":
        request = client.build_request("POST", url, json=body)
        with socket.create_connection((client.base_url.host, client.base_url.port or 80)) as connection:
            lines = [f"POST {url} HTTP/1.1", *(f"{name}: {value}" for name, value in request.headers.items())]
            connection.sendall("\r\n".join([*lines, "", ""]).encode() + request.content)
            assert script.begun.wait(20)
        return
    with client.stream("POST", url, json=body, headers={"Accept": accept}) as response:
        assert next(events(response.iter_lines())) == ("token", {"text": "午後八時"})


def _messages(client: httpx2.Client) -> list[Json]:
    (newest,) = client.get("/api/chat-sessions").json()["items"]
    return list(client.get(f"/api/chat-sessions/{newest['id']}").json()["messages"])


def test_an_answer_on_its_way_holds_no_connection_and_no_place(
    *, with_model: WithModel, model_server: ModelServer, library: Json, stranger: Headers
) -> None:
    scripts = [Waiting() for _ in range(6)]
    leave = threading.Event()
    waiting = iter(scripts)

    def script(body: Json) -> Iterator[bytes]:
        yield from next(waiting)(body)

    model_server.script = script
    app = with_model(database_pool_size=2, chat_timeout_seconds=60)
    with served(app) as url, httpx2.Client(base_url=url, headers=stranger, timeout=20) as client:
        threads = [
            threading.Thread(target=_read_one, args=(url, stranger, library, leave), daemon=True) for _ in scripts
        ]
        for thread in threads:
            thread.start()
        assert all(held.begun.wait(20) for held in scripts)
        eventually(lambda: _connections(app) == 0)
        assert client.get("/api/knowledgebase").status_code == 200
        leave.set()
        for held in scripts:
            held.go_on.set()
        for thread in threads:
            thread.join(20)


def _connections(app: FastAPI) -> int:
    return int(app.state.database.engine.pool.checkedout())


def _read_one(url: str, headers: Headers, library: Json, leave: threading.Event) -> None:
    with (
        httpx2.Client(base_url=url, headers={**headers, "Accept": "text/event-stream"}, timeout=20) as client,
        client.stream("POST", f"/api/knowledgebase/{library['id']}/chat", json={"message": QUESTION}) as response,
    ):
        next(response.iter_lines())
        leave.wait(20)
