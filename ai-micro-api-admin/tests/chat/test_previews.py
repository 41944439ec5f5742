"""`POST /api/prompt-templates/{id}/preview` as its callers see it."""

from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from tests.types_of_fixtures import Create, Headers, Json

QUESTION = "図書館は何時まで開いていますか"


@pytest.fixture
def url(client: TestClient, admin: Headers) -> str:
    body = {"name": "short", "purpose": "answer", "content": "{{短く}} {knowledge_base_name}: {context} Q={question}"}
    created = client.post("/api/prompt-templates", json=body, headers=admin)
    return f"{created.headers['location']}/preview"


def test_a_template_is_shown_filled_in(client: TestClient, admin: Headers, library: Json, url: str) -> None:
    body = {"knowledge_base_id": library["id"], "question": QUESTION}
    response = client.post(url, json=body, headers=admin)
    assert response.status_code == 200, response.text
    preview = response.json()
    system, user = preview["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert user["content"].startswith("{短く} 図書館: <passages-")
    assert user["content"].endswith(f"Q={QUESTION}")
    assert "図書館は平日の午前九時から" in user["content"]
    assert preview["passages"][0]["title"] == "開館時間"
    assert preview["tokens"] > 100


def test_braces_of_a_question_are_text(client: TestClient, admin: Headers, library: Json, url: str) -> None:
    body = {"knowledge_base_id": library["id"], "question": "{context} 図書館"}
    user = client.post(url, json=body, headers=admin).json()["messages"][1]["content"]
    assert user.endswith("Q={context} 図書館")


def test_what_is_not_there_is_not_found(
    client: TestClient, admin: Headers, stranger: Headers, library: Json, url: str
) -> None:
    body = {"knowledge_base_id": library["id"], "question": QUESTION}
    assert client.post(url, json=body, headers=stranger).status_code == 403
    other = f"/api/prompt-templates/{uuid4()}/preview"
    assert client.post(other, json=body, headers=admin).json()["code"] == "PROMPT_TEMPLATE_NOT_FOUND"
    body["knowledge_base_id"] = str(uuid4())
    assert client.post(url, json=body, headers=admin).json()["code"] == "KNOWLEDGE_BASE_NOT_FOUND"


def test_a_template_for_answers_needs_a_question(client: TestClient, admin: Headers, library: Json, url: str) -> None:
    response = client.post(url, json={"knowledge_base_id": library["id"]}, headers=admin)
    assert (response.status_code, response.json()["code"]) == (422, "QUESTION_MISSING")


def test_a_template_for_summaries_is_shown_with_the_documents_of_the_knowledge_base(
    client: TestClient, admin: Headers, library: Json, new_knowledge_base: Create
) -> None:
    body = {"name": "brief", "purpose": "summary", "content": "{knowledge_base_name}, {statistics}: {context}"}
    url = client.post("/api/prompt-templates", json=body, headers=admin).headers["location"]
    preview = client.post(f"{url}/preview", json={"knowledge_base_id": library["id"]}, headers=admin).json()
    _, user = preview["messages"]
    assert user["content"].startswith("図書館, ")
    assert "図書館は平日の午前九時から" in user["content"]
    assert preview["passages"] == []
    empty = {"knowledge_base_id": new_knowledge_base()["id"]}
    shown = client.post(f"{url}/preview", json=empty, headers=admin).json()
    assert (shown["messages"], shown["tokens"]) == ([], 0), "without documents no model is asked"
