"""A database of each test's own on the server that TEST_POSTGRES_URL names, with two roles of its own."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, pool

SERVER_VARIABLE = "TEST_POSTGRES_URL"


@dataclass(frozen=True, slots=True)
class Database:
    """A database and who knows it.

    Attributes:
        name: its name.
        url: of the role that owns it and migrates; no superuser, and it may not create databases.
        app_url: of a role that may read and write the rows of what the owner creates.
        superuser_url: for what only an operator may do.
    """

    name: str
    url: str
    app_url: str
    superuser_url: str

    @property
    def owner(self) -> str:
        return str(make_url(self.url).username)

    def engine(self, url: str | None = None) -> Engine:
        return create_engine(url or self.url, poolclass=pool.NullPool)

    @contextmanager
    def connect(self, url: str | None = None) -> Iterator[Connection]:
        """A connection in autocommit, as the owner unless another URL is given."""
        engine = create_engine(url or self.url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection

    def execute(self, sql: str) -> None:
        with self.connect() as connection:
            connection.exec_driver_sql(sql)

    def scalar(self, sql: str) -> object:
        with self.connect() as connection:
            return connection.exec_driver_sql(sql).scalar()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]


class Server:
    """The server that the tests run on."""

    def __init__(self, url: URL) -> None:
        self.url = url

    @contextmanager
    def connect(self, database: str = "postgres") -> Iterator[Connection]:
        """A superuser's connection in autocommit."""
        url = self.url.set(database=database)
        engine = create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            yield connection

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Make a database and its roles; drop them at the end."""
        name = f"test_rollout_{secrets.token_hex(6)}"
        owner, app, password = f"{name}_owner", f"{name}_app", secrets.token_hex(8)
        with self.connect() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {owner} LOGIN PASSWORD '{password}'")
            connection.exec_driver_sql(f"CREATE ROLE {app} LOGIN PASSWORD '{password}'")
            connection.exec_driver_sql(f"GRANT {app} TO {owner}")
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {owner}")
        with self.connect(name) as connection:
            connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}")
            connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {app}")
            connection.exec_driver_sql(
                f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
                f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
            )
        try:
            yield Database(
                name,
                url=self._url(name, owner, password),
                app_url=self._url(name, app, password),
                superuser_url=self.url.set(database=name).render_as_string(hide_password=False),
            )
        finally:
            with self.connect() as connection:
                for made in connection.exec_driver_sql(
                    "SELECT datname FROM pg_database WHERE datname LIKE %s", (f"{name}%",)
                ).scalars():
                    connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{made}" WITH (FORCE)')
                connection.exec_driver_sql(f"DROP OWNED BY {app}, {owner}")
                connection.exec_driver_sql(f"DROP ROLE {app}")
                connection.exec_driver_sql(f"DROP ROLE {owner}")

    def _url(self, database: str, user: str, password: str) -> str:
        url = self.url.set(database=database, username=user, password=password)
        return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def server() -> Server:
    url = os.environ.get(SERVER_VARIABLE)
    if url is None:
        pytest.exit(f"{SERVER_VARIABLE} is not set: run `make test-rollout` in the repository's root.", returncode=2)
    return Server(make_url(url))


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with server.database() as made:
        yield made
