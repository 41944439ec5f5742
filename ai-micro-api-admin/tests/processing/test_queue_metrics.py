"""The queue of documents in `/metrics`: of all processes, read when it is asked for."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Headers, Process, Upload


def queue(client: TestClient) -> tuple[float, float]:
    """Return how many documents wait, and for how many seconds the oldest has."""
    lines = client.get("/metrics").text.splitlines()
    values = {line.partition(" ")[0]: float(line.rpartition(" ")[2]) for line in lines if not line.startswith("#")}
    return values["documents_waiting"], values["documents_oldest_waiting_seconds"]


def test_documents_count_from_their_upload_until_they_are_ready_without_a_worker_here(
    client: TestClient, upload: Upload, process: Process, migrated_database: DatabaseUrls
) -> None:
    assert queue(client) == (0, 0)
    upload(b"first", "1.txt")
    upload(b"second", "2.txt")
    with migrated_database.engine().begin() as connection:
        connection.execute(
            text("UPDATE documents SET created_at = now() - interval '1 hour' WHERE file_name = '1.txt'")
        )
    waiting, age = queue(client)
    assert waiting == 2
    assert age == pytest.approx(3600, abs=60)
    process()
    assert queue(client) == (0, 0)


def test_a_document_that_is_processed_again_waits_since_it_was_asked_for(
    client: TestClient, admin: Headers, upload: Upload, process: Process, migrated_database: DatabaseUrls
) -> None:
    document = upload(b"text").json()
    process()
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE documents SET created_at = now() - interval '1 day'"))
    client.post(f"/api/documents/{document['id']}/reprocess", headers=admin).raise_for_status()
    waiting, age = queue(client)
    assert (waiting, age < 60) == (1, True)
