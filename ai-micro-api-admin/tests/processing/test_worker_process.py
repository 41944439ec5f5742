"""Workers in processes of their own: `python -m app.processing`, beside a service that has none."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import httpx2
import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer
from tests.processing.waiting import wait_for
from tests.types_of_fixtures import Headers, Upload

FOLDER = Path(__file__).parents[2]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(settings: Settings, jwks_server: JwksServer) -> Iterator[Start]:
    """Start a process of workers; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def begin(workers: int = 1, **variables: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "app.processing"],
            cwd=FOLDER,
            env={
                "PATH": os.environ["PATH"],
                "DATABASE_URL": settings.database_url.get_secret_value(),
                "JWKS_URL": str(settings.jwks_url),
                "PROCESSING_WORKERS": str(workers),
                "PROCESSING_LEASE_SECONDS": "1.5",
                "PROCESSING_POLL_SECONDS": "0.2",
                "LOG_FORMAT": "json",
                **variables,
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def all_are_ready(client: TestClient, admin: Headers) -> bool:
    items = client.get("/api/documents", params={"limit": 100}, headers=admin).json()["items"]
    return all(item["status"] == "ready" for item in items)


def test_several_processes_do_each_document_once(
    client: TestClient, admin: Headers, upload: Upload, start: Start, migrated_database: DatabaseUrls
) -> None:
    for number in range(6):
        upload(f"文書{number}".encode(), f"{number}.txt")
    processes = [start(2), start()]
    wait_for(lambda: all_are_ready(client, admin))
    with migrated_database.engine().connect() as connection:
        found = connection.execute(text("SELECT count(*), count(DISTINCT document_id) FROM langchain_pg_embedding"))
        assert found.one() == (6, 6)
    for process in processes:
        process.send_signal(signal.SIGTERM)
        lines = process.communicate(timeout=30)[1]
        assert process.returncode == 0, lines
        assert "processing_ended" in lines.splitlines()[-1]


def test_what_a_killed_process_left_is_done_by_another(
    client: TestClient, admin: Headers, upload: Upload, start: Start, migrated_database: DatabaseUrls
) -> None:
    upload("".join(f"第{n}条 長い文書の一文である。\n" for n in range(60_000)).encode(), "large.txt")
    first = start()

    def in_work() -> bool:
        with migrated_database.engine().connect() as connection:
            return bool(connection.scalar(text("SELECT status = 'processing' FROM documents")))

    wait_for(in_work)
    first.kill()
    start()
    wait_for(lambda: all_are_ready(client, admin))


def test_a_document_whose_replacement_is_killed_again_and_again_is_the_old_one_until_it_is_the_new_one(
    client: TestClient, admin: Headers, upload: Upload, start: Start, migrated_database: DatabaseUrls
) -> None:
    old, new = ("".join(f"{word}第{n}条 長い文書の一文である。\n" for n in range(20_000)).encode() for word in "旧新")
    url = upload(old, "旧.txt").headers["Location"]
    first = start()
    wait_for(lambda: all_are_ready(client, admin))
    first.kill()
    first.wait()
    client.put(f"{url}/content", files={"file": ("新.txt", new)}, headers=admin)

    def is_attempt(number: int) -> bool:
        with migrated_database.engine().connect() as connection:
            return bool(connection.scalar(text("SELECT attempts FROM document_renewals")) == number)

    def is_whole(word: str, content: bytes) -> bool:
        with migrated_database.engine().connect() as connection:
            found = connection.execute(
                text(
                    "SELECT d.chunk_count, count(c.id) AS stored, count(DISTINCT c.chunk_index) AS different,"
                    " count(*) FILTER (WHERE c.document LIKE :word) AS of_it"
                    " FROM documents d JOIN langchain_pg_embedding c ON c.document_id = d.id GROUP BY d.id"
                ),
                {"word": f"%{word}第%"},
            ).one()
        same = client.get(f"{url}/content", headers=admin).content == content
        return same and found.chunk_count == found.stored == found.different == found.of_it

    for attempt in (1, 2):
        process = start()
        wait_for(partial(is_attempt, attempt), process=process)
        process.kill()
        process.wait()
        assert is_whole("旧", old)
    start()
    wait_for(lambda: all_are_ready(client, admin))
    assert client.get(url, headers=admin).json()["error"] is None
    assert is_whole("新", new)


def test_a_process_of_workers_shows_its_metrics_at_a_port_of_its_own(
    client: TestClient, admin: Headers, upload: Upload, start: Start
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    upload(b"text")
    start(METRICS_PORT=str(port))
    wait_for(lambda: all_are_ready(client, admin))
    metrics = httpx2.get(f"http://127.0.0.1:{port}/metrics").text
    assert 'documents_processed_total{outcome="ready"} 1.0' in metrics


def test_a_port_that_is_in_use_is_named(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(METRICS_PORT=str(port))
        lines = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert lines.splitlines()[-1].startswith(f"METRICS_PORT: {port} cannot be used: ")


def test_a_process_without_workers_says_what_to_set(start: Start) -> None:
    process = start(0)
    lines = process.communicate(timeout=30)[1]
    assert (process.returncode, lines.count("\n")) == (1, 1)
    assert "PROCESSING_WORKERS is 0" in lines
