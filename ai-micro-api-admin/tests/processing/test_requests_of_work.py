"""What a worker finds later is logged with the request that asked for the work."""

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text

from app.processing.leasing.leases import Leases
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls
from tests.types_of_fixtures import Headers, Json, Process, Upload

BROKEN = b"%PDF-1.7 and nothing else"
GOOD = "年次有給休暇は十日である。".encode()


def failures(client: TestClient, admin: Headers) -> list[str | None]:
    """Return the requests of the failures in the system log, the newest first."""
    found = client.get("/api/logs/system", params={"event": "document.failed"}, headers=admin).json()
    return [entry["request_id"] for entry in found["items"]]


def request_of(response: Response) -> str:
    assert response.status_code == 202, response.text
    return str(response.headers["X-Request-ID"])


def test_a_document_that_cannot_be_read_leads_back_to_its_upload(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    uploaded = request_of(upload(BROKEN, "a.pdf"))
    process()
    assert failures(client, admin) == [uploaded]
    left = client.get(f"/api/logs/requests/{uploaded}", headers=admin).json()["items"]
    assert [item["log"] for item in left] == ["audit", "system"]


def test_one_that_is_tried_again_leads_back_to_what_asked_for_that(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    uploaded = upload(BROKEN, "a.pdf")
    process()
    retried = client.post(f"{uploaded.headers['Location']}/retry", headers=admin)
    process()
    again = upload(BROKEN, "a.pdf")  # the same bytes as one that failed
    process()
    assert failures(client, admin) == [request_of(again), request_of(retried), request_of(uploaded)]


def test_a_replacement_that_cannot_be_read_leads_back_to_the_request_that_sent_it(
    client: TestClient, admin: Headers, document: Json, process: Process
) -> None:
    form = {"file": ("b.pdf", BROKEN, "application/pdf")}
    replaced = client.put(f"/api/documents/{document['id']}/content", files=form, headers=admin)
    process()
    assert failures(client, admin) == [request_of(replaced)]


@pytest.mark.parametrize("is_renewal", [False, True], ids=["document", "renewal"])
def test_work_that_was_interrupted_again_and_again_leads_back_to_its_request(
    *,
    client: TestClient,
    admin: Headers,
    upload: Upload,
    process: Process,
    migrated_database: DatabaseUrls,
    is_renewal: bool,
) -> None:
    uploaded = upload(GOOD)
    asked = uploaded
    if is_renewal:
        process()
        asked = client.post(f"{uploaded.headers['Location']}/reprocess", headers=admin)
    database: Database = client.app.state.database  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    leases = Leases(database, seconds=30, max_attempts=1)
    assert leases.take() is not None
    table = "document_renewals" if is_renewal else "documents"
    with migrated_database.engine().begin() as connection:
        connection.execute(text(f"UPDATE {table} SET lease_expires_at = now() - interval '1 second'"))  # noqa: S608
    # Another process: this one has just looked for such work.
    assert Leases(database, seconds=30, max_attempts=1).take() is None
    assert failures(client, admin) == [request_of(asked)]


def test_a_document_from_before_the_request_was_kept_fails_without_one(
    client: TestClient, admin: Headers, upload: Upload, process: Process, migrated_database: DatabaseUrls
) -> None:
    upload(BROKEN, "a.pdf")
    with migrated_database.engine().begin() as connection:
        connection.execute(text("UPDATE documents SET request_id = NULL"))
    process()
    assert failures(client, admin) == [None]
