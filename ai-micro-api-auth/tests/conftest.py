"""The service under test, on a database of each test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.keys.folder import KeyFolder
from app.keys.ring import KeyRing
from app.main import create_app
from app.settings import Settings
from service_kit.database.sessions import Database
from service_kit.testing.databases import DatabaseUrls, Server
from tests.people import Person, administrator_at, sign_up


@pytest.fixture(scope="session")
def keys_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one signing key; making one for each test would take a while."""
    path = tmp_path_factory.mktemp("keys")
    KeyFolder(path).add_first()
    return path


@pytest.fixture
def key_ring(keys_dir: Path) -> KeyRing:
    return KeyRing(KeyFolder(keys_dir))


@pytest.fixture
def settings(migrated_database: DatabaseUrls, keys_dir: Path) -> Settings:
    return Settings(_env_file=None, database_url=migrated_database.app, jwt_keys_dir=keys_dir)


@pytest.fixture
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def gated_client(settings: Settings, gated_database_url: str) -> Iterator[TestClient]:
    gated = Settings(_env_file=None, database_url=gated_database_url, jwt_keys_dir=settings.jwt_keys_dir)
    with TestClient(create_app(gated), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="module")
def refusing_client(postgres_server: Server, migrated_template: str, keys_dir: Path) -> Iterator[TestClient]:
    """A client that a whole module shares, for requests that are refused and change nothing."""
    with postgres_server.database(template=migrated_template) as urls:
        settings = Settings(_env_file=None, database_url=urls.app, jwt_keys_dir=keys_dir)
        with TestClient(create_app(settings), raise_server_exceptions=False) as client:
            yield client


@pytest.fixture(scope="module")
def bystander(refusing_client: TestClient) -> Person:
    """A person with an account at the shared client."""
    return sign_up(refusing_client, "bystander@example.com")


@pytest.fixture
def database(settings: Settings) -> Iterator[Database]:
    """The service's database, for looking at it and for putting it into a state."""
    database = Database(settings, application_name="tests")
    yield database
    database.engine.dispose()


@pytest.fixture
def person(client: TestClient) -> Person:
    """A person with an account who has not signed in."""
    return sign_up(client)


@pytest.fixture
def signed_in(person: Person) -> Person:
    """A person who has signed in."""
    return person.sign_in()


@pytest.fixture
def administrator(client: TestClient, database: Database) -> Person:
    """An administrator who has signed in, the only one."""
    return administrator_at(client, database, "admin@example.com")
