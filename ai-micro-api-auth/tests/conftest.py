"""The service under test, on a database of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.keys.folder import KeyFolder
from app.main import create_app
from app.settings import Settings
from service_kit.testing.databases import DatabaseUrls


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one signing key; making one for each test would take a while."""
    path = tmp_path_factory.mktemp("keys")
    KeyFolder(path).add_first()
    return path


@pytest.fixture
def settings(migrated_database: DatabaseUrls, keys_dir: Path) -> Settings:
    return Settings(_env_file=None, database_url=migrated_database.app, jwt_keys_dir=keys_dir)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client
