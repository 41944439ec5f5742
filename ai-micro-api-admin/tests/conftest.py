"""The service under test, on a database of each test's own."""

from collections.abc import Iterator
from uuid import UUID, uuid4

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from hypothesis import settings as properties

from app.main import create_app
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer, TokenIssuer
from tests.model_server import ModelServer
from tests.search.retrieval_corpus import PASSAGES
from tests.types_of_fixtures import Ask, Create, Headers, Json, Process, Upload, WithModel

# The file of the walk in README.md.
LIBRARY = "# 開館時間\n\n図書館は平日の午前九時から午後八時まで開いています。日曜日は休館です。\n"

# The same examples in every run, however slow the machine.
properties.register_profile("repeatable", derandomize=True, deadline=None)
properties.load_profile("repeatable")


@pytest.fixture
def settings(migrated_database: DatabaseUrls, jwks_server: JwksServer) -> Settings:
    # Without workers: a test that wants documents processed says so.
    return Settings(_env_file=None, database_url=migrated_database.app, jwks_url=jwks_server.url, processing_workers=0)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client_at_an_address(settings: Settings) -> Iterator[TestClient]:
    """A client at a known address."""
    with TestClient(create_app(settings), client=("192.0.2.1", 50000), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def admin_id() -> UUID:
    return uuid4()


@pytest.fixture
def admin(tokens: TokenIssuer, admin_id: UUID) -> Headers:
    """The Authorization header of an administrator."""
    return tokens.authorization(admin_id, roles=["user", "admin"])


@pytest.fixture
def stranger(tokens: TokenIssuer) -> Headers:
    """The Authorization header of a user who owns nothing."""
    return tokens.authorization()


@pytest.fixture
def new_knowledge_base(client: TestClient, admin: Headers) -> Create:
    def create(**fields: object) -> Json:
        response = client.post("/api/knowledgebase", json={"name": "社内規程", **fields}, headers=admin)
        assert response.status_code == 201, response.text
        return dict(response.json())

    return create


@pytest.fixture
def knowledge_base(new_knowledge_base: Create) -> Json:
    """A private knowledge base of the administrator's."""
    return new_knowledge_base()


@pytest.fixture
def shared_knowledge_base(new_knowledge_base: Create) -> Json:
    """A knowledge base that every signed-in user reads."""
    return new_knowledge_base(visibility="shared")


@pytest.fixture
def default_collection(client: TestClient, admin: Headers, knowledge_base: Json) -> Json:
    response = client.get("/api/collections", params={"knowledge_base_id": knowledge_base["id"]}, headers=admin)
    (collection,) = response.json()["items"]
    return dict(collection)


@pytest.fixture
def new_collection(client: TestClient, admin: Headers, knowledge_base: Json) -> Create:
    def create(name: str, **fields: object) -> Json:
        body = {"knowledge_base_id": knowledge_base["id"], "name": name, **fields}
        response = client.post("/api/collections", json=body, headers=admin)
        assert response.status_code == 201, response.text
        return dict(response.json())

    return create


@pytest.fixture
def upload(client: TestClient, admin: Headers, knowledge_base: Json) -> Upload:
    """Upload a file to the knowledge base; returns the response."""

    def send(content: bytes, name: str = "規程.txt", *, into: str | None = None, **fields: str) -> Response:
        return client.post(
            "/api/documents/upload",
            files={"file": (name, content, "application/octet-stream")},
            data={"knowledge_base_id": into or knowledge_base["id"], **fields},
            headers=admin,
        )

    return send


@pytest.fixture
def process(client: TestClient) -> Process:
    """Do what the workers do, in this thread, until nothing waits."""

    def run() -> None:
        workers = client.app.state.workers  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
        while workers.work_once():
            pass

    return run


@pytest.fixture
def document(client: TestClient, admin: Headers, upload: Upload, process: Process) -> Json:
    """A document that is ready."""
    response = upload("年次有給休暇は、入社から六か月後に十日を付与する。".encode())
    assert response.status_code == 202, response.text
    process()
    read = dict(client.get(response.headers["Location"], headers=admin).json())
    assert read["status"] == "ready", read
    return read


@pytest.fixture
def library(new_knowledge_base: Create, upload: Upload, process: Process) -> Json:
    """A shared knowledge base with documents of several subjects, in Japanese and English."""
    made = new_knowledge_base(name="図書館", visibility="shared")
    upload(LIBRARY.encode(), "開館時間.md", into=made["id"])
    for name in ("leave", "parking", "coffee", "travel", "tokens"):
        upload(PASSAGES[name].encode(), f"{name}.txt", into=made["id"])
    process()
    return made


@pytest.fixture
def ask(client: TestClient, library: Json, stranger: Headers) -> Ask:
    """Ask the library a question, as a user who owns nothing."""

    def send(message: str, *, of: Json = library, headers: Headers = stranger, **fields: object) -> Response:
        body = {"message": message, **fields}
        return client.post(f"/api/knowledgebase/{of['id']}/chat", json=body, headers=headers)

    return send


@pytest.fixture
def model_server() -> Iterator[ModelServer]:
    server = ModelServer()
    yield server
    server.close()


@pytest.fixture
def with_model(settings: Settings, model_server: ModelServer) -> WithModel:
    """Make an application on the same database that asks the model server."""

    def create(**changes: object) -> FastAPI:
        values = {
            "chat_provider": "openai",
            "chat_url": model_server.url,
            "chat_model": "scripted",
            "chat_timeout_seconds": 3.0,
            **changes,
        }
        return create_app(Settings.model_validate({**settings.model_dump(), **values}))

    return create


@pytest.fixture
def model_client(with_model: WithModel) -> Iterator[TestClient]:
    with TestClient(with_model(), raise_server_exceptions=False) as client:
        yield client
