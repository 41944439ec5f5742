"""A PostgreSQL server that is made, used and removed: what tests of every part run on.

The server is initialised by postgres-init, with two differences: its roles may open any database, because tests run on
copies named test_*, and as many connections as there are. It does not wait for the disk; a crash of the machine would
lose nothing anybody wants. Where the machine has the memory, the files are in it: copies of a database are made
thousands of times, and a disk that is busy takes a tenth of a second for one.
"""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from stack.paths import POSTGRES_INIT, ROOT
from stack.ports import free_port
from stack.postgres.account import SHARED_HOME, server_account
from stack.postgres.binaries import postgres_binaries
from stack.postgres.initialisation import initialise, lift_connection_limits
from stack.postgres.server import Server, new_password

SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
    "scram_iterations": "1",  # tests connect ten thousand times, with passwords that are gone with the server
}

_MEMORY = Path("/dev/shm")  # noqa: S108 - Linux's; mkdtemp makes a folder of its own in it
_PREFIX = "test-postgres-"
_ENOUGH_BYTES = 6 << 30  # max_wal_size, the databases, and more than as much again for the tests themselves
_ABANDONED_SECONDS = 3600


def memory_folder() -> Path | None:
    """Return a folder whose files are in memory.

    None where TMPDIR says where files go, where the system has no such folder, and where it, or the memory, is small.
    """
    if "TMPDIR" in os.environ or not _MEMORY.is_dir():
        return None
    free_bytes = min(shutil.disk_usage(_MEMORY).free, psutil.virtual_memory().available)
    return _MEMORY if free_bytes >= _ENOUGH_BYTES else None


def remove_abandoned(parent: Path) -> None:
    """Remove the folders of servers whose run was killed: in memory they would stay until the machine starts again.

    Args:
        parent: where the folders are. What is younger than an hour, or has a server that runs, is left alone.
    """
    for folder in parent.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError):  # its own run removes it meanwhile
            if time.time() - folder.stat().st_mtime > _ABANDONED_SECONDS and not _is_running(folder / "data"):
                shutil.rmtree(folder, ignore_errors=True)


def _is_running(data: Path) -> bool:
    """Return True if a data folder's server runs; the first line of postmaster.pid is its process id."""
    try:
        return psutil.pid_exists(int((data / "postmaster.pid").read_text().split("\n")[0]))
    except (FileNotFoundError, ValueError):
        return False


@contextmanager
def throwaway_server(role_passwords: Mapping[str, str]) -> Iterator[Server]:
    """Make, initialise and start a server in a temporary folder; stop and remove it at the end.

    Args:
        role_passwords: password of each role that postgres-init creates.
    """
    account = server_account(ROOT)
    memory = memory_folder()
    if memory:
        remove_abandoned(memory)
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=memory))
    folder.chmod(0o755)
    if account and not account.can_enter(folder):
        folder.rmdir()
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=SHARED_HOME))
        folder.chmod(0o755)
    try:
        server = Server(
            binaries=postgres_binaries(account),
            data=folder / "data",
            log=folder / "postgres.log",
            port=free_port(),
            password=new_password(),
            account=account,
            settings=SETTINGS,
        )
        server.create(durable=False)
        with server.running():
            any_database = (server.data / "pg_hba.conf").read_text()
            initialise(server, POSTGRES_INIT, role_passwords)
            lift_connection_limits(server)
            (server.data / "pg_hba.conf").write_text(any_database)
            yield server
    finally:
        shutil.rmtree(folder)
