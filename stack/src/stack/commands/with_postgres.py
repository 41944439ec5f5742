"""Runs a command with a PostgreSQL server of its own and removes the server afterwards."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence

from stack.postgres.initialisation import new_role_passwords, password_variables
from stack.postgres.throwaway import throwaway_server

VARIABLE = "TEST_POSTGRES_URL"


def with_postgres(command: Sequence[str]) -> int:
    """Run a command with `TEST_POSTGRES_URL` set to the superuser's address of a server.

    The roles' passwords are in the variables that postgres-init reads (`AUTHDB_OWNER_PASSWORD`, ...), and psql finds
    the server by itself. A server that `TEST_POSTGRES_URL` names already is used as it is, and not ended.

    Returns:
        The command's exit status; 128 + N when signal N ended it.
    """
    if os.environ.get(VARIABLE):
        return _run(command, os.environ)
    signal.signal(signal.SIGTERM, _leave)
    role_passwords = new_role_passwords()
    with throwaway_server(role_passwords) as server:
        return _run(command, server.psql_environment() | password_variables(role_passwords) | {VARIABLE: server.url()})


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
