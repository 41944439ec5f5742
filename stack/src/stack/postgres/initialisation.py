"""Runs postgres-init on a new server: what the container image runs from its init folder, in the same order."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from stack.errors import StackError
from stack.postgres.server import SUPERUSER, Server, new_password

ROLES = ("authdb_owner", "authdb_app", "apidb_owner", "apidb_app", "admindb_owner", "admindb_app")


def new_role_passwords() -> dict[str, str]:
    """Make a password for each role that postgres-init creates."""
    return {role: new_password() for role in ROLES}


def password_variables(role_passwords: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables in which postgres-init looks for the passwords."""
    return {f"{role.upper()}_PASSWORD": password for role, password in role_passwords.items()}


def initialise(server: Server, folder: Path, role_passwords: Mapping[str, str]) -> None:
    """Run the files of a folder by name: .sql through psql, .sh as they are.

    Args:
        server: a running server on which none of them ran yet.
        folder: postgres-init.
        role_passwords: password of each role of `ROLES`.

    Raises:
        StackError: a file failed; the message names it and holds the last line it said.
    """
    environment = server.psql_environment() | password_variables(role_passwords)
    environment |= {"PGDATA": str(server.data), "POSTGRES_USER": SUPERUSER}
    psql = [str(server.binaries / "psql"), "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--quiet", "--file"]
    for file in sorted(folder.iterdir()):
        if file.suffix not in {".sql", ".sh"}:
            continue
        command = [*psql, str(file)] if file.suffix == ".sql" else [str(file)]
        done = subprocess.run(  # noqa: S603 - files of this repository
            command, check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        if done.returncode != 0:
            raise StackError(f"{file.name} failed: {' '.join((done.stderr or done.stdout).split())}")


def lift_connection_limits(server: Server) -> None:
    """Let every role have as many connections as the server has: tests run many services beside one another.

    Raises:
        StackError: psql failed.
    """
    statements = "".join(f"ALTER ROLE {role} CONNECTION LIMIT -1;" for role in ROLES)
    psql = [str(server.binaries / "psql"), "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--quiet", "--command", statements]
    done = subprocess.run(  # noqa: S603 - a fixed command
        psql, check=False, env=server.psql_environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise StackError(f"The limits of connections could not be lifted: {' '.join(done.stderr.split())}")
