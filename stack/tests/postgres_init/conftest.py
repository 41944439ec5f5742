"""A server as postgres-init leaves it: the same databases, roles and connection rules as the running system's."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine

from stack.paths import POSTGRES_INIT
from stack.ports import free_port
from stack.postgres.account import server_account
from stack.postgres.binaries import postgres_binaries
from stack.postgres.initialisation import initialise, new_role_passwords
from stack.postgres.server import SUPERUSER, Server, new_password

Connect = Callable[[str, str], Connection]


@pytest.fixture(scope="session")
def role_passwords() -> dict[str, str]:
    return new_role_passwords()


@pytest.fixture(scope="session")
def server(role_passwords: dict[str, str]) -> Iterator[Server]:
    with initialised_server(role_passwords) as server:
        yield server


@contextmanager
def initialised_server(role_passwords: dict[str, str]) -> Iterator[Server]:
    folder = Path(tempfile.mkdtemp(prefix="postgres-init-"))
    folder.chmod(0o755)
    account = server_account(folder)
    server = Server(
        binaries=postgres_binaries(account),
        data=folder / "data",
        log=folder / "postgres.log",
        port=free_port(),
        password=new_password(),
        account=account,
        settings={"fsync": "off"},
    )
    server.create(durable=False)
    with server.running():
        initialise(server, POSTGRES_INIT, role_passwords)
    with server.running():  # the connection rules hold from the next start on
        yield server
    shutil.rmtree(folder)


@pytest.fixture
def connect(server: Server, role_passwords: dict[str, str]) -> Iterator[Connect]:
    """Open a connection of a role to a database, each statement its own transaction; closed at the end of the test."""
    opened: list[Connection] = []

    def open_connection(role: str, database: str) -> Connection:
        password = server.password if role == SUPERUSER else role_passwords[role]
        engine = create_engine(
            server.url(user=role, password=password, database=database), isolation_level="AUTOCOMMIT"
        )
        opened.append(engine.connect())
        return opened[-1]

    yield open_connection
    for connection in opened:
        connection.close()
        connection.engine.dispose()
