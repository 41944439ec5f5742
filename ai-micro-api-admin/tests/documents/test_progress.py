"""How far the work on a document is, in percent, and what is done."""

import pytest
from fastapi.testclient import TestClient

from app.processing.leasing.leases import Leases
from app.processing.progress import Progress
from service_kit.database.sessions import Database
from tests.types_of_fixtures import Headers, Process, Upload


@pytest.fixture
def leases(client: TestClient) -> Leases:
    database: Database = client.app.state.database  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    return Leases(database, seconds=30, max_attempts=3)


@pytest.mark.parametrize("again", [False, True], ids=["the first time", "again"])
def test_progress_goes_from_waiting_to_ready(
    *, client: TestClient, admin: Headers, upload: Upload, process: Process, leases: Leases, again: bool
) -> None:
    url = upload(b"text").headers["Location"]
    if again:
        process()
        client.post(f"{url}/reprocess", headers=admin)

    def shown() -> tuple[str, int, str | None]:
        document = client.get(url, headers=admin).json()
        return document["status"], document["progress"], document["step"]

    assert shown() == ("pending", 0, None)
    lease = leases.take()
    assert lease is not None
    assert shown() == ("processing", 0, "reading")
    progress = Progress(leases, lease, seconds=0)
    seen = []
    for chunks in (1, 5, 9):
        progress.embedded(chunks, of=10)
        seen.append(shown())
    assert {(status, step) for status, _, step in seen} == {("processing", "embedding")}
    percent = [number for _, number, _ in seen]
    assert 0 < percent[0] < percent[1] < percent[2] < 100
    progress.embedded(10, of=10)
    assert shown() == ("processing", 95, "storing")
    leases.give_back(lease)
    assert shown() == ("pending", 0, None)
    process()
    assert shown() == ("ready", 100, None)


def test_a_document_that_failed_has_no_progress(
    client: TestClient, admin: Headers, upload: Upload, process: Process
) -> None:
    url = upload(b"%PDF-1.7 but nothing more", "a.pdf").headers["Location"]
    process()
    document = client.get(url, headers=admin).json()
    assert (document["status"], document["progress"], document["step"]) == ("failed", 0, None)


def test_short_work_is_not_interrupted_to_say_how_far_it_is(leases: Leases, upload: Upload) -> None:
    upload(b"text")
    lease = leases.take()
    assert lease is not None
    progress = Progress(leases, lease, seconds=3600)
    leases.give_back(lease)
    progress.embedded(1, of=1)
    again = leases.take()
    assert again is not None
    assert again.attempt == 1
