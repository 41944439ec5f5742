"""A document that is processed again or replaced is found as it was until what comes of it takes its place."""

import io
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from app.files.parts import PART_BYTES
from app.files.reading import Files, FileVanished
from app.ingestion.chunking.chunks import SplitSettings
from app.ingestion.confinement.limits import ParseLimits
from app.ingestion.forking.client import ForkServer
from app.processing.failures import LeaseLost
from app.processing.leasing.leases import Leases
from app.processing.processor import Processor
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Headers, Json, Process, Upload

OLD, NEW = "旧い規程では休暇は十日である。".encode(), "新しい規程では休暇は二十日とする。".encode()
BROKEN = b"%PDF-1.7 but nothing more"
Replace = Callable[..., Response]
Found = Callable[[str], list[str]]
Read = Callable[[], Json]


@pytest.fixture
def document(client: TestClient, admin: Headers, upload: Upload, process: Process) -> Json:
    url = upload(OLD, "規程.txt").headers["Location"]
    process()
    return dict(client.get(url, headers=admin).json())


@pytest.fixture
def url(document: Json) -> str:
    return f"/api/documents/{document['id']}"


@pytest.fixture
def read(client: TestClient, admin: Headers, url: str) -> Read:
    return lambda: dict(client.get(url, headers=admin).json())


@pytest.fixture
def replace(client: TestClient, admin: Headers, url: str) -> Replace:
    def send(content: bytes, name: str = "新規程.txt", **headers: str) -> Response:
        form = {"file": (name, content, "application/octet-stream")}
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        return client.put(f"{url}/content", files=form, headers={**admin, **named})

    return send


@pytest.fixture
def found(client: TestClient, admin: Headers, knowledge_base: Json) -> Found:
    """Titles of what a search finds."""

    def search(query: str) -> list[str]:
        params = {"q": query, "knowledge_base_id": knowledge_base["id"]}
        return [item["title"] for item in client.get("/api/search", params=params, headers=admin).json()["items"]]

    return search


@pytest.fixture
def database(client: TestClient) -> Database:
    found: Database = client.app.state.database  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    return found


@pytest.fixture
def leases(database: Database) -> Leases:
    return Leases(database, seconds=30, max_attempts=3)


@pytest.fixture
def processor(client: TestClient, database: Database, leases: Leases) -> Iterator[Processor]:
    providers = client.app.state.embedding_providers  # type: ignore[attr-defined]  # as above
    with ForkServer() as fork_server:
        yield Processor(
            database,
            Files(database, None),
            leases,
            providers,
            fork_server=fork_server,
            limits=ParseLimits(),
            splitting=SplitSettings(),
        )


def content(client: TestClient, admin: Headers, url: str) -> bytes:
    return client.get(f"{url}/content", headers=admin).content


def count(database: DatabaseUrls, table: str) -> int:
    with database.engine().connect() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own names


def nothing_is_left(database: DatabaseUrls) -> bool:
    return count(database, "document_renewals") == count(database, "document_renewal_parts") == 0


def test_a_replacement_takes_the_place_of_all_of_the_old_document_once_it_is_ready(
    *,
    client: TestClient,
    admin: Headers,
    document: Json,
    url: str,
    replace: Replace,
    read: Read,
    found: Found,
    process: Process,
    migrated_database: DatabaseUrls,
) -> None:
    response = replace(NEW, "新規程.md")
    assert (response.status_code, response.json()["status"]) == (202, "pending")
    waiting = read()
    assert {**waiting, "status": "ready", "progress": 100} == document
    assert (content(client, admin, url), found("旧い規程"), found("新しい規程")) == (OLD, ["規程"], ["規程"])
    process()
    renewed = read()
    assert (renewed["status"], renewed["title"], renewed["file_name"]) == ("ready", "新規程", "新規程.md")
    assert (renewed["media_type"], renewed["size_bytes"]) == ("text/markdown", len(NEW))
    assert renewed["id"] == document["id"]
    assert renewed["updated_at"] > document["updated_at"]
    assert content(client, admin, url) == NEW
    (chunk,) = client.get(f"{url}/chunks", headers=admin).json()["items"]
    assert chunk["text"] == NEW.decode()
    assert found("二十日") == ["新規程"]
    assert nothing_is_left(migrated_database)
    with migrated_database.engine().connect() as connection:
        rows = connection.execute(text("SELECT term, chunk_count FROM term_frequencies")).all()
    terms = {row.term: row.chunk_count for row in rows}
    assert set(terms.values()) == {1}
    assert not [term for term in terms if "旧" in term]


def test_a_title_that_a_person_gave_and_the_tags_outlive_a_replacement(
    *, client: TestClient, admin: Headers, url: str, replace: Replace, read: Read, process: Process
) -> None:
    replace(NEW)
    client.patch(url, json={"title": "休暇について", "tags": ["人事"]}, headers=admin)
    process()
    renewed = read()
    assert (renewed["title"], renewed["file_name"], renewed["tags"]) == ("休暇について", "新規程.txt", ["人事"])


def test_a_replacement_that_cannot_be_read_leaves_the_document_as_it_was_with_the_reason(
    *,
    client: TestClient,
    admin: Headers,
    document: Json,
    url: str,
    replace: Replace,
    read: Read,
    found: Found,
    process: Process,
    migrated_database: DatabaseUrls,
) -> None:
    assert replace(BROKEN, "新規程.pdf").status_code == 202
    process()
    kept = read()
    assert {**kept, "error": None, "error_code": None} == document
    assert kept["error_code"] == "DAMAGED"
    assert "damaged" in kept["error"]
    assert "新規程.pdf" in kept["error"]
    assert "kept" in kept["error"]
    assert (content(client, admin, url), found("旧い規程")) == (OLD, ["規程"])
    assert count(migrated_database, "document_renewal_parts") == 0
    (entry,) = client.get("/api/logs/system", params={"event": "document.failed"}, headers=admin).json()["items"]
    assert entry["details"]["code"] == "DAMAGED"
    replace(NEW)
    assert (read()["error"], read()["error_code"]) == (None, None)
    process()
    assert (read()["status"], read()["error"], content(client, admin, url)) == ("ready", None, NEW)


@pytest.mark.parametrize(
    ("sent", "name", "code"),
    [
        (b"", "a.txt", "EMPTY_FILE"),
        (b"MZ\x90\x00", "a.exe", "UNSUPPORTED_DOCUMENT"),
        (b"text", "..", "INVALID_FILE_NAME"),
        (b"x" * 52_428_801, "a.txt", "UPLOAD_TOO_LARGE"),
    ],
)
def test_what_cannot_be_uploaded_replaces_nothing(
    *, document: Json, replace: Replace, read: Read, sent: bytes, name: str, code: str
) -> None:
    assert replace(sent, name).json()["code"] == code
    assert read() == document


def test_a_file_that_is_another_document_replaces_nothing(
    upload: Upload, document: Json, replace: Replace, read: Read
) -> None:
    other = upload(NEW, "別の規程.txt").json()
    response = replace(NEW)
    assert (response.status_code, response.json()["code"]) == (409, "DUPLICATE_DOCUMENT")
    assert (response.json()["document_id"], response.json()["title"]) == (other["id"], "別の規程")
    assert read() == document


def test_a_file_that_became_another_document_meanwhile_replaces_nothing(
    *, upload: Upload, replace: Replace, read: Read, process: Process, client: TestClient, admin: Headers, url: str
) -> None:
    replace(NEW)
    upload(NEW, "別の規程.txt")
    process()
    assert (read()["status"], "別の規程" in read()["error"]) == ("ready", True)
    assert content(client, admin, url) == OLD


def test_a_document_is_replaced_by_its_own_bytes_under_another_name(
    *, client: TestClient, admin: Headers, url: str, replace: Replace, read: Read, process: Process
) -> None:
    replace(OLD, "就業規則.txt")
    process()
    assert (read()["title"], read()["error"], content(client, admin, url)) == ("就業規則", None, OLD)


def test_a_document_that_failed_is_replaced_by_one_that_can_be_read(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    url = upload(BROKEN, "a.pdf").headers["Location"]
    process()
    client.put(f"{url}/content", files={"file": ("b.txt", NEW)}, headers=admin)
    process()
    renewed = client.get(url, headers=admin).json()
    assert (renewed["status"], renewed["error"], renewed["title"]) == ("ready", None, "b")


def test_of_two_replacements_the_last_one_counts(
    *, client: TestClient, admin: Headers, url: str, replace: Replace, process: Process, migrated_database: DatabaseUrls
) -> None:
    replace(b"first", "1.txt")
    replace(NEW, "2.txt")
    assert count(migrated_database, "document_renewal_parts") == 1
    process()
    assert content(client, admin, url) == NEW


def test_of_replacements_at_once_one_counts(
    *, client: TestClient, admin: Headers, url: str, replace: Replace, process: Process, migrated_database: DatabaseUrls
) -> None:
    sent = [f"第{number}版".encode() for number in range(4)]
    with ThreadPoolExecutor(4) as threads:
        responses = list(threads.map(replace, sent))
    assert [response.status_code for response in responses] == [202] * 4
    process()
    assert content(client, admin, url) in sent
    assert nothing_is_left(migrated_database)


def test_of_replacements_of_what_one_has_read_one_counts(
    client: TestClient, admin: Headers, url: str, replace: Replace
) -> None:
    tag = client.get(url, headers=admin).headers["ETag"]
    assert [replace(sent, If_Match=tag).status_code for sent in (b"first", b"second")] == [202, 412]


def test_a_replacement_that_gave_way_writes_nothing(
    *, leases: Leases, processor: Processor, replace: Replace, process: Process, read: Read, found: Found
) -> None:
    replace(b"first", "1.txt")
    slow = leases.take()
    assert slow is not None
    rows = io.BytesIO()
    prepared = processor.prepare(slow, rows, abandon=threading.Event())
    replace(NEW)
    with pytest.raises(LeaseLost):
        processor.store(slow, rows, prepared)
    leases.fail(slow, "DAMAGED", "late")
    process()
    assert (read()["status"], read()["title"], found("二十日")) == ("ready", "新規程", ["新規程"])


def test_a_worker_that_is_still_at_the_old_file_writes_nothing_over_the_new_one(
    *, client: TestClient, admin: Headers, leases: Leases, processor: Processor, upload: Upload, process: Process
) -> None:
    # As the previous release's worker would be, which knows nothing of renewals.
    url = upload(OLD, "規程.txt").headers["Location"]
    slow = leases.take()
    assert slow is not None
    rows = io.BytesIO()
    prepared = processor.prepare(slow, rows, abandon=threading.Event())
    client.put(f"{url}/content", files={"file": ("新規程.txt", NEW)}, headers=admin)
    process()
    with pytest.raises(LeaseLost):
        processor.store(slow, rows, prepared)
    (chunk,) = client.get(f"{url}/chunks", headers=admin).json()["items"]
    assert chunk["text"] == NEW.decode()


def test_a_document_deleted_while_it_is_replaced_is_gone(
    *,
    client: TestClient,
    admin: Headers,
    url: str,
    leases: Leases,
    processor: Processor,
    replace: Replace,
    migrated_database: DatabaseUrls,
) -> None:
    replace(NEW)
    lease = leases.take()
    assert lease is not None
    rows = io.BytesIO()
    prepared = processor.prepare(lease, rows, abandon=threading.Event())
    assert client.delete(url, headers=admin).status_code == 204
    with pytest.raises(LeaseLost):
        processor.store(lease, rows, prepared)
    assert nothing_is_left(migrated_database)
    assert count(migrated_database, "langchain_pg_embedding") == count(migrated_database, "term_frequencies") == 0


def test_what_a_killed_worker_left_of_a_replacement_is_done_by_another(
    leases: Leases, replace: Replace, process: Process, read: Read, migrated_database: DatabaseUrls
) -> None:
    replace(NEW)
    assert leases.take() is not None
    assert leases.take() is None
    assert (read()["status"], read()["step"]) == ("processing", "reading")
    expire(migrated_database)
    process()
    assert (read()["status"], read()["title"]) == ("ready", "新規程")


def test_a_replacement_that_kills_its_workers_is_given_up(
    leases: Leases, replace: Replace, document: Json, read: Read, migrated_database: DatabaseUrls
) -> None:
    replace(NEW)
    for _ in range(3):
        assert leases.take() is not None
        expire(migrated_database)
    assert leases.take() is None
    assert {**read(), "error": None, "error_code": None} == document
    assert read()["error_code"] == "INTERRUPTED"
    assert "interrupted 3 times" in read()["error"]
    assert count(migrated_database, "document_renewal_parts") == 0


def test_a_replacement_given_back_has_lost_no_attempt(leases: Leases, replace: Replace) -> None:
    replace(NEW)
    for _ in range(5):
        lease = leases.take()
        assert lease is not None
        assert lease.attempt == 1
        assert leases.renew(lease)
        leases.give_back(lease)


def test_a_download_never_mixes_two_files(
    client: TestClient, admin: Headers, upload: Upload, process: Process, database: Database
) -> None:
    old = b"old " * 600_000
    uploaded = upload(old, "large.txt").json()
    process()
    with database.reading() as connection:
        digest = connection.execute(text("SELECT content_hash FROM documents")).scalar_one()
    parts = Files(database, None).read(uploaded["id"], size_bytes=len(old), content_hash=digest)
    assert next(parts) == old[:PART_BYTES]
    url = f"/api/documents/{uploaded['id']}"
    client.put(f"{url}/content", files={"file": ("large.txt", b"new " * 600_000)}, headers=admin)
    process()
    with pytest.raises(FileVanished):
        next(parts)


def test_reprocessing_makes_the_chunks_again_which_are_found_until_then(
    *, client: TestClient, admin: Headers, document: Json, url: str, read: Read, found: Found, process: Process
) -> None:
    (before,) = client.get(f"{url}/chunks", headers=admin).json()["items"]
    response = client.post(f"{url}/reprocess", headers=admin)
    assert (response.status_code, response.json()["status"]) == (202, "pending")
    assert (found("旧い規程"), client.get(f"{url}/chunks", headers=admin).json()["items"]) == (["規程"], [before])
    process()
    assert {**read(), "updated_at": document["updated_at"]} == document
    (after,) = client.get(f"{url}/chunks", headers=admin).json()["items"]
    assert {**after, "id": before["id"]} == before
    assert after["id"] != before["id"]


def test_reprocessing_that_fails_keeps_what_there_was_and_says_so(
    *,
    client: TestClient,
    admin: Headers,
    document: Json,
    url: str,
    read: Read,
    found: Found,
    process: Process,
    migrated_database: DatabaseUrls,
) -> None:
    with migrated_database.engine().begin() as connection:
        # As if an earlier release had been able to read it.
        connection.execute(text("UPDATE documents SET media_type = 'application/pdf'"))
    client.post(f"{url}/reprocess", headers=admin)
    process()
    kept = read()
    assert {**kept, "error": None, "error_code": None, "media_type": "text/plain"} == document
    assert "could not be processed again" in kept["error"]
    assert found("旧い規程") == ["規程"]


def test_reprocessing_what_waits_changes_nothing(
    client: TestClient, admin: Headers, upload: Upload, migrated_database: DatabaseUrls
) -> None:
    url = upload(OLD).headers["Location"]
    response = client.post(f"{url}/reprocess", headers=admin)
    assert (response.status_code, response.json()["status"]) == (202, "pending")
    assert nothing_is_left(migrated_database)


def test_reprocessing_a_document_that_is_being_replaced_does_not_undo_that(
    client: TestClient, admin: Headers, url: str, replace: Replace, process: Process
) -> None:
    replace(NEW)
    assert client.post(f"{url}/reprocess", headers=admin).status_code == 202
    process()
    assert content(client, admin, url) == NEW


def test_the_list_finds_documents_by_the_state_that_they_show(
    client: TestClient, admin: Headers, document: Json, replace: Replace, process: Process
) -> None:
    def ids(status: str) -> list[str]:
        items = client.get("/api/documents", params={"status": status}, headers=admin).json()["items"]
        assert {item["status"] for item in items} <= {status}
        return [item["id"] for item in items]

    replace(BROKEN, "a.pdf")
    assert (ids("pending"), ids("ready")) == ([document["id"]], [])
    process()
    assert (ids("failed"), ids("ready")) == ([], [document["id"]])


def test_who_reprocessed_and_replaced_is_recorded(
    *, client: TestClient, admin: Headers, document: Json, url: str, replace: Replace, process: Process
) -> None:
    replace(NEW)
    process()
    client.post(f"{url}/reprocess", headers=admin)
    client.post(f"{url}/reprocess", headers=admin)  # it waits already
    params = {"target_type": "document", "target_id": document["id"]}
    events = client.get("/api/logs/audit", params=params, headers=admin).json()["items"]
    assert [event["action"] for event in events] == ["DOCUMENT_REPROCESSED", "DOCUMENT_REPLACED", "DOCUMENT_UPLOADED"]


def expire(database: DatabaseUrls) -> None:
    with database.engine().begin() as connection:
        connection.execute(text("UPDATE document_renewals SET lease_expires_at = now() - interval '1 second'"))
