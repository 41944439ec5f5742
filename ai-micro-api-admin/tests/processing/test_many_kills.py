"""The service and a process of workers are killed again and again while files are uploaded and processed.

`make test` kills them twice; `make test-load` sets LOAD=full, for 20 times in 500 files.
"""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import text

from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls
from service_kit.testing.tokens import JwksServer
from tests.processing.test_interruption import FOLDER, Service
from tests.processing.waiting import wait_for
from tests.types_of_fixtures import Headers

FULL = os.environ.get("LOAD") == "full"
KILLS, FILES = (20, 500) if FULL else (2, 60)
SECONDS = 900 if FULL else 240


class Killed:
    """A service with a worker, and a process of workers beside it, both of which can be killed and started again."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._settings = settings
        self._log = log
        self.kills = 0
        self._start()

    def _start(self) -> None:
        # So many, because a document may be in work whenever they are killed.
        self.service = Service(self._settings, self._log, PROCESSING_MAX_ATTEMPTS="100")
        with self._log.open("ab") as output:
            self._workers = subprocess.Popen(
                [sys.executable, "-m", "app.processing"],
                cwd=FOLDER,
                env=self.service.environment,
                stdout=output,
                stderr=output,
            )

    def kill(self) -> None:
        for process in (self.service.process, self._workers):
            process.kill()
            process.wait()

    def kill_and_start(self) -> None:
        self.kill()
        self.kills += 1
        self._start()


@pytest.fixture
def killed(settings: Settings, jwks_server: JwksServer, tmp_path: Path) -> Iterator[Killed]:
    started = Killed(settings, tmp_path / "service.log")
    wait_for(started.service.answers)
    yield started
    started.kill()


def upload(killed: Killed, admin: Headers, knowledge_base: str, number: int) -> None:
    """Upload a file until it is answered, as a client does that was cut off; the same bytes are one document."""
    content = "".join(f"# 第{section}節\n\n文書{number}の{section}番目の文。\n\n" for section in range(8)).encode()
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            answer = httpx2.post(
                f"{killed.service.url}/api/documents/upload",
                files={"file": (f"{number}.md", content)},
                data={"knowledge_base_id": knowledge_base},
                headers=admin,
                timeout=30,
            )
        except httpx2.TransportError:
            time.sleep(0.1)  # it is being started again, and nothing says when it listens
            continue
        assert answer.status_code in {200, 202}, answer.text
        return
    pytest.fail("could not be uploaded")


def test_nothing_is_lost_and_nothing_is_there_twice(
    killed: Killed, admin: Headers, migrated_database: DatabaseUrls
) -> None:
    made = httpx2.post(f"{killed.service.url}/api/knowledgebase", json={"name": "x"}, headers=admin, timeout=30)
    knowledge_base = str(made.json()["id"])

    def ready() -> int:
        with migrated_database.engine().connect() as connection:
            return int(connection.scalar(text("SELECT count(*) FROM documents WHERE status = 'ready'")) or 0)

    with ThreadPoolExecutor(2) as threads:
        uploads = [threads.submit(upload, killed, admin, knowledge_base, number) for number in range(FILES)]
        for kill in range(1, KILLS + 1):
            wait_for(lambda due=kill * FILES // (KILLS + 1): ready() >= due, seconds=SECONDS)  # type: ignore[misc]  # a default binds the loop's value
            killed.kill_and_start()
        for uploaded in uploads:
            uploaded.result()
    wait_for(lambda: ready() == FILES, seconds=SECONDS)
    assert killed.kills == KILLS
    with migrated_database.engine().connect() as connection:
        documents, hashes, expected = connection.execute(
            text("SELECT count(*), count(DISTINCT content_hash), sum(chunk_count) FROM documents")
        ).one()
        chunks, texts = connection.execute(
            text("SELECT count(*), count(DISTINCT document) FROM langchain_pg_embedding")
        ).one()
        wrong_counts = connection.scalar(
            text(
                "SELECT count(*) FROM term_frequencies FULL JOIN"
                " (SELECT term, count(*) AS counted FROM langchain_pg_embedding,"
                "  unnest(tsvector_to_array(lexemes)) AS term GROUP BY term) AS c USING (term)"
                " WHERE chunk_count IS DISTINCT FROM counted"
            )
        )
    assert (documents, hashes) == (FILES, FILES)
    assert chunks == texts == expected > FILES
    assert wrong_counts == 0
