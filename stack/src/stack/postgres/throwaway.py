"""A PostgreSQL server that is made, used and removed: what tests of every part run on.

The server is initialised by postgres-init, with two differences: its roles may open any database, because tests run on
copies named test_*, and as many connections as there are. It does not wait for the disk; a crash of the machine would
lose nothing anybody wants.
"""

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from stack.paths import POSTGRES_INIT, ROOT
from stack.ports import free_port
from stack.postgres.account import SHARED_HOME, server_account
from stack.postgres.binaries import postgres_binaries
from stack.postgres.initialisation import initialise, lift_connection_limits
from stack.postgres.server import Server, new_password
from stack.temporary_folders import temporary_folder

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


@contextmanager
def throwaway_server(role_passwords: Mapping[str, str]) -> Iterator[Server]:
    """Make, initialise and start a server in a temporary folder; stop and remove it at the end.

    Args:
        role_passwords: password of each role that postgres-init creates.
    """
    account = server_account(ROOT)
    folder = temporary_folder("postgres")
    if account and not account.can_enter(folder):
        folder.rmdir()
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="test-postgres-", dir=SHARED_HOME))
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
