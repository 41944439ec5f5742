"""Answers of a model, and what becomes of them when its server is slow, gone or lying."""

import json
import threading
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from tests.model_server import ModelServer, streamed
from tests.types_of_fixtures import Ask, Headers, Json, WithModel

QUESTION = "図書館は何時まで開いていますか"


def messages(client: TestClient, headers: Headers) -> list[Json]:
    """Return the messages of the account's newest conversation."""
    newest = client.get("/api/chat-sessions", headers=headers).json()["items"][0]
    return list(client.get(f"/api/chat-sessions/{newest['id']}", headers=headers).json()["messages"])


def test_a_model_answers_from_the_passages(
    ask_model: Ask, model_server: ModelServer, model_client: TestClient, stranger: Headers
) -> None:
    model_server.script = lambda _: streamed("午後八時まで", "です。", "[", "1", "]")
    body = ask_model(QUESTION).json()
    assert (body["answer"], body["model"]) == ("午後八時までです。[1]", "scripted")
    assert [item["title"] for item in body["citations"]] == ["開館時間"]
    (request,) = model_server.received
    assert (request["model"], request["stream"], request["max_tokens"]) == ("scripted", True, 1000)
    assert "図書館は平日の午前九時から午後八時まで開いています。" in model_server.prompt()
    assert QUESTION in model_server.prompt()
    answer = messages(model_client, stranger)[-1]
    template = model_client.get(f"/api/prompt-templates/{answer['template_id']}", headers=stranger).json()
    assert (template["name"], answer["template_version"], answer["state"]) == ("default-answer", 1, "complete")


def test_answers_are_counted_and_timed(ask_model: Ask, model_client: TestClient, model_server: ModelServer) -> None:
    ask_model(QUESTION)
    ask_model("こんにちは")
    model_server.script = lambda _: streamed("途中", end=False)
    ask_model(QUESTION)
    shown = model_client.get("/metrics").text
    for line in (
        'chat_answers_total{maker="model",state="complete"} 1.0',
        'chat_answers_total{maker="model",state="failed"} 1.0',
        'chat_answers_total{maker="rules",state="complete"} 1.0',
        "chat_first_piece_seconds_count 2.0",
    ):
        assert line in shown


def test_sentences_that_name_no_passage_are_marked(
    ask_model: Ask, model_server: ModelServer, model_client: TestClient, stranger: Headers
) -> None:
    model_server.script = lambda _: streamed("午後八時まで開いています[1]。", "駐車場もあります。")
    body = ask_model(QUESTION).json()
    (span,) = body["unsourced"]
    assert body["answer"][span["start"] : span["end"]] == "駐車場もあります。"
    assert messages(model_client, stranger)[-1]["unsourced"] == [span]


def test_citations_of_passages_that_were_not_sent_are_removed(ask_model: Ask, model_server: ModelServer) -> None:
    model_server.script = lambda _: streamed("八時まで[9]です[1]。")
    assert ask_model(QUESTION).json()["answer"] == "八時までです[1]。"


def test_an_answer_that_names_no_passage_is_not_presented_as_sourced(ask_model: Ask, model_server: ModelServer) -> None:
    model_server.script = lambda _: streamed("九時までです。[7]")
    body = ask_model(QUESTION).json()
    assert body["citations"] == []
    assert body["answer"].endswith("（この回答の根拠は資料の中に確認できませんでした。）")


def test_a_model_may_say_that_it_found_nothing(ask_model: Ask, model_server: ModelServer) -> None:
    model_server.script = lambda _: streamed("資料の中に答えが見つかりませんでした。")
    assert ask_model(QUESTION).json()["answer"] == "資料の中に答えが見つかりませんでした。"


def test_a_question_without_passages_does_not_go_to_the_model(ask_model: Ask, model_server: ModelServer) -> None:
    for question in ("xyzzy plugh", "こんにちは", "文書は何件ありますか"):
        assert ask_model(question).status_code == 200
    assert model_server.received == []


def test_a_follow_up_comes_with_the_turns_before(ask_model: Ask, model_server: ModelServer) -> None:
    first = ask_model(QUESTION).json()
    model_server.script = lambda _: streamed("休館です。[1]")
    ask_model("日曜日は？", session_id=first["session_id"])
    assert f"user: {QUESTION}\nassistant: はい。[1]" in model_server.prompt()


def test_a_template_of_the_callers_choice_is_used(
    ask_model: Ask, model_client: TestClient, admin: Headers, model_server: ModelServer
) -> None:
    template = {"name": "short", "purpose": "answer", "content": "{{短く}} {context} Q={question}"}
    id_ = model_client.post("/api/prompt-templates", json=template, headers=admin).json()["id"]
    ask_model(QUESTION, template_id=id_)
    assert "{短く} <passages-" in model_server.prompt()
    assert f"Q={QUESTION}" in model_server.prompt()
    summary = model_client.get("/api/prompt-templates?purpose=summary", headers=admin).json()["items"][0]["id"]
    for other in (summary, first_of(ask_model(QUESTION).json())):
        assert ask_model(QUESTION, template_id=other).json()["code"] == "PROMPT_TEMPLATE_NOT_FOUND"


def first_of(answer: Json) -> str:
    """Return an id that is no template's."""
    return str(answer["message_id"])


def silence(_: Json) -> Iterator[bytes]:
    yield from streamed("途中", end=False)
    threading.Event().wait(12)


def endless(_: Json) -> Iterator[bytes]:
    while True:
        yield from streamed("あ" * 1000, end=False)


LIES: dict[str, tuple[Any, str, int]] = {
    "half a stream": (lambda _: streamed("途中まで", end=False), "MODEL_FAILED", 502),
    "broken JSON": (
        lambda _: iter([*streamed("途中まで", end=False), b'data: {"choices": [\n\n']),
        "MODEL_FAILED",
        502,
    ),
    "no choices": (lambda _: iter([b"data: {}\n\n"]), "MODEL_FAILED", 502),
    "an array": (lambda _: iter([b"data: []\n\n"]), "MODEL_FAILED", 502),
    "an error": (lambda _: iter([b'data: {"error": {"message": "out of memory"}}\n\n']), "MODEL_FAILED", 502),
    "deep JSON": (lambda _: iter([b"data: " + b"[" * 100_000 + b"\n\n"]), "MODEL_FAILED", 502),
    "a line without end": (lambda _: iter([b"data: " + b"x" * 1_000_000]), "MODEL_FAILED", 502),
    "10 MB": (lambda _: iter([*streamed("あ" * 1000, end=False)] * 10_000), "MODEL_FAILED", 502),
    "no end": (endless, "MODEL_FAILED", 502),
    "nothing": (lambda _: iter([]), "MODEL_FAILED", 502),
    "silence": (silence, "MODEL_TIMEOUT", 504),
}


def test_what_is_no_answer_is_a_clear_problem_and_nothing_is_lost(
    ask_model: Ask, model_server: ModelServer, model_client: TestClient, stranger: Headers
) -> None:
    for lie, (script, code, status) in LIES.items():
        model_server.script = script
        response = ask_model(QUESTION)
        assert (response.status_code, response.json()["code"]) == (status, code), lie
        question, answer = messages(model_client, stranger)
        assert (question["content"], answer["state"]) == (QUESTION, "failed"), lie
        if lie in ("half a stream", "broken JSON"):
            assert answer["content"] == "途中まで"
    model_server.script = lambda _: streamed("はい。[1]")
    assert ask_model(QUESTION).json()["answer"] == "はい。[1]"


REFUSALS: list[tuple[int, dict[str, str], str, str | None]] = [
    (429, {"Retry-After": "7"}, "MODEL_BUSY", "7"),
    (429, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, "MODEL_BUSY", "10"),
    (429, {"Retry-After": "9" * 30}, "MODEL_BUSY", "10"),
    (401, {}, "MODEL_FAILED", None),
    (500, {}, "MODEL_FAILED", None),
    (302, {"Location": "http://127.0.0.1:1/"}, "MODEL_FAILED", None),
]


def test_a_refusal_of_the_model_server_is_a_clear_problem(ask_model: Ask, model_server: ModelServer) -> None:
    for status, headers, code, retry_after in REFUSALS:
        model_server.status, model_server.headers = status, headers
        response = ask_model(QUESTION)
        assert (response.json()["code"], response.headers.get("retry-after")) == (code, retry_after), headers


def test_a_model_server_that_is_gone_is_a_clear_problem(ask_model: Ask, model_server: ModelServer) -> None:
    model_server.close()
    response = ask_model(QUESTION)
    assert (response.status_code, response.json()["code"]) == (503, "MODEL_UNAVAILABLE")


def test_a_server_that_does_not_stream_is_understood(ask_model: Ask, model_server: ModelServer) -> None:
    model_server.headers = {"Content-Type": "application/json"}
    whole = {"choices": [{"message": {"role": "assistant", "content": "八時です。[1]"}, "finish_reason": "stop"}]}
    model_server.script = lambda _: iter([json.dumps(whole).encode()])
    assert ask_model(QUESTION).json()["answer"] == "八時です。[1]"


def test_the_key_is_sent_and_never_shown(
    with_model: WithModel,
    model_server: ModelServer,
    library: Json,
    stranger: Headers,
    capfd: Any,  # noqa: ANN401
) -> None:
    with TestClient(with_model(chat_api_key="sk-very-secret")) as client:
        model_server.status = 401
        url = f"/api/knowledgebase/{library['id']}/chat"
        response = client.post(url, json={"message": QUESTION}, headers=stranger)
    assert model_server.authorizations == ["Bearer sk-very-secret"]
    assert "sk-very-secret" not in response.text + "".join(capfd.readouterr())


def test_an_account_has_a_limit_and_others_are_not_concerned(
    with_model: WithModel, library: Json, stranger: Headers, admin: Headers
) -> None:
    url = f"/api/knowledgebase/{library['id']}/chat"
    with TestClient(with_model(chat_questions_per_minute=2)) as client:
        statuses = [client.post(url, json={"message": QUESTION}, headers=stranger).status_code for _ in range(3)]
        refused = client.post(url, json={"message": QUESTION}, headers=stranger)
        assert statuses == [200, 200, 429]
        assert (refused.json()["code"], refused.headers["retry-after"]) == ("CHAT_LIMIT_REACHED", "60")
        assert client.post(url, json={"message": "こんにちは"}, headers=stranger).status_code == 200
        assert client.post(url, json={"message": QUESTION}, headers=admin).status_code == 200


def test_the_prompt_keeps_to_its_budget(
    with_model: WithModel, model_server: ModelServer, library: Json, stranger: Headers
) -> None:
    url = f"/api/knowledgebase/{library['id']}/chat"
    with TestClient(with_model(chat_max_prompt_tokens=500)) as client:
        session = None
        for _ in range(6):
            body = {"message": QUESTION + "。" * 300, "session_id": session}
            session = client.post(url, json=body, headers=stranger).json()["session_id"]
    assert len(model_server.received) == 6
    assert model_server.prompt().count("user: ") <= 1
