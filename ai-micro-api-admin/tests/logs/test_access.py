"""Who may read the lists that administrators keep."""

import pytest
from fastapi.testclient import TestClient

from tests.types_of_fixtures import Headers, Json

ADMINISTRATORS_ONLY = [
    "/api/logs/system",
    "/api/logs/login",
    "/api/logs/audit",
    "/api/logs/requests/request-1",
    "/api/settings",
    "/api/settings/search.fusion.k",
    "/api/query-classifications",
]


@pytest.mark.parametrize("url", ADMINISTRATORS_ONLY)
def test_logs_settings_and_classifications_are_for_administrators(
    client: TestClient, admin: Headers, stranger: Headers, url: str
) -> None:
    assert client.get(url).status_code == 401
    assert client.get(url, headers=stranger).status_code == 403
    assert client.get(url, headers=admin).status_code == 200


def test_the_system_log_can_be_narrowed(client: TestClient, admin: Headers, knowledge_base: Json) -> None:
    def events(**params: str) -> list[str]:
        return [i["event"] for i in client.get("/api/logs/system", params=params, headers=admin).json()["items"]]

    assert events() == events(level="info") == events(event="knowledge_base.created") == ["knowledge_base.created"]
    created = client.get("/api/logs/system", headers=admin).json()["items"][0]["request_id"]
    assert events(request_id=created) == ["knowledge_base.created"]
    assert events(request_id="another") == []
    assert events(level="error") == events(event="document.failed") == []
    response = client.get("/api/logs/system", params={"event": "document.fail"}, headers=admin)
    assert response.status_code == 422
    assert "'document.failed'" in response.json()["errors"][0]["msg"]
    assert client.get("/api/logs/system", params={"level": "loud"}, headers=admin).status_code == 422


def test_prompt_templates_are_for_all_who_are_signed_in(client: TestClient, stranger: Headers) -> None:
    assert client.get("/api/prompt-templates").status_code == 401
    items = client.get("/api/prompt-templates", headers=stranger).json()["items"]
    assert {item["name"] for item in items} == {"default-answer", "default-summary"}
    (answer,) = client.get("/api/prompt-templates", params={"purpose": "answer"}, headers=stranger).json()["items"]
    assert "{context}" in answer["content"]
    assert "{question}" in answer["content"]
