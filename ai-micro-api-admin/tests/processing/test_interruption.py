"""The service as a process of its own, killed or stopped in the middle of a document."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer
from tests.processing.waiting import wait_for
from tests.types_of_fixtures import Headers

FOLDER = Path(__file__).parents[2]


class Service:
    """The service on a port of its own."""

    def __init__(self, settings: Settings, log: Path, **variables: str) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self.environment = {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": settings.database_url.get_secret_value(),
            "JWKS_URL": str(settings.jwks_url),
            "PROCESSING_LEASE_SECONDS": "1.5",
            "PROCESSING_POLL_SECONDS": "0.3",
            **variables,
        }
        with log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "app.main:app", "--host", "127.0.0.1", "--port", str(port)],
                cwd=FOLDER,
                env=self.environment,
                stdout=output,
                stderr=output,
            )

    def answers(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/healthz").status_code == 200
        except httpx2.TransportError:
            return False


@pytest.fixture
def services(settings: Settings, jwks_server: JwksServer, tmp_path: Path) -> Iterator[list[Service]]:
    """A list to put services into; those that still run at the end are killed."""
    started: list[Service] = []
    yield started
    for service in started:
        if service.process.poll() is None:
            service.process.kill()
        service.process.wait()


def start(services: list[Service], settings: Settings, log: Path) -> Service:
    service = Service(settings, log)
    services.append(service)
    wait_for(service.answers)
    return service


def upload_large(service: Service, admin: Headers) -> str:
    created = httpx2.post(f"{service.url}/api/knowledgebase", json={"name": "x"}, headers=admin)
    # Some 5 MB: reading and embedding it takes long enough to be interrupted.
    content = "".join(f"第{n}条 これは長い文書の一文であり、番号は{n}である。\n" for n in range(60_000)).encode()
    uploaded = httpx2.post(
        f"{service.url}/api/documents/upload",
        files={"file": ("large.txt", content)},
        data={"knowledge_base_id": created.json()["id"]},
        headers=admin,
        timeout=30,
    )
    assert uploaded.status_code == 202, uploaded.text
    return str(uploaded.json()["id"])


def status(database: DatabaseUrls, document_id: str) -> str:
    with database.engine().connect() as connection:
        found = connection.execute(text("SELECT status FROM documents WHERE id = :id"), {"id": document_id})
        return str(found.scalar_one())


def test_a_document_whose_worker_was_killed_is_finished_by_another_process(
    services: list[Service], settings: Settings, admin: Headers, migrated_database: DatabaseUrls, tmp_path: Path
) -> None:
    first = start(services, settings, tmp_path / "first.log")
    document_id = upload_large(first, admin)
    wait_for(lambda: status(migrated_database, document_id) == "processing")
    first.process.send_signal(signal.SIGKILL)
    first.process.wait()
    assert status(migrated_database, document_id) == "processing"
    start(services, settings, tmp_path / "second.log")
    wait_for(lambda: status(migrated_database, document_id) == "ready", seconds=120)
    with migrated_database.engine().connect() as connection:
        row = connection.execute(
            text(
                "SELECT chunk_count, attempts, (SELECT count(*) FROM langchain_pg_embedding) AS stored,"
                " (SELECT count(DISTINCT chunk_index) FROM langchain_pg_embedding) AS different FROM documents"
            )
        ).one()
    assert row.attempts == 2
    assert row.chunk_count == row.stored == row.different > 1000


def test_a_stopped_service_gives_its_document_back_and_ends_within_five_seconds(
    services: list[Service], settings: Settings, admin: Headers, migrated_database: DatabaseUrls, tmp_path: Path
) -> None:
    service = start(services, settings, tmp_path / "service.log")
    document_id = upload_large(service, admin)
    wait_for(lambda: status(migrated_database, document_id) == "processing")
    before = time.monotonic()
    service.process.terminate()
    service.process.wait(timeout=10)
    assert time.monotonic() - before < 5
    assert status(migrated_database, document_id) == "pending"
    with migrated_database.engine().connect() as connection:
        assert connection.execute(text("SELECT attempts, lease_token FROM documents")).one() == (0, None)
