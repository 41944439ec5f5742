"""`/api/chat-sessions` and `/api/chat-messages` as their callers see them."""

from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import TokenIssuer
from service_kit.tokens.services import SERVICE_IDS
from tests.types_of_fixtures import Ask, Headers, Json

URL = "/api/chat-sessions"
QUESTION = "図書館は何時まで開いていますか"


@pytest.fixture
def conversation(ask: Ask) -> Json:
    """The answer to a first question."""
    return dict(ask(QUESTION).json())


def read(client: TestClient, headers: Headers, conversation: Json) -> Json:
    response = client.get(f"{URL}/{conversation['session_id']}", headers=headers)
    assert response.status_code == 200, response.text
    return dict(response.json())


def test_a_conversation_has_its_questions_and_answers_in_order(
    client: TestClient,
    stranger: Headers,
    ask: Ask,
    conversation: Json,
) -> None:
    second = ask("日曜日は？", session_id=conversation["session_id"]).json()
    found = read(client, stranger, conversation)
    assert found["title"] == QUESTION
    assert [(message["role"], message["content"]) for message in found["messages"]] == [
        ("user", QUESTION),
        ("assistant", conversation["answer"]),
        ("user", "日曜日は？"),
        ("assistant", second["answer"]),
    ]
    answer = found["messages"][1]
    assert (answer["id"], answer["citations"]) == (conversation["message_id"], conversation["citations"])
    assert (answer["model"], answer["state"], answer["classification"]) == ("extractive", "complete", "content")


def test_conversations_are_listed_the_last_used_first(
    client: TestClient,
    stranger: Headers,
    ask: Ask,
    conversation: Json,
    library: Json,
) -> None:
    ask("有給休暇は何日ですか")
    ask("日曜日は？", session_id=conversation["session_id"])
    found = client.get(URL, params={"total": True}, headers=stranger).json()
    assert ([item["title"] for item in found["items"]], found["total"]) == ([QUESTION, "有給休暇は何日ですか"], 2)
    params = {"q": "有給", "knowledge_base_id": library["id"]}
    assert len(client.get(URL, params=params, headers=stranger).json()["items"]) == 1
    params["knowledge_base_id"] = str(uuid4())
    assert client.get(URL, params=params, headers=stranger).json()["items"] == []


def test_a_conversation_is_renamed_with_its_tag_and_deleted(
    client: TestClient, stranger: Headers, conversation: Json
) -> None:
    url = f"{URL}/{conversation['session_id']}"
    tag = client.get(url, headers=stranger).headers["etag"]
    body = {"title": "開館時間"}
    assert client.patch(url, json=body, headers={**stranger, "If-Match": '"other"'}).status_code == 412
    renamed = client.patch(url, json=body, headers={**stranger, "If-Match": tag})
    assert (renamed.json()["title"], renamed.headers["etag"]) == (
        "開館時間",
        client.get(url, headers=stranger).headers["etag"],
    )
    assert client.delete(url, headers=stranger).status_code == 204
    assert client.get(url, headers=stranger).json()["code"] == "CHAT_SESSION_NOT_FOUND"
    assert client.get(URL, headers=stranger).json()["items"] == []


def test_another_account_and_an_administrator_see_nothing_of_it(
    client: TestClient, admin: Headers, tokens: TokenIssuer, conversation: Json
) -> None:
    url = f"{URL}/{conversation['session_id']}"
    for headers in (admin, tokens.authorization()):
        assert client.get(URL, headers=headers).json()["items"] == []
        for method, path, body in (
            ("GET", url, None),
            ("GET", f"{url}/export", None),
            ("PATCH", url, {"title": "x"}),
            ("DELETE", url, None),
            ("POST", f"/api/chat-messages/{conversation['message_id']}/feedback", {"rating": "up"}),
        ):
            assert client.request(method, path, json=body, headers=headers).status_code == 404, method


def test_an_answer_is_rated(client: TestClient, stranger: Headers, conversation: Json) -> None:
    url = f"/api/chat-messages/{conversation['message_id']}/feedback"
    for body in ({"rating": "down", "comment": "古い"}, {"rating": None}, {"rating": "up"}):
        rated = client.post(url, json=body, headers=stranger)
        assert rated.status_code == 200, rated.text
        assert rated.json()["rating"] == body["rating"]
        answer = read(client, stranger, conversation)["messages"][1]
        assert (answer["rating"], answer["comment"]) == (body["rating"], body.get("comment"))
    assert client.post(url, json={"rating": "five"}, headers=stranger).status_code == 422
    question = read(client, stranger, conversation)["messages"][0]["id"]
    for other in (question, uuid4()):
        response = client.post(f"/api/chat-messages/{other}/feedback", json={"rating": "up"}, headers=stranger)
        assert (response.status_code, response.json()["code"]) == (404, "CHAT_MESSAGE_NOT_FOUND")


def test_a_conversation_is_downloaded(client: TestClient, stranger: Headers, conversation: Json) -> None:
    url = f"{URL}/{conversation['session_id']}/export"
    download = client.get(url, headers=stranger)
    assert download.headers["content-disposition"] == 'attachment; filename="chat.json"'
    assert download.json() == read(client, stranger, conversation)
    page = client.get(url, params={"format": "markdown"}, headers=stranger)
    assert page.headers["content-disposition"] == 'attachment; filename="chat.md"'
    assert page.text.startswith(f"# {QUESTION}\n\n**Q:** {QUESTION}\n")
    assert "\n[1] 開館時間\n" in page.text


def test_conversations_go_with_the_knowledge_base(
    client: TestClient,
    admin: Headers,
    stranger: Headers,
    conversation: Json,
    library: Json,
) -> None:
    assert client.delete(f"/api/knowledgebase/{library['id']}", headers=admin).status_code == 204
    assert client.get(URL, headers=stranger).json()["items"] == []


def test_conversations_go_with_the_account_and_those_of_others_stay(
    *,
    client: TestClient,
    admin: Headers,
    admin_id: UUID,
    tokens: TokenIssuer,
    ask: Ask,
    conversation: Json,
    migrated_database: DatabaseUrls,
) -> None:
    ask(QUESTION, headers=admin)
    token = tokens.token(SERVICE_IDS["ai-micro-api-auth"], roles=[], scope="accounts:erase")
    headers = {"Authorization": f"Bearer {token}"}
    erased = client.post("/internal/erasures", json={"user_id": str(admin_id)}, headers=headers)
    assert erased.status_code == 200, erased.text
    with migrated_database.engine().connect() as connection:
        left = connection.scalars(text("SELECT id FROM chat_sessions")).all()
        assert [str(id_) for id_ in left] == [conversation["session_id"]]
        assert connection.scalar(text("SELECT count(*) FROM chat_messages")) == 2


def test_a_persons_download_has_their_conversations(
    client: TestClient,
    stranger: Headers,
    ask: Ask,
    admin: Headers,
    conversation: Json,
) -> None:
    ask(QUESTION, headers=admin)
    (own,) = client.get("/api/me/export", headers=stranger).json()["conversations"]
    assert own == read(client, stranger, conversation)
