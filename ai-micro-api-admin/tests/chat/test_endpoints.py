"""`POST /api/knowledgebase/{id}/chat` without a model, as its callers see it."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Ask, Create, Headers, Json, Process, Upload

QUESTION = "図書館は何時まで開いていますか"
NOT_FOUND = {"ja": "資料の中に答えが見つかりませんでした。", "en": "The answer is not in the documents."}


def test_a_question_is_answered_from_a_cited_passage(ask: Ask, client: TestClient, stranger: Headers) -> None:
    response = ask(QUESTION)
    assert response.status_code == 200, response.text
    body = response.json()
    assert set(body) == {"session_id", "message_id", "answer", "citations", "unsourced", "classification", "model"}
    assert "図書館は平日の午前九時から午後八時まで開いています。 [1]" in body["answer"]
    assert body["answer"].startswith("資料からの抜粋です。")
    assert (body["classification"], body["model"]) == ("content", "extractive")
    (citation,) = body["citations"]
    assert citation["title"] == "開館時間"
    assert set(citation) >= {"document_id", "chunk_id", "collection_name", "snippet", "page", "score"}
    chunks = client.get(f"/api/documents/{citation['document_id']}/chunks", headers=stranger).json()["items"]
    assert citation["chunk_id"] in {chunk["id"] for chunk in chunks}


def test_a_question_in_english_is_answered_in_english(ask: Ask) -> None:
    body = ask("When do access tokens expire?").json()
    assert body["answer"].startswith("Excerpts from the documents:")
    assert "Access tokens expire after fifteen minutes. [1]" in body["answer"]


UNANSWERED = {
    "社長の給料はいくらですか": "ja",
    "火星に水はありますか": "ja",
    "xyzzy plugh": "en",
    "!!!": "en",
    "Who won the world cup in 1998?": "en",
}


def test_what_the_documents_do_not_say_is_not_invented(ask: Ask) -> None:
    for question, language in UNANSWERED.items():
        body = ask(question).json()
        assert (body["answer"], body["citations"]) == (NOT_FOUND[language], []), question


def test_every_sentence_of_an_answer_is_of_a_cited_passage(ask: Ask) -> None:
    body = ask("有給休暇の申請はいつまでですか").json()
    sentences = [line.rpartition(" [") for line in body["answer"].splitlines()[2:]]
    assert sentences
    for sentence, _, number in sentences:
        assert sentence in body["citations"][int(number[:-1]) - 1]["snippet"]


def test_a_question_that_needs_the_turn_before(ask: Ask) -> None:
    first = ask(QUESTION).json()
    second = ask("日曜日は？", session_id=first["session_id"]).json()
    assert second["session_id"] == first["session_id"]
    assert "日曜日は休館です。 [1]" in second["answer"]
    assert ask("駐車場の事前登録は？", session_id=first["session_id"]).json()["citations"][0]["title"] == "parking"
    assert ask("火星は？", session_id=first["session_id"]).json()["citations"] == []


ABOUT_THE_WHOLE = [
    ("こんにちは", "small_talk", "こんにちは。"),
    ("Thanks!", "small_talk", "You are welcome."),
    ("文書は何件ありますか", "statistics", "文書が 6 件"),
    ("How many documents are there?", "statistics", "documents 6 (searchable 6)"),
    ("ここにはどんな資料がありますか", "overview", "- 開館時間"),
    ("What is in here?", "overview", "- parking"),
]


def test_questions_about_the_whole_are_answered_as_such(ask: Ask) -> None:
    for question, classification, expected in ABOUT_THE_WHOLE:
        body = ask(question).json()
        assert (body["classification"], body["model"], body["citations"]) == (classification, "rules", [])
        assert expected in body["answer"], question


def test_every_question_is_kept_with_what_it_was_understood_as(ask: Ask, client: TestClient, admin: Headers) -> None:
    for question in (QUESTION, "文書は何件ありますか", "こんにちは"):
        ask(question)
    kept = client.get("/api/query-classifications", headers=admin).json()["items"]
    assert [(item["query"], item["classification"]) for item in kept] == [
        ("こんにちは", "small_talk"),
        ("文書は何件ありますか", "statistics"),
        (QUESTION, "content"),
    ]


def test_one_collection_can_be_asked_alone(
    *, ask: Ask, client: TestClient, admin: Headers, library: Json, upload: Upload, process: Process
) -> None:
    body = {"knowledge_base_id": library["id"], "name": "契約"}
    collection = client.post("/api/collections", json=body, headers=admin).json()
    upload("契約書は七年間保存します。".encode(), "保存.txt", into=library["id"], collection_id=collection["id"])
    process()
    assert ask("契約書の保存", collection_id=collection["id"]).json()["citations"][0]["title"] == "保存"
    assert ask(QUESTION, collection_id=collection["id"]).json()["citations"] == []
    for other in (str(uuid4()), client.get("/api/collections", headers=admin).json()["items"][-1]["id"]):
        response = ask(QUESTION, collection_id=other)
        assert response.json()["code"] == "COLLECTION_NOT_FOUND"


def test_a_passage_that_the_asker_may_not_read_is_never_retrieved(
    *, ask: Ask, client: TestClient, admin: Headers, library: Json, knowledge_base: Json, document: Json
) -> None:
    assert ask("有給休暇", of=knowledge_base).json()["code"] == "KNOWLEDGE_BASE_NOT_FOUND"
    session = ask(QUESTION).json()["session_id"]
    client.patch(f"/api/knowledgebase/{library['id']}", json={"visibility": "private"}, headers=admin)
    response = ask(QUESTION, session_id=session)
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")


def test_a_deleted_document_answers_nothing(ask: Ask, client: TestClient, admin: Headers) -> None:
    document = ask(QUESTION).json()["citations"][0]["document_id"]
    client.delete(f"/api/documents/{document}", headers=admin)
    assert ask(QUESTION).json()["citations"] == []


def test_vectors_of_a_model_that_is_gone_are_a_clear_problem(ask: Ask, migrated_database: DatabaseUrls) -> None:
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE knowledge_bases SET embedding_model = 'hash-0'"))
    response = ask(QUESTION)
    assert (response.status_code, response.json()["code"]) == (409, "EMBEDDING_MODEL_UNAVAILABLE")


def test_a_conversation_belongs_to_one_account_and_one_knowledge_base(
    ask: Ask, admin: Headers, shared_knowledge_base: Json
) -> None:
    session = ask(QUESTION).json()["session_id"]
    assert ask(QUESTION, session_id=session, headers=admin).json()["code"] == "CHAT_SESSION_NOT_FOUND"
    assert ask(QUESTION, session_id=str(uuid4())).json()["code"] == "CHAT_SESSION_NOT_FOUND"
    response = ask(QUESTION, session_id=session, of=shared_knowledge_base)
    assert (response.status_code, response.json()["code"]) == (409, "CHAT_SESSION_OF_ANOTHER_KNOWLEDGE_BASE")


def test_a_knowledge_base_deleted_while_it_is_asked_is_a_clear_problem(
    *, ask: Ask, client: TestClient, admin: Headers, library: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = client.app.state.chat  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    finish = service.finish

    def finish_late(*args: Any, **kwargs: Any) -> object:  # noqa: ANN401 - passed on
        assert client.delete(f"/api/knowledgebase/{library['id']}", headers=admin).status_code == 204
        return finish(*args, **kwargs)

    monkeypatch.setattr(service, "finish", finish_late)
    response = ask(QUESTION)
    assert (response.status_code, response.json()["code"]) == (404, "KNOWLEDGE_BASE_NOT_FOUND")


NO_QUESTIONS: list[Json] = [
    {"message": ""},
    {"message": " \n"},
    {"message": "x" * 4001},
    {"message": "a\0b"},
    {"session_id": "42"},
    {"x": 1},
]


def test_what_is_no_question_is_refused(ask: Ask) -> None:
    for change in NO_QUESTIONS:
        response = ask(**{"message": "x", **change})
        assert (response.status_code, response.json()["code"]) == (422, "VALIDATION_FAILED"), change


HARMLESS = ["' OR 1=1 --", "a & b | !c:*", "\\'", "（）！？", "%_ 😀", "のはをに", "x" * 4000, "{context}", "[1]"]


def test_no_question_breaks_an_answer(ask: Ask) -> None:
    for question in HARMLESS:
        assert ask(question).status_code == 200, question


def test_a_question_needs_a_token(client: TestClient, library: Json) -> None:
    response = client.post(f"/api/knowledgebase/{library['id']}/chat", json={"message": "x"})
    assert response.status_code == 401


def test_an_empty_knowledge_base_says_so(ask: Ask, new_knowledge_base: Create) -> None:
    empty = new_knowledge_base(name="空", visibility="shared")
    assert ask("何がありますか", of=empty).json()["answer"] == "「空」には、まだ文書がありません。"
    assert ask(QUESTION, of=empty).json()["answer"] == NOT_FOUND["ja"]
