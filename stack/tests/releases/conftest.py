"""A server, and the releases of the example in folders and databases of their own."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from releases.example import Database, Release, database_on, release

from stack.postgres.initialisation import new_role_passwords
from stack.postgres.server import Server
from stack.postgres.throwaway import throwaway_server

Make = Callable[[int], Release]


@pytest.fixture(scope="session")
def role_passwords() -> Mapping[str, str]:
    return new_role_passwords()


@pytest.fixture(scope="session")
def server(role_passwords: Mapping[str, str]) -> Iterator[Server]:
    with throwaway_server(role_passwords) as running:
        yield running


@pytest.fixture
def database(server: Server, role_passwords: Mapping[str, str]) -> Iterator[Database]:
    with database_on(server, role_passwords) as made:
        yield made


@pytest.fixture
def make(server: Server, database: Database, tmp_path: Path) -> Make:
    """Make a release, by number, that works on the test's database."""
    return lambda number: release(number, tmp_path, database, server)
