"""The stack's own database: made and initialised the first time, found again afterwards."""

import hashlib
import shutil
from pathlib import Path

from stack.account import SHARED_HOME, server_account
from stack.binaries import postgres_binaries
from stack.credentials import Credentials
from stack.initialisation import initialise
from stack.paths import POSTGRES_INIT
from stack.server import Server


def stack_server(data: Path, port: int, credentials: Credentials) -> Server:
    """Return the server of a stack, not yet started.

    Args:
        data: the stack's data folder. Where root runs the stack and the server's account cannot enter that folder, the
            database lies in a folder of its own under `SHARED_HOME`.
        port: TCP port.
        credentials: the stack's passwords.
    """
    home = data
    account = server_account(data / "postgres")
    if account and not account.can_enter(data):
        home = SHARED_HOME / hashlib.sha256(bytes(data)).hexdigest()[:12]
        home.mkdir(mode=0o755, parents=True, exist_ok=True)
    return Server(
        binaries=postgres_binaries(account),
        data=home / "postgres",
        log=data / "postgres.log",
        port=port,
        password=credentials.superuser_password,
        account=account,
    )


def make_if_missing(server: Server, credentials: Credentials) -> bool:
    """Make the database folder where there is none yet.

    It is made beside its place and moved there when it is complete: an interrupted start leaves nothing that the next
    one would take for a database.

    Returns:
        Whether it was made.
    """
    place = server.data
    if place.exists():
        return False
    server.data = place.with_name("postgres.unfinished")
    if server.data.exists():
        shutil.rmtree(server.data)
    server.create()
    with server.running():
        initialise(server, POSTGRES_INIT, credentials.role_passwords)
    server.data.rename(place)
    server.data = place
    return True
