"""Files in an object store: moved there and back, read from wherever they are, deleted with their document."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count as numbers
from pathlib import Path
from threading import Thread
from typing import BinaryIO, TypeVar

import httpx
import pytest
from alembic import command
from fastapi.testclient import TestClient
from pydantic import SecretStr
from sqlalchemy import event

from app.files import stored_files
from app.files.moving import FileMover, Places
from app.files.object_store import ObjectKey, ObjectStore, ObjectStoreError, StoreSettings
from app.files.parts import PART_BYTES
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls, alembic_config
from tests.files.conftest import Bucket, Count, S3Server, with_store
from tests.types_of_fixtures import Headers, Json, Process, Upload

# Not a document that can be read, so that processing it is quick; larger than a part of a multipart upload.
LARGE = b"%PDF-1.7\n" + bytes(range(256)) * 28_000


def content(client: TestClient, admin: Headers, document: Json) -> bytes:
    response = client.get(f"/api/documents/{document['id']}/content", headers=admin)
    assert response.status_code == 200, response.text
    return response.content


def move_all(mover: FileMover) -> int:
    moved = 0
    while mover.move_one():
        moved += 1
    while mover.delete_one():
        pass
    return moved


@pytest.mark.parametrize(("body", "name"), [("短い文書。".encode(), "a.txt"), (LARGE, "大きい.pdf")])
def test_a_processed_file_moves_to_the_store_and_is_read_from_there(
    *, client: TestClient, admin: Headers, upload: Upload, process: Process, bucket: Bucket, count: Count,
    body: bytes, name: str,
) -> None:  # fmt: skip
    document = upload(body, name).json()
    assert bucket.names() == set(), "before it is processed, it is in PostgreSQL alone"
    process()
    assert len(bucket.names()) == 1
    assert next(iter(bucket.names())).startswith(f"documents/{document['id']}/")
    assert count("document_parts") == 0
    assert content(client, admin, document) == body


def test_a_file_in_the_store_is_processed_again_and_its_pages_are_drawn(
    *, client: TestClient, admin: Headers, document: Json, process: Process, count: Count
) -> None:
    assert count("document_parts") == 0
    response = client.post(f"/api/documents/{document['id']}/reprocess", headers=admin)
    assert response.status_code == 202, response.text
    process()
    found = client.get(f"/api/documents/{document['id']}", headers=admin).json()
    assert (found["status"], found["error"]) == ("ready", None)


def test_a_store_that_is_away_holds_up_neither_uploads_nor_processing(
    *, settings: Settings, admin: Headers, knowledge_base: Json, bucket: Bucket
) -> None:
    away = with_store(settings, bucket, files_s3_endpoint="http://127.0.0.1:1")
    with TestClient(create_app(away), raise_server_exceptions=False) as client:
        response = client.post(
            "/api/documents/upload",
            files={"file": ("a.txt", "文書。".encode(), "text/plain")},
            data={"knowledge_base_id": knowledge_base["id"]},
            headers=admin,
        )
        workers = client.app.state.workers  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
        while workers.work_once():
            pass
        document = client.get(response.headers["Location"], headers=admin).json()
        assert document["status"] == "ready"
        assert content(client, admin, document) == "文書。".encode()


def test_while_the_store_is_away_its_files_are_503_and_documents_wait(
    *, settings: Settings, client: TestClient, admin: Headers, document: Json, bucket: Bucket, process: Process,
    migrated_database: DatabaseUrls,
) -> None:  # fmt: skip
    away = with_store(settings, bucket, files_s3_endpoint="http://127.0.0.1:1")
    with TestClient(create_app(away), raise_server_exceptions=False) as apart:
        response = apart.get(f"/api/documents/{document['id']}/content", headers=admin)
        assert (response.status_code, response.json()["code"]) == (503, "FILE_STORE_UNAVAILABLE")
        assert "Retry-After" in response.headers
        assert "127.0.0.1" not in response.text
        apart.post(f"/api/documents/{document['id']}/reprocess", headers=admin)
        assert apart.app.state.workers.work_once()  # type: ignore[attr-defined]  # as above
        assert apart.get(f"/api/documents/{document['id']}", headers=admin).json()["status"] == "pending"
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE document_renewals SET lease_expires_at = now()")
    process()
    assert client.get(f"/api/documents/{document['id']}", headers=admin).json()["status"] == "ready"


def test_without_the_setting_a_file_that_was_moved_says_what_is_missing(
    *, settings: Settings, admin: Headers, document: Json
) -> None:
    with TestClient(create_app(settings), raise_server_exceptions=False) as without:
        response = without.get(f"/api/documents/{document['id']}/content", headers=admin)
    assert response.status_code == 503
    assert "FILES_URL" in response.json()["detail"]


def test_a_file_that_is_nowhere_is_not_found(
    *, client: TestClient, admin: Headers, upload: Upload, migrated_database: DatabaseUrls
) -> None:
    document = upload(b"gone").json()
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM document_parts")
    response = client.get(f"/api/documents/{document['id']}/content", headers=admin)
    assert (response.status_code, response.json()["code"]) == (404, "DOCUMENT_NOT_FOUND")


def test_the_revision_is_not_reverted_while_files_are_in_the_store(
    *, document: Json, fetcher: FileMover, alembic_ini: Path, migrated_database: DatabaseUrls
) -> None:
    assert document["status"] == "ready"
    config = alembic_config(alembic_ini, migrated_database.owner)
    with pytest.raises(Exception, match="files are in the object store"):
        command.downgrade(config, "020")
    assert move_all(fetcher) == 1
    command.downgrade(config, "020")


@pytest.mark.parametrize("what", ["documents", "knowledgebase"])
def test_the_object_goes_with_its_document(
    *, client: TestClient, admin: Headers, document: Json, mover: FileMover, bucket: Bucket, count: Count, what: str
) -> None:
    assert len(bucket.names()) == 1
    key = "id" if what == "documents" else "knowledge_base_id"
    assert client.delete(f"/api/{what}/{document[key]}", headers=admin).status_code == 204
    assert move_all(mover) == 0
    assert (bucket.names(), count("stored_files")) == (set(), 0)


def test_a_replaced_file_takes_the_place_of_the_object_too(
    *, client: TestClient, admin: Headers, document: Json, process: Process, bucket: Bucket, mover: FileMover
) -> None:
    before = bucket.names()
    response = client.put(
        f"/api/documents/{document['id']}/content",
        files={"file": ("new.txt", "新しい本文。".encode(), "text/plain")},
        headers=admin,
    )
    assert response.status_code == 202, response.text
    process()
    move_all(mover)
    assert content(client, admin, document) == "新しい本文。".encode()
    assert len(bucket.names()) == 1
    assert bucket.names() != before


def test_a_file_is_whole_that_is_moved_while_it_is_read(
    *, client: TestClient, upload: Upload, admin: Headers, mover: FileMover, fetcher: FileMover,
    migrated_database: DatabaseUrls,
) -> None:  # fmt: skip
    uploaded = upload(LARGE, "large.pdf").json()
    with migrated_database.engine().begin() as connection:
        row = connection.exec_driver_sql(
            "UPDATE documents SET status = 'failed' RETURNING id, content_hash, size_bytes"
        ).one()
    assert str(row.id) == uploaded["id"]
    files = client.app.state.files  # type: ignore[attr-defined]  # as above
    parts = files.read(row.id, size_bytes=row.size_bytes, content_hash=row.content_hash)
    read = [next(parts)]
    assert len(read[0]) == PART_BYTES
    assert move_all(mover) == 1
    read.append(next(parts))
    assert len(read[1]) > PART_BYTES, "from the store"
    assert move_all(fetcher) == 1
    assert b"".join([*read, *parts]) == LARGE


Result = TypeVar("Result")


class FailingStore(ObjectStore):
    """Dies at one of its calls, before or after it did what it was asked for, as a process that is killed."""

    def __init__(self, inner: ObjectStore, at: int, *, after: bool) -> None:
        self._inner = inner
        self._at = at
        self._after = after
        self._calls = numbers()

    def _call(self, do: Callable[[], Result]) -> Result:
        number = next(self._calls)
        if number == self._at and not self._after:
            raise KilledError
        result = do()
        if number == self._at:
            raise KilledError
        return result

    def read(self, key: ObjectKey, start: int, end: int) -> bytes:
        return self._call(lambda: self._inner.read(key, start, end))

    def write(self, key: ObjectKey, file: BinaryIO) -> None:
        self._call(lambda: self._inner.write(key, file))

    def delete(self, key: ObjectKey) -> None:
        self._call(lambda: self._inner.delete(key))


class KilledError(BaseException):
    """Not an Exception: nothing may clean up after it."""


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize("at", range(4))
def test_a_kill_at_any_call_of_the_store_loses_nothing_and_leaves_nothing(
    *, client: TestClient, admin: Headers, upload: Upload, process: Process, database: Database, store: ObjectStore,
    mover: FileMover, fetcher: FileMover, bucket: Bucket, count: Count, migrated_database: DatabaseUrls, at: int,
    after: bool,
) -> None:  # fmt: skip
    documents = [upload(f"文書{number}。".encode(), f"{number}.txt").json() for number in range(2)]
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET status = 'failed'")
    failing = FailingStore(store, at, after=after)
    for direction in ("store", "postgresql"):
        try:
            move_all(FileMover(database, failing, direction))
        except KilledError:
            for number, document in enumerate(documents):
                assert content(client, admin, document) == f"文書{number}。".encode()
            with migrated_database.engine().begin() as connection:
                # As if the ten minutes of its writer were over.
                connection.exec_driver_sql("UPDATE stored_files SET changed_at = to_timestamp(0)")
    move_all(mover)
    assert mover.places() == Places(postgresql=0, store=2, to_delete=0)
    move_all(fetcher)
    assert (bucket.names(), count("stored_files")) == (set(), 0)
    for number, document in enumerate(documents):
        assert content(client, admin, document) == f"文書{number}。".encode()


def test_several_processes_move_each_file_once(
    *, client: TestClient, admin: Headers, upload: Upload, database: Database, store: ObjectStore, bucket: Bucket,
    migrated_database: DatabaseUrls,
) -> None:  # fmt: skip
    documents = [upload(f"文書{number}。".encode(), f"{number}.txt").json() for number in range(12)]
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET status = 'failed'")
    with ThreadPoolExecutor() as threads:
        moved = list(threads.map(lambda _: move_all(FileMover(database, store, "store")), range(4)))
    assert sum(moved) == 12
    assert len(bucket.names()) == 12
    for number, document in enumerate(documents):
        assert content(client, admin, document) == f"文書{number}。".encode()


def test_a_file_that_another_process_claims_in_the_same_moment_is_left_to_it(
    upload: Upload, database: Database, migrated_database: DatabaseUrls
) -> None:
    upload("同時に選ばれる文書。".encode())
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET status = 'failed'")

    looks: list[str] = []

    def claim_elsewhere(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        looks.append(statement)
        if len(looks) > 1:
            return
        # Between the look at the files, which has seen no claim, and what follows it.
        with migrated_database.engine().begin() as connection:
            connection.exec_driver_sql(
                "INSERT INTO stored_files (document_id, content_hash, size_bytes, state)"
                " SELECT id, content_hash, size_bytes, 'writing' FROM documents"
            )

    event.listen(database.engine, "after_cursor_execute", claim_elsewhere)
    with database.session() as session:
        assert stored_files.claim(session) is None


def test_a_document_deleted_while_its_object_is_written_leaves_no_object(
    *, client: TestClient, admin: Headers, upload: Upload, database: Database, store: ObjectStore, bucket: Bucket,
    count: Count, migrated_database: DatabaseUrls,
) -> None:  # fmt: skip
    document = upload("消える文書。".encode()).json()
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET status = 'failed'")

    class Meanwhile(ObjectStore):
        def __init__(self) -> None:
            pass

        def write(self, key: ObjectKey, file: BinaryIO) -> None:
            store.write(key, file)
            assert client.delete(f"/api/documents/{document['id']}", headers=admin).status_code == 204

        def delete(self, key: ObjectKey) -> None:
            store.delete(key)

    move_all(FileMover(database, Meanwhile(), "store"))
    assert (bucket.names(), count("stored_files")) == (set(), 0)


def test_a_store_that_gives_back_other_bytes_gets_no_file(
    *, database: Database, upload: Upload, count: Count, migrated_database: DatabaseUrls
) -> None:
    upload("大切な文書。".encode())
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET status = 'failed'")

    class Lying(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(b"something else")

        def _answer(self, body: bytes) -> None:
            self.send_response(200)
            for name, value in {
                "Content-Length": str(len(body)),
                "ETag": '"1"',
                "Last-Modified": "Sat, 28 Nov 2026 00:00:00 GMT",
            }.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Lying) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        lying = ObjectStore(StoreSettings("s3://bucket", url, "us-east-1", "key", SecretStr("secret")))
        with pytest.raises(ObjectStoreError, match="otherwise"):
            FileMover(database, lying, "store").move_one()
        server.shutdown()
    assert count("document_parts") == 1


def test_after_a_failure_workers_leave_the_store_alone_for_a_while(
    *, database: Database, upload: Upload, migrated_database: DatabaseUrls, s3: S3Server
) -> None:
    upload("文書。".encode())
    with migrated_database.engine().begin() as connection:
        connection.exec_driver_sql("UPDATE documents SET status = 'failed'")
    now = [0.0]
    late = ObjectStore(StoreSettings("s3://made-late", s3.url, "us-east-1", "key", SecretStr("secret")))
    mover = FileMover(database, late, "store", now=lambda: now[0])
    assert not mover.do_one()
    httpx.put(f"{s3.url}/made-late").raise_for_status()
    assert not mover.do_one()
    now[0] = 31.0
    assert mover.do_one()
