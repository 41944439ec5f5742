"""The stack's own database: made and initialised the first time, found again afterwards."""

import os
import shutil
import tempfile
from pathlib import Path

from stack.paths import POSTGRES_INIT
from stack.postgres.account import SHARED_HOME, server_account
from stack.postgres.binaries import postgres_binaries
from stack.postgres.initialisation import DATABASE_FILES, initialise
from stack.postgres.server import Server
from stack.runner.credentials import Credentials

UNFINISHED = "postgres.unfinished-"
MAX_CONNECTIONS = 80 * len(DATABASE_FILES) + 10
"""What the limits of the roles in postgres-init add up to, and some; docker-compose.yml has the same number."""


def stack_server(data: Path, port: int, credentials: Credentials) -> Server:
    """Return the server of a stack, not yet started.

    Args:
        data: the stack's data folder. Where root runs the stack and the server's account cannot enter that folder, its
            `postgres` is a link to a folder under `SHARED_HOME`.
        port: TCP port.
        credentials: the stack's passwords.
    """
    place = data / "postgres"
    account = server_account(place)
    if account and not account.can_enter(data) and not place.is_symlink():
        # A new name each time: after the data folder was removed, the new secrets get a new database.
        SHARED_HOME.mkdir(mode=0o755, parents=True, exist_ok=True)
        home = Path(tempfile.mkdtemp(prefix="data-", dir=SHARED_HOME))
        home.chmod(0o755)
        place.symlink_to(home / "postgres")
    return Server(
        binaries=postgres_binaries(account),
        data=place.resolve(),
        log=data / "postgres.log",
        port=port,
        password=credentials.superuser_password,
        account=account,
        settings={"max_connections": str(MAX_CONNECTIONS)},
    )


def make_if_missing(server: Server, credentials: Credentials) -> bool:
    """Make the database folder where there is none yet.

    It is made beside its place and moved there when it is complete: an interrupted start leaves nothing that the next
    one would take for a database. Its name is this process's own: initdb's children may write on for a moment after a
    start that was killed.

    Returns:
        True if it was made.
    """
    place = server.data
    for abandoned in place.parent.glob(f"{UNFINISHED}*"):
        # What cannot be removed now, because a process still writes to it, the next start removes.
        shutil.rmtree(abandoned, ignore_errors=True) if abandoned.is_dir() else abandoned.unlink(missing_ok=True)
    if place.exists():
        return False
    server.data = place.with_name(f"{UNFINISHED}{os.getpid()}")
    server.create()
    with server.running():
        initialise(server, POSTGRES_INIT, credentials.role_passwords)
    server.data.rename(place)
    server.data = place
    return True
