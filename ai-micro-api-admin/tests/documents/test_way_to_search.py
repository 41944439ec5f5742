"""A document's way from upload to search, in the service as it runs: with its workers."""

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.main import create_app
from app.settings import Settings
from tests.types_of_fixtures import Headers, Json, Upload


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    working = settings.model_copy(update={"processing_workers": 2})
    with TestClient(create_app(working), raise_server_exceptions=False) as client:
        yield client


def settled(client: TestClient, url: str, headers: Headers) -> Json:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        document = dict(client.get(url, headers=headers).json())
        if document["status"] in {"ready", "failed"}:
            return document
        time.sleep(0.05)
    pytest.fail(f"{url} is still {document['status']}")


def test_an_uploaded_document_becomes_ready_and_is_found(
    client: TestClient, admin: Headers, knowledge_base: Json, upload: Upload
) -> None:
    response = upload("# 休暇\n\n年次有給休暇は、入社から六か月後に十日を付与する。\n".encode(), "就業規則.md")
    assert response.status_code == 202, response.text
    document = settled(client, response.headers["Location"], admin)
    assert (document["status"], document["chunk_count"], document["error"]) == ("ready", 1, None)
    for mode in ("hybrid", "vector", "text"):
        found = client.get(
            "/api/search",
            params={"q": "有給休暇", "knowledge_base_id": knowledge_base["id"], "mode": mode},
            headers=admin,
        )
        assert found.status_code == 200, found.text
        (item,) = found.json()["items"]
        assert item["document_id"] == document["id"]
        assert "有給休暇" in item["snippet"]
        assert 0 < item["score"] <= 1
