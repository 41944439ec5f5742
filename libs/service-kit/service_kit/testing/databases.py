"""Databases for tests, on the server that TEST_POSTGRES_URL names.

A service's migrations build one template database a worker; each test gets a copy of it. Copying takes some 30 ms, so
every test may commit, start threads and break things, and no test can see another's rows.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, pool, text

if TYPE_CHECKING:
    from alembic.config import Config

SERVER_VARIABLE = "TEST_POSTGRES_URL"


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """How to reach one database as each of the roles that know it.

    Attributes:
        superuser: for what only an operator may do.
        owner: the role that migrates.
        app: the role that the service uses.
    """

    superuser: str
    owner: str
    app: str

    def engine(self, url: str | None = None) -> Engine:
        """Return an engine that keeps no connection, for the superuser or the URL that is given."""
        return create_engine(url or self.superuser, poolclass=pool.NullPool)


class Server:
    """A PostgreSQL server prepared by `postgres-init`.

    Args:
        url: the superuser's URL.
        service_database: `authdb`, `apidb` or `admindb`: whose roles the tests use.
    """

    def __init__(self, url: URL, service_database: str) -> None:
        self._url = url
        self._service_database = service_database
        self._engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")

    def urls(self, database: str) -> DatabaseUrls:
        """Return the URLs of a database on this server."""
        return DatabaseUrls(
            superuser=self._url.set(database=database).render_as_string(hide_password=False),
            owner=self._role_url(database, "owner"),
            app=self._role_url(database, "app"),
        )

    def _role_url(self, database: str, role: str) -> str:
        variable = f"{self._service_database}_{role}_password".upper()
        url = self._url.set(
            database=database, username=f"{self._service_database}_{role}", password=os.environ.get(variable)
        )
        return url.render_as_string(hide_password=False)

    @contextmanager
    def database(self, template: str = "template1") -> Iterator[DatabaseUrls]:
        """Make a database, a copy of the template, that is dropped at the end."""
        name = f"test_{self._service_database}_{uuid4().hex[:12]}"
        # Files: a template is larger than what WAL is quick for, and a server for tests does not wait for its disk.
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY file_copy')
        try:
            yield self.urls(name)
        finally:
            self._execute(f'DROP DATABASE "{name}" WITH (FORCE)')

    def _execute(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))


def alembic_config(ini: Path, url: str) -> "Config":
    """Return a configuration for running Alembic's commands in this process.

    Args:
        ini: the service's `alembic.ini`.
        url: the database to migrate; wins over the environment.
    """
    # pytest loads this module wherever the kit is installed; Alembic comes with the extra `testing` only.
    from alembic.config import Config  # noqa: PLC0415

    config = Config(ini)
    config.attributes["url"] = url
    return config


def migrate(ini: Path, url: str, revision: str = "head") -> None:
    """Run `alembic upgrade`."""
    from alembic import command  # noqa: PLC0415 - as above

    command.upgrade(alembic_config(ini, url), revision)


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Server:
    """The server that the tests run on."""
    url = os.environ.get(SERVER_VARIABLE)
    if url is None:
        pytest.exit(
            f"{SERVER_VARIABLE} is not set. Run the tests with `make test-fast` in the repository's root, or put"
            " `stack/.venv/bin/python -m stack with-postgres --` before the command.",
            returncode=2,
        )
    service_database = pytestconfig.getini("service_database")
    return Server(make_url(url), service_database)


@pytest.fixture(scope="session")
def alembic_ini(pytestconfig: pytest.Config) -> Path:
    """The service's `alembic.ini`."""
    return pytestconfig.rootpath / "alembic.ini"


@pytest.fixture(scope="session")
def migrated_template(postgres_server: Server, alembic_ini: Path) -> Iterator[str]:
    """The name of a database that the migrations have built, to be copied."""
    with postgres_server.database() as urls:
        migrate(alembic_ini, urls.owner)
        yield str(make_url(urls.superuser).database)


@pytest.fixture
def empty_database(postgres_server: Server) -> Iterator[DatabaseUrls]:
    """A database that no migration has touched."""
    with postgres_server.database() as urls:
        yield urls


@pytest.fixture
def migrated_database(postgres_server: Server, migrated_template: str) -> Iterator[DatabaseUrls]:
    """A database of this test's own, at the newest revision."""
    with postgres_server.database(template=migrated_template) as urls:
        yield urls
