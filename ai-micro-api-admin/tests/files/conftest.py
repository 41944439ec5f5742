"""An application with an object store: moto, which speaks S3 as a process of its own."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import httpx
import obstore
import pytest
from fastapi.testclient import TestClient
from obstore.store import S3Store

from app.files.configuration import configured_store
from app.files.moving import FileMover
from app.files.object_store import ObjectStore
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls
from tests.processing.waiting import wait_for


class S3Server:
    """A server of object stores on this machine that can be stopped and started again, empty."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(self._answers)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def _answers(self) -> bool:
        try:
            return httpx.get(self.url).is_success
        except httpx.TransportError:
            return False


@dataclass(frozen=True)
class Bucket:
    """A bucket of a test's own."""

    server: S3Server
    name: str

    def names(self) -> set[str]:
        """Return the names of the objects in it."""
        return {found["path"] for batch in obstore.list(self._store) for found in batch}

    def lose(self, name: str) -> None:
        """Delete an object behind the service's back."""
        obstore.delete(self._store, name)

    @property
    def _store(self) -> S3Store:
        return S3Store(
            self.name,
            endpoint=self.server.url,
            region="us-east-1",
            access_key_id="key",
            secret_access_key="secret",
            client_options={"allow_http": True},
        )


@pytest.fixture(scope="session")
def s3() -> Iterator[S3Server]:
    server = S3Server()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def bucket(s3: S3Server) -> Bucket:
    made = Bucket(s3, f"files-{uuid4()}")
    httpx.put(f"{s3.url}/{made.name}").raise_for_status()
    return made


def with_store(settings: Settings, bucket: Bucket, **changes: object) -> Settings:
    values = {
        "files_url": f"s3://{bucket.name}/documents",
        "files_s3_endpoint": bucket.server.url,
        "files_s3_access_key_id": "key",
        "files_s3_secret_access_key": "secret",
        **changes,
    }
    return Settings.model_validate({**settings.model_dump(), **values})


@pytest.fixture
def store_settings(settings: Settings, bucket: Bucket) -> Settings:
    return with_store(settings, bucket)


@pytest.fixture
def client(store_settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(store_settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def store(store_settings: Settings) -> ObjectStore:
    store = configured_store(store_settings)
    assert store is not None
    return store


@pytest.fixture
def database(client: TestClient) -> Database:
    database: Database = client.app.state.database  # type: ignore[attr-defined]  # Starlette types `app` as an ASGI callable
    return database


@pytest.fixture
def mover(database: Database, store: ObjectStore) -> FileMover:
    return FileMover(database, store, "store")


@pytest.fixture
def fetcher(database: Database, store: ObjectStore) -> FileMover:
    """Moves files back."""
    return FileMover(database, store, "postgresql")


Count = Callable[[str], int]


@pytest.fixture
def count(migrated_database: DatabaseUrls) -> Count:
    """Count the rows of a table."""

    def rows(table: str) -> int:
        with migrated_database.engine().connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608 - our own names

    return rows
