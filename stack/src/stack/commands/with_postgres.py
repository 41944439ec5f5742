"""Gives a command a PostgreSQL server of its own and removes it afterwards: what tests of every part run on.

The server is initialised by postgres-init, with two differences: its roles may open any database, because tests run on
copies named test_*, and as many connections as there are. It does not wait for the disk; a crash of the machine would
lose nothing anybody wants.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from stack.paths import POSTGRES_INIT, ROOT
from stack.ports import free_port
from stack.postgres.account import SHARED_HOME, server_account
from stack.postgres.binaries import postgres_binaries
from stack.postgres.initialisation import initialise, lift_connection_limits, new_role_passwords, password_variables
from stack.postgres.server import Server, new_password

VARIABLE = "TEST_POSTGRES_URL"
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "300",
    "scram_iterations": "1",  # tests connect ten thousand times, with passwords that are gone with the server
}


def with_postgres(command: Sequence[str]) -> int:
    """Run a command with `TEST_POSTGRES_URL` set to the superuser's address of a server.

    The roles' passwords are in the variables that postgres-init reads (`AUTHDB_OWNER_PASSWORD`, ...), and psql finds
    the server by itself. A server that `TEST_POSTGRES_URL` names already is used as it is; whoever started it ends it.

    Returns:
        The command's exit status; 128 + N when signal N ended it.
    """
    if os.environ.get(VARIABLE):
        return _run(command, os.environ)
    signal.signal(signal.SIGTERM, _leave)
    role_passwords = new_role_passwords()
    with throwaway_server(role_passwords) as server:
        return _run(command, server.psql_environment() | password_variables(role_passwords) | {VARIABLE: server.url()})


@contextmanager
def throwaway_server(role_passwords: Mapping[str, str]) -> Iterator[Server]:
    """Make, initialise and start a server in a temporary folder; stop and remove it at the end.

    Args:
        role_passwords: password of each role that postgres-init creates.
    """
    account = server_account(ROOT)
    folder = Path(tempfile.mkdtemp(prefix="test-postgres-"))
    folder.chmod(0o755)
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


def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    # Ctrl-C reaches the command from the terminal; a polite end from elsewhere is handed on. Either way the command
    # decides when it is over, and only then is its server taken away.
    signal.signal(signal.SIGINT, lambda *_: None)  # a handler, because SIG_IGN would be inherited by the command
    process = subprocess.Popen(list(command), env=environment)  # noqa: S603 - the caller's command
    signal.signal(signal.SIGTERM, lambda number, _: process.send_signal(number))
    status = process.wait()
    return status if status >= 0 else 128 - status


def _leave(number: int, _: object) -> None:
    """End this process by way of its `finally` blocks, which a signal's default action would skip."""
    sys.exit(128 + number)
