"""Leases: one worker a document, a takeover from the dead, and no word from the dead afterwards."""

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import UUID

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from app.embeddings.hash_provider import HashEmbeddingProvider
from app.embeddings.providers import EmbeddingProviders
from app.files.reading import Files
from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.failures import ParseCancelled
from app.ingestion.forking.client import ForkServer
from app.main import create_app
from app.processing.failures import LeaseLost
from app.processing.leasing.lease import Lease
from app.processing.leasing.leases import Leases
from app.processing.metrics import ProcessingMetrics
from app.processing.processor import Prepared, Processor
from app.processing.workers import Workers
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Headers, Json, Upload

MAX_ATTEMPTS = 3


@pytest.fixture
def app(settings: Settings) -> FastAPI:
    return create_app(settings)


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def database(client: TestClient, app: FastAPI) -> Database:
    found: Database = app.state.database
    return found


@pytest.fixture
def leases(database: Database) -> Leases:
    return Leases(database, seconds=30, max_attempts=MAX_ATTEMPTS)


@pytest.fixture
def processor(database: Database, leases: Leases, app: FastAPI) -> Iterator[Processor]:
    with ForkServer() as fork_server:
        yield Processor(
            database,
            Files(database, None),
            leases,
            app.state.embedding_providers,
            fork_server=fork_server,
            limits=ParseLimits(),
            splitting=SplitSettings(),
        )


Expire = Callable[[], None]


@pytest.fixture
def expire(migrated_database: DatabaseUrls) -> Expire:
    """Let the time of every lease pass."""

    def run() -> None:
        with migrated_database.engine().begin() as connection:
            connection.execute(text("UPDATE documents SET lease_expires_at = now() - interval '1 second'"))

    return run


def take(leases: Leases) -> Lease:
    lease = leases.take()
    assert lease is not None
    return lease


def state(client: TestClient, admin: Headers, document_id: UUID | str) -> Json:
    return dict(client.get(f"/api/documents/{document_id}", headers=admin).json())


def test_many_workers_at_once_never_get_the_same_document(leases: Leases, upload: Upload) -> None:
    ids = {upload(str(number).encode(), f"{number}.txt").json()["id"] for number in range(4)}
    with ThreadPoolExecutor(8) as threads:
        taken = [lease for lease in threads.map(lambda _: leases.take(), range(8)) if lease is not None]
    assert sorted(str(lease.document_id) for lease in taken) == sorted(ids)


def test_a_document_in_work_has_one_worker(client: TestClient, admin: Headers, leases: Leases, upload: Upload) -> None:
    document = upload(b"text").json()
    take(leases)
    assert leases.take() is None
    assert state(client, admin, document["id"])["status"] == "processing"


def test_the_oldest_waits_no_longer_than_the_others(leases: Leases, upload: Upload) -> None:
    first = upload(b"1", "1.txt").json()
    upload(b"2", "2.txt")
    assert str(take(leases).document_id) == first["id"]


def test_a_lease_that_ended_is_taken_over(leases: Leases, upload: Upload, expire: Expire) -> None:
    upload(b"text")
    first = take(leases)
    expire()
    second = take(leases)
    assert second.document_id == first.document_id
    assert second.token != first.token
    assert (first.attempt, second.attempt) == (1, 2)


def test_a_renewed_lease_lasts(leases: Leases, upload: Upload, expire: Expire) -> None:
    upload(b"text")
    lease = take(leases)
    expire()
    assert leases.renew(lease)
    assert leases.take() is None


def test_a_renewal_does_not_look_like_a_change_of_the_document(
    client: TestClient, admin: Headers, leases: Leases, upload: Upload
) -> None:
    document = upload(b"text").json()
    lease = take(leases)
    before = state(client, admin, document["id"])["updated_at"]
    leases.renew(lease)
    assert state(client, admin, document["id"])["updated_at"] == before


def test_a_lost_lease_can_neither_be_renewed_nor_written_with(
    *, client: TestClient, admin: Headers, leases: Leases, processor: Processor, upload: Upload, expire: Expire
) -> None:
    document = upload(b"text").json()
    slow = take(leases)
    rows = io.BytesIO()
    count = processor.prepare(slow, rows, abandon=threading.Event())
    expire()
    take(leases)
    assert not leases.renew(slow)
    with pytest.raises(LeaseLost):
        processor.store(slow, rows, count)
    leases.fail(slow, "DAMAGED", "late")
    leases.give_back(slow)
    assert state(client, admin, document["id"])["status"] == "processing"
    assert client.get(f"/api/documents/{document['id']}/chunks", headers=admin).json()["items"] == []


def test_a_document_that_was_written_twice_has_its_chunks_once(
    *,
    client: TestClient,
    admin: Headers,
    leases: Leases,
    processor: Processor,
    upload: Upload,
    migrated_database: DatabaseUrls,
) -> None:
    document = upload(b"apple").json()
    for _ in range(2):
        lease = take(leases)
        rows = io.BytesIO()
        processor.store(lease, rows, processor.prepare(lease, rows, abandon=threading.Event()))
        with migrated_database.engine().begin() as connection:
            connection.execute(text("UPDATE documents SET status = 'pending'"))
    assert len(client.get(f"/api/documents/{document['id']}/chunks", headers=admin).json()["items"]) == 1
    with migrated_database.engine().connect() as connection:
        assert connection.execute(text("SELECT DISTINCT chunk_count FROM term_frequencies")).all() == [(1,)]


def test_an_interrupted_document_fails_after_its_last_attempt(
    client: TestClient, admin: Headers, leases: Leases, upload: Upload, expire: Expire
) -> None:
    document = upload(b"text").json()
    for _ in range(MAX_ATTEMPTS):
        take(leases)
        expire()
    assert leases.take() is None
    found = state(client, admin, document["id"])
    assert (found["status"], "interrupted 3 times" in found["error"]) == ("failed", True)
    assert found["error_code"] == "INTERRUPTED"
    (entry,) = client.get("/api/logs/system", params={"event": "document.failed"}, headers=admin).json()["items"]
    assert (entry["level"], entry["details"]["code"]) == ("error", "INTERRUPTED")


def test_a_document_given_back_has_lost_no_attempt(leases: Leases, upload: Upload) -> None:
    upload(b"text")
    for _ in range(MAX_ATTEMPTS + 2):
        lease = take(leases)
        assert lease.attempt == 1
        leases.give_back(lease)


def test_a_document_deleted_in_the_middle_leaves_nothing(
    *,
    client: TestClient,
    admin: Headers,
    leases: Leases,
    processor: Processor,
    upload: Upload,
    migrated_database: DatabaseUrls,
) -> None:
    document = upload(b"text").json()
    lease = take(leases)
    rows = io.BytesIO()
    count = processor.prepare(lease, rows, abandon=threading.Event())
    assert client.delete(f"/api/documents/{document['id']}", headers=admin).status_code == 204
    with pytest.raises(LeaseLost):
        processor.store(lease, rows, count)
    with migrated_database.engine().connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM langchain_pg_embedding")) == 0
        assert connection.scalar(text("SELECT count(*) FROM term_frequencies")) == 0


def test_a_knowledge_base_deleted_in_the_middle_leaves_nothing(
    *, client: TestClient, admin: Headers, leases: Leases, processor: Processor, upload: Upload, knowledge_base: Json
) -> None:
    upload(b"text")
    lease = take(leases)
    rows = io.BytesIO()
    count = processor.prepare(lease, rows, abandon=threading.Event())
    assert client.delete(f"/api/knowledgebase/{knowledge_base['id']}", headers=admin).status_code == 204
    with pytest.raises(LeaseLost):
        processor.store(lease, rows, count)


def test_a_document_moved_in_the_middle_gets_chunks_of_its_new_collection(
    *,
    client: TestClient,
    admin: Headers,
    leases: Leases,
    processor: Processor,
    upload: Upload,
    new_collection: Callable[..., Json],
    migrated_database: DatabaseUrls,
) -> None:
    document = upload(b"text").json()
    target = new_collection("契約書")
    lease = take(leases)
    rows = io.BytesIO()
    count = processor.prepare(lease, rows, abandon=threading.Event())
    client.put(f"/api/documents/{document['id']}/move", json={"collection_id": target["id"]}, headers=admin)
    processor.store(lease, rows, count)
    with migrated_database.engine().connect() as connection:
        (metadata,) = connection.scalars(text("SELECT cmetadata FROM langchain_pg_embedding")).all()
    assert metadata["collection_id"] == target["id"]


class SlowProvider:
    """Stands in for a model server during whose first answer the worker stops."""

    name, model = "slow", "hash-1"
    dimensions, scale = HashEmbeddingProvider().dimensions, HashEmbeddingProvider().scale

    def __init__(self, stop: threading.Event) -> None:
        self.asked: list[int] = []
        self._stop = stop

    def embed_passages(self, texts: list[str]) -> list[list[float]]:
        self.asked.append(len(texts))
        self._stop.set()
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return HashEmbeddingProvider().embed_query(text)

    def close(self) -> None:
        pass


def test_a_stop_is_noticed_between_two_requests_to_a_model_server(
    database: Database, leases: Leases, upload: Upload
) -> None:
    upload("".join(f"第{number}条 {'長い文。' * 150}\n\n" for number in range(200)).encode())
    stop = threading.Event()
    provider = SlowProvider(stop)
    with ForkServer() as fork_server:
        processor = Processor(
            database,
            Files(database, None),
            leases,
            EmbeddingProviders([provider]),
            fork_server=fork_server,
            limits=ParseLimits(),
            splitting=SplitSettings(),
        )
        lease = replace(take(leases), provider="slow")
        with pytest.raises(ParseCancelled):
            processor.prepare(lease, io.BytesIO(), abandon=stop)
    assert provider.asked == [64]


class BrokenProcessor(Processor):
    def prepare(self, *_: object, **__: object) -> Prepared:
        raise RuntimeError("a bug")


def test_a_bug_fails_the_document_after_its_last_attempt_and_tells_the_user_nothing_of_it(
    *, client: TestClient, admin: Headers, database: Database, leases: Leases, upload: Upload, expire: Expire
) -> None:
    document = upload(b"text").json()
    broken = BrokenProcessor(
        database,
        Files(database, None),
        leases,
        client.app.state.embedding_providers,  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
        fork_server=ForkServer(),
        limits=ParseLimits(),
        splitting=SplitSettings(),
    )
    workers = Workers(leases, broken, ProcessingMetrics(CollectorRegistry()), count=0, poll_seconds=1)
    for _ in range(MAX_ATTEMPTS):
        assert workers.work_once()
        assert not workers.work_once(), "it is tried again after a pause only"
        expire()
    found = state(client, admin, document["id"])
    assert found["status"] == "failed"
    assert "bug" not in found["error"]
    assert found["error_code"] == "INTERNAL_ERROR"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("broken.pdf", b"%PDF-1.7\nnot really", "damaged"),
        ("empty.txt", b"  \n \n", "no text"),
    ],
)
def test_a_file_that_cannot_be_read_fails_with_its_reason(
    *,
    client: TestClient,
    admin: Headers,
    upload: Upload,
    process: Callable[[], None],
    name: str,
    content: bytes,
    reason: str,
) -> None:
    document = upload(content, name).json()
    process()
    found = state(client, admin, document["id"])
    assert found["status"] == "failed"
    assert reason in found["error"]
    assert found["chunk_count"] == 0
    metrics = client.get("/metrics").text
    assert 'documents_processed_total{outcome="failed"} 1.0' in metrics
