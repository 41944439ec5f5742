"""The services through PgBouncer in transaction mode, with the configuration of deploy/pgbouncer."""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from calls import kinds_of_requests
from end_to_end.test_replicas import started
from replicas import Replica
from sqlalchemy import create_engine, make_url, pool, text
from stack_process import StackProcess, new_data_folder

from service_kit.testing.many_requests import burst
from stack.paths import ROOT
from stack.ports import HOST, free_port
from stack.postgres.account import server_account

Client = Callable[..., httpx.Client]

_PROGRAM = shutil.which("pgbouncer", path="/usr/sbin:/usr/local/sbin:/usr/bin:/usr/local/bin")
POOL_SIZE = 5
BURST = 60


@dataclass(frozen=True)
class Pooler:
    """PgBouncer, listening."""

    port: int


@pytest.fixture(scope="module")
def pooler(stack: StackProcess) -> Iterator[Pooler]:
    if _PROGRAM is None:
        pytest.skip("pgbouncer is not installed (Debian's package has that name)")
    folder, port = new_data_folder(), free_port()
    account = server_account(folder.parent)
    files = write_configuration(folder, port, stack.description)
    if account is not None:
        for path in files:
            os.chown(path, account.uid, account.gid)
    with (folder / "pgbouncer.log").open("wb") as log:
        user = account.name if account else None
        process = subprocess.Popen([_PROGRAM, str(files[0])], user=user, cwd="/", stdout=log, stderr=subprocess.STDOUT)
    yield Pooler(port)
    process.terminate()
    process.wait(30)
    shutil.rmtree(folder)


def write_configuration(folder: Path, port: int, description: dict[str, Any]) -> list[Path]:
    """Write deploy/pgbouncer's configuration for this stack's server, and the passwords of its application roles."""
    server, users = description["postgres"], folder / "users.txt"
    urls = [make_url(database["app_url"]) for database in description["databases"].values()]
    users.write_text("".join(f'"{url.username}" "{url.password}"\n' for url in urls))
    replaced = {
        r"host=postgres port=5432": f"host={server['host']} port={server['port']}",
        r"(?m)^listen_addr = .*": f"listen_addr = {HOST}\nunix_socket_dir =",
        r"(?m)^listen_port = .*": f"listen_port = {port}",
        r"(?m)^auth_file = .*": f"auth_file = {users}",
        r"(?m)^default_pool_size = .*": f"default_pool_size = {POOL_SIZE}",
    }
    text_of_it = (ROOT / "deploy/pgbouncer/pgbouncer.ini").read_text()
    for printed, actual in replaced.items():
        text_of_it, count = re.subn(printed, actual, text_of_it)
        assert count, printed
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(text_of_it)
    for file in (configuration, users):
        file.chmod(0o600)
    return [configuration, users]


@pytest.fixture(scope="module")
def replicas(stack: StackProcess, pooler: Pooler) -> Iterator[dict[str, Replica]]:
    server = stack.description["postgres"]
    session = {"DB_SESSION_HOST": server["host"], "DB_SESSION_PORT": str(server["port"]), "PROCESSING_WORKERS": "0"}
    with ExitStack() as running:
        through = {
            name: running.enter_context(Replica(name, stack, gate=pooler, **session)) for name in ("user", "admin")
        }
        for replica in through.values():
            asyncio.run(started(replica))
        yield through


def test_a_burst_larger_than_the_pool_is_answered(
    client: Client, administrator: str, replicas: dict[str, Replica]
) -> None:
    for name, kind in kinds_of_requests(client, administrator).items():
        if kind.service in replicas:
            answers = asyncio.run(burst(replicas[kind.service].url, kind.call, BURST))
            assert set(answers) <= kind.statuses, (name, answers)


def test_an_idle_release_is_seen_by_one_that_migrates(stack: StackProcess, replicas: dict[str, Replica]) -> None:
    server = stack.description["postgres"]
    url = f"postgresql+psycopg2://{server['superuser']}:{server['password']}@{server['host']}:{server['port']}/postgres"
    query = text(
        "SELECT client_port FROM pg_stat_activity"
        " WHERE datname = 'postgres' AND application_name LIKE 'ai-micro-api-user@%'"
    )
    with create_engine(url, poolclass=pool.NullPool).connect() as connection:
        shown = set(connection.scalars(query))
    own = {link.laddr.port for link in replicas["user"].connections_to(server["port"])}
    assert own & shown, "no session of the replica itself"
