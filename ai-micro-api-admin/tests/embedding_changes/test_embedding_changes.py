"""A knowledge base gets the vectors of another model while it is searched by those of the old one."""

import json
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pydantic import AnyHttpUrl
from sqlalchemy import text

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer
from service_kit.testing.waiting import eventually
from tests.embeddings.model_server import ModelServer, model_server
from tests.types_of_fixtures import Headers, Json, Process, Upload

_HASH = HashEmbeddingProvider()
DIMENSIONS = _HASH.dimensions + 1


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as running:
        running.answer = by_meaning
        yield running


@pytest.fixture
def settings(migrated_database: DatabaseUrls, jwks_server: JwksServer, server: ModelServer) -> Settings:
    return Settings(
        _env_file=None,
        database_url=migrated_database.app,
        jwks_url=jwks_server.url,
        processing_workers=0,
        embedding_url=AnyHttpUrl(server.url),
        embedding_model="some-model",
        embedding_dimensions=DIMENSIONS,
        embedding_retries=0,
    )


def by_meaning(request: dict[str, Any]) -> tuple[int, bytes]:
    """Vectors of a model that knows what `vacation` means."""
    texts = [written.replace("vacation", "有給休暇") for written in request["input"]]
    data = [{"index": place, "embedding": [*vector, 0.0]} for place, vector in enumerate(_HASH.embed_passages(texts))]
    return 200, json.dumps({"data": data}).encode()


@pytest.fixture
def documents(upload: Upload, process: Process) -> list[Json]:
    uploaded = [
        upload("有給休暇は年に二十日あります。".encode(), name="有給休暇.txt").json(),
        upload("食堂は正午に開きます。".encode(), name="食堂.txt").json(),
    ]
    process()
    return uploaded


@pytest.fixture
def change_url(knowledge_base: Json) -> str:
    return f"/api/knowledgebase/{knowledge_base['id']}/embedding-change"


@pytest.fixture
def request_change(client: TestClient, admin: Headers, change_url: str) -> Callable[..., Response]:
    def send(provider: str = "openai", headers: Headers = admin) -> Response:
        return client.put(change_url, json={"provider": provider}, headers=headers)

    return send


def work(client: TestClient) -> int:
    """Let a worker do everything that there is to do, and return how many pieces it was."""
    pieces = 0
    while client.app.state.workers.work_once():  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
        pieces += 1
        assert pieces < 100, "a worker never comes to an end"
    return pieces


def titles(client: TestClient, headers: Headers, query: str, mode: str = "vector") -> list[str]:
    response = client.get("/api/search", params={"q": query, "mode": mode}, headers=headers)
    assert response.status_code == 200, response.text
    return [item["title"] for item in response.json()["items"]]


def embedding_of(client: TestClient, headers: Headers, knowledge_base: Json) -> Json:
    found: Json = client.get(f"/api/knowledgebase/{knowledge_base['id']}", headers=headers).json()["embedding"]
    return found


def sql(client: TestClient, statement: str, **values: object) -> list[Any]:
    with client.app.state.database.session() as session:  # type: ignore[attr-defined]  # likewise
        result = session.execute(text(statement), values)
        return list(result) if result.returns_rows else []


@pytest.mark.usefixtures("documents")
def test_the_old_vectors_are_searched_until_all_new_ones_are_there(
    *,
    client: TestClient,
    admin: Headers,
    knowledge_base: Json,
    request_change: Callable[..., Response],
    change_url: str,
) -> None:
    chunks_before = sql(client, "SELECT id FROM langchain_pg_embedding ORDER BY id")
    requested = request_change()
    body = requested.json()
    assert body["embedding"] == {"provider": "openai", "model": "some-model", "dimensions": DIMENSIONS}
    assert (body["chunk_count"], body["finished_chunk_count"], body["error"]) == (2, 0, None)
    assert embedding_of(client, admin, knowledge_base)["provider"] == "hash"
    assert titles(client, admin, "有給休暇") == ["有給休暇"]
    assert client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    assert client.get(change_url, headers=admin).json()["finished_chunk_count"] == 2
    assert titles(client, admin, "有給休暇") == ["有給休暇"]
    work(client)
    assert client.get(change_url, headers=admin).json() is None
    assert embedding_of(client, admin, knowledge_base) == body["embedding"]
    assert titles(client, admin, "vacation") == ["有給休暇"]
    assert titles(client, admin, "有給休暇", "text") == ["有給休暇"]
    assert sql(client, "SELECT id FROM langchain_pg_embedding ORDER BY id") == chunks_before
    assert sql(client, "SELECT count(*) FROM new_chunk_vectors") == [(0,)]
    events = client.get("/api/logs/system", params={"event": "knowledge_base.embedding_changed"}, headers=admin)
    (event,) = events.json()["items"]
    assert event["details"]["after"] == "some-model"
    assert event["request_id"] == requested.headers["X-Request-ID"]


@pytest.mark.usefixtures("documents")
def test_a_document_that_comes_meanwhile_has_the_new_model_in_the_end(
    *,
    client: TestClient,
    admin: Headers,
    request_change: Callable[..., Response],
    upload: Upload,
) -> None:
    request_change()
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    upload("夏の有給休暇は三日です。".encode(), name="夏の休暇.txt")
    work(client)
    assert sorted(titles(client, admin, "vacation")) == ["夏の休暇", "有給休暇"]
    assert sql(client, "SELECT DISTINCT vector_dims(embedding) FROM langchain_pg_embedding") == [(DIMENSIONS,)]


def test_a_document_that_was_embedded_by_the_old_model_is_not_stored_with_it(
    *, client: TestClient, admin: Headers, request_change: Callable[..., Response], upload: Upload
) -> None:
    """The model changes between the embedding of a document and the storing of its chunks."""
    workers = client.app.state.workers  # type: ignore[attr-defined]  # likewise
    url = upload("有給休暇は年に二十日あります。".encode(), name="有給休暇.txt").headers["Location"]
    processor, store = workers._processor, workers._processor.store

    def store_late(*args: object, **kwargs: object) -> None:
        processor.store = store
        request_change()
        while any(chore() for chore in workers._chores):
            pass
        store(*args, **kwargs)

    processor.store = store_late
    assert workers.work_once()
    assert client.get(url, headers=admin).json()["status"] == "pending"
    assert sql(client, "SELECT attempts FROM documents") == [(0,)]
    work(client)
    assert client.get(url, headers=admin).json()["status"] == "ready"
    assert titles(client, admin, "vacation") == ["有給休暇"]


@pytest.mark.usefixtures("documents")
def test_a_chunk_whose_text_changes_is_embedded_again(
    client: TestClient, admin: Headers, request_change: Callable[..., Response], change_url: str
) -> None:
    request_change()
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    sql(
        client,
        "UPDATE langchain_pg_embedding SET document = '食堂にも有給休暇があります。' WHERE document LIKE '食堂%'",
    )
    assert client.get(change_url, headers=admin).json()["finished_chunk_count"] == 1
    work(client)
    assert sorted(titles(client, admin, "vacation")) == ["有給休暇", "食堂"]


@pytest.mark.usefixtures("documents")
def test_a_vector_of_a_text_that_has_changed_meanwhile_is_not_kept(
    *, client: TestClient, request_change: Callable[..., Response], change_url: str, admin: Headers, server: ModelServer
) -> None:
    def slow(request: dict[str, Any]) -> tuple[int, bytes]:
        server.answer = by_meaning
        sql(client, "UPDATE langchain_pg_embedding SET document = 'another text' WHERE document LIKE '食堂%'")
        sql(client, "DELETE FROM langchain_pg_embedding WHERE document LIKE '有給%'")
        return by_meaning(request)

    request_change()
    server.answer = slow
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    body = client.get(change_url, headers=admin).json()
    assert (body["chunk_count"], body["finished_chunk_count"]) == (1, 0)


@pytest.mark.usefixtures("documents")
def test_a_vector_waits_for_a_change_of_the_text_that_is_under_way(
    client: TestClient,
    admin: Headers,
    request_change: Callable[..., Response],
    change_url: str,
    migrated_database: DatabaseUrls,
) -> None:
    request_change()
    worker = threading.Thread(target=client.app.state.workers.work_once)  # type: ignore[attr-defined]  # likewise
    with migrated_database.engine().connect() as correction:
        correction.execute(text("UPDATE langchain_pg_embedding SET document = 'new' WHERE document LIKE '食堂%'"))
        worker.start()
        eventually(lambda: bool(sql(client, "SELECT 1 FROM pg_locks WHERE NOT granted")))
        correction.commit()
    worker.join()
    assert client.get(change_url, headers=admin).json()["finished_chunk_count"] == 1


@pytest.mark.usefixtures("documents")
def test_what_a_change_makes_after_its_end_is_not_kept(
    client: TestClient, admin: Headers, request_change: Callable[..., Response], change_url: str, server: ModelServer
) -> None:
    def cancel(request: dict[str, Any]) -> tuple[int, bytes]:
        assert client.delete(change_url, headers=admin).status_code == 204
        return by_meaning(request)

    request_change()
    server.answer = cancel
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    assert sql(client, "SELECT count(*) FROM new_chunk_vectors") == [(0,)]


@pytest.mark.usefixtures("documents")
def test_chunks_are_not_looked_at_twice(client: TestClient, request_change: Callable[..., Response]) -> None:
    request_change()
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    last = sql(client, "SELECT max(id) FROM langchain_pg_embedding")
    assert sql(client, "SELECT done_up_to FROM embedding_changes") == last


@pytest.mark.usefixtures("documents")
def test_a_change_waits_for_a_server_that_is_away_and_says_so(
    *,
    client: TestClient,
    admin: Headers,
    request_change: Callable[..., Response],
    change_url: str,
    server: ModelServer,
) -> None:
    server.answer = lambda _: (503, b"")
    request_change()
    assert work(client) == 0
    assert "gives no answer" in client.get(change_url, headers=admin).json()["error"]
    assert titles(client, admin, "有給休暇") == ["有給休暇"]
    server.answer = by_meaning
    sql(client, "UPDATE embedding_changes SET claimed_until = now() - interval '1 second'")
    assert work(client) == 2
    assert titles(client, admin, "vacation") == ["有給休暇"]


@pytest.mark.usefixtures("documents")
def test_a_server_that_lies_changes_nothing(
    *,
    client: TestClient,
    admin: Headers,
    request_change: Callable[..., Response],
    change_url: str,
    server: ModelServer,
) -> None:
    server.answer = lambda _: (200, b'{"data": [{"index": 0, "embedding": [1.0]}, {"index": 1, "embedding": [1.0]}]}')
    request_change()
    work(client)
    assert "EMBEDDING_DIMENSIONS is 1025" in client.get(change_url, headers=admin).json()["error"]
    assert sql(client, "SELECT count(*) FROM new_chunk_vectors") == [(0,)]


@pytest.mark.usefixtures("documents")
def test_a_change_is_cancelled(
    *,
    client: TestClient,
    admin: Headers,
    knowledge_base: Json,
    request_change: Callable[..., Response],
    change_url: str,
) -> None:
    request_change()
    client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
    assert client.delete(change_url, headers=admin).status_code == 204
    assert sql(client, "SELECT count(*) FROM new_chunk_vectors") == [(0,)]
    assert work(client) == 0
    assert embedding_of(client, admin, knowledge_base)["provider"] == "hash"
    assert client.delete(change_url, headers=admin).status_code == 204


@pytest.mark.usefixtures("documents")
def test_a_change_and_back_leaves_what_there_was(
    client: TestClient, admin: Headers, knowledge_base: Json, request_change: Callable[..., Response]
) -> None:
    before = sql(client, "SELECT id, embedding::text FROM langchain_pg_embedding ORDER BY id")
    request_change()
    work(client)
    request_change("hash")
    work(client)
    assert sql(client, "SELECT id, embedding::text FROM langchain_pg_embedding ORDER BY id") == before
    assert embedding_of(client, admin, knowledge_base)["provider"] == "hash"


def test_an_empty_knowledge_base_changes_at_once(
    client: TestClient, admin: Headers, knowledge_base: Json, request_change: Callable[..., Response]
) -> None:
    request_change()
    work(client)
    assert embedding_of(client, admin, knowledge_base)["provider"] == "openai"


def test_only_one_worker_makes_the_vectors_of_a_batch(
    *,
    client: TestClient,
    request_change: Callable[..., Response],
    server: ModelServer,
    upload: Upload,
    process: Process,
) -> None:
    upload("有給休暇".encode())
    process()
    request_change()

    def meanwhile(request: dict[str, Any]) -> tuple[int, bytes]:
        assert not client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise
        return by_meaning(request)

    server.answer = meanwhile
    assert client.app.state.workers.work_once()  # type: ignore[attr-defined]  # likewise


def test_the_same_model_is_no_change(request_change: Callable[..., Response]) -> None:
    response = request_change("hash")
    assert (response.status_code, response.json()["code"]) == (409, "EMBEDDING_MODEL_UNCHANGED")


def test_what_others_may_not(
    client: TestClient, admin: Headers, stranger: Headers, request_change: Callable[..., Response], change_url: str
) -> None:
    assert request_change(headers=stranger).status_code == 403
    request_change()
    assert client.get(change_url, headers=stranger).status_code == 404
    assert client.delete(change_url, headers=stranger).status_code == 403
    absent = f"/api/knowledgebase/{uuid4()}/embedding-change"
    assert client.put(absent, json={"provider": "openai"}, headers=admin).json()["code"] == "KNOWLEDGE_BASE_NOT_FOUND"
    assert client.put(change_url, json={"provider": "other"}, headers=admin).status_code == 422


def test_a_deleted_knowledge_base_takes_its_change_with_it(
    client: TestClient, admin: Headers, knowledge_base: Json, request_change: Callable[..., Response]
) -> None:
    request_change()
    assert client.delete(f"/api/knowledgebase/{knowledge_base['id']}", headers=admin).status_code == 204
    assert work(client) == 0


@pytest.mark.usefixtures("documents")
def test_a_search_whose_vector_is_older_than_the_change_is_made_again(
    client: TestClient, admin: Headers, request_change: Callable[..., Response], server: ModelServer
) -> None:
    request_change()
    work(client)

    def change_back(request: dict[str, Any]) -> tuple[int, bytes]:
        server.answer = by_meaning
        request_change("hash")
        work(client)
        return by_meaning(request)

    titles(client, admin, "vacation")  # the model is measured
    server.answer = change_back
    assert titles(client, admin, "有給休暇") == ["有給休暇"]


class TestWithoutServer:
    """Where the settings name no embedding server."""

    @pytest.fixture
    def settings(self, migrated_database: DatabaseUrls, jwks_server: JwksServer) -> Settings:
        return Settings(
            _env_file=None, database_url=migrated_database.app, jwks_url=jwks_server.url, processing_workers=0
        )

    def test_its_provider_cannot_be_asked_for(self, request_change: Callable[..., Response]) -> None:
        response = request_change()
        assert (response.status_code, response.json()["code"]) == (422, "EMBEDDING_PROVIDER_NOT_SET_UP")
