"""A knowledge base whose vectors come from a server, over HTTP, also where the server fails."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient
from pydantic import AnyHttpUrl, ValidationError

from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer
from tests.embeddings.model_server import ModelServer, model_server
from tests.types_of_fixtures import Headers, Json, Process, Upload


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        yield running


@pytest.fixture
def settings(migrated_database: DatabaseUrls, jwks_server: JwksServer, server: ModelServer) -> Settings:
    return Settings(
        _env_file=None,
        database_url=migrated_database.app,
        jwks_url=jwks_server.url,
        processing_workers=0,
        embedding_provider="openai",
        embedding_url=AnyHttpUrl(server.url),
        embedding_model="some-model",
        embedding_dimensions=1024,
        embedding_retries=0,
    )


def search(client: TestClient, admin: Headers, mode: str = "hybrid") -> tuple[int, Json]:
    response = client.get("/api/search", params={"q": "有給休暇", "mode": mode}, headers=admin)
    return response.status_code, response.json()


def test_the_knowledge_base_names_the_model_and_is_searched_by_it(
    *,
    client: TestClient,
    admin: Headers,
    knowledge_base: Json,
    upload: Upload,
    process: Process,
    server: ModelServer,
) -> None:
    assert knowledge_base["embedding"] == {"provider": "openai", "model": "some-model", "dimensions": 1024}
    upload("年次有給休暇は、入社から六か月後に十日を付与する。".encode())
    process()
    assert server.requests
    status, body = search(client, admin, "vector")
    assert (status, len(body["items"])) == (200, 1)


def test_a_document_waits_for_as_long_as_the_server_is_away(
    client: TestClient, admin: Headers, upload: Upload, process: Process, server: ModelServer
) -> None:
    server.answer, honest = lambda _: (503, b""), server.answer
    url = upload("有給休暇".encode()).headers["Location"]
    process()
    assert client.get(url, headers=admin).json()["status"] == "pending"
    assert search(client, admin)[1]["code"] == "EMBEDDINGS_UNAVAILABLE"
    assert search(client, admin, "text")[0] == 200
    server.answer = honest
    with client.app.state.database.session() as session:  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
        session.connection().exec_driver_sql("UPDATE documents SET lease_expires_at = NULL")
    process()
    assert client.get(url, headers=admin).json()["status"] == "ready"


def test_a_server_that_lies_fails_the_document_with_the_reason(
    client: TestClient, admin: Headers, upload: Upload, process: Process, server: ModelServer
) -> None:
    server.answer = lambda _: (200, b'{"data": [{"index": 0, "embedding": [1.0, 2.0]}]}')
    url = upload("有給休暇".encode()).headers["Location"]
    process()
    document = client.get(url, headers=admin).json()
    assert (document["status"], document["chunk_count"]) == ("failed", 0)
    assert "EMBEDDING_DIMENSIONS is 1024" in document["error"]
    assert search(client, admin)[0] == 502


@pytest.mark.parametrize("missing", ["embedding_url", "embedding_model", "embedding_dimensions"])
def test_a_server_without_what_it_needs_is_no_setting(settings: Settings, missing: str) -> None:
    values = {**settings.model_dump(), missing: None}
    with pytest.raises(ValidationError, match="EMBEDDING_PROVIDER=openai needs"):
        Settings(_env_file=None, **values)
