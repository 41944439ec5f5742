"""Runs postgres-init on a new server: what the container image runs from its init folder, in the same order."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from stack.errors import StackError
from stack.paths import POSTGRES_INIT
from stack.postgres.server import SUPERUSER, Server, new_password

CLIENT_AUTHENTICATION = POSTGRES_INIT / "40-client-authentication.sh"
DATABASE_FILES = {file.stem.partition("-")[2]: file for file in sorted(POSTGRES_INIT.glob("30-*.sql"))}
"""The file of postgres-init that makes each service's database."""

ROLES = tuple(f"{database}_{role}" for database in DATABASE_FILES for role in ("owner", "app"))


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
    for file in sorted(folder.iterdir()):
        if file.suffix in {".sql", ".sh"}:
            _run_file(server, file, role_passwords)


def add_missing_databases(server: Server, role_passwords: Mapping[str, str]) -> list[str]:
    """Make the databases of services that came after this server was made.

    Args:
        server: a running server that `initialise` has made, perhaps that of an older release.
        role_passwords: password of each role of `ROLES`.

    Returns:
        The databases that were made.

    Raises:
        StackError: a file failed.
    """
    present = _psql(server, "SELECT rolname FROM pg_roles").split()
    missing = [database for database in DATABASE_FILES if database not in present]
    for database in missing:
        _run_file(server, DATABASE_FILES[database], role_passwords)
    if missing:
        _run_file(server, CLIENT_AUTHENTICATION, role_passwords)
        _psql(server, "SELECT pg_reload_conf()")
    return missing


def lift_connection_limits(server: Server) -> None:
    """Let every role have as many connections as the server has: tests run many services beside one another.

    Raises:
        StackError: psql failed.
    """
    _psql(server, "".join(f"ALTER ROLE {role} CONNECTION LIMIT -1;" for role in ROLES))


def _run_file(server: Server, file: Path, role_passwords: Mapping[str, str]) -> None:
    variables = password_variables(role_passwords) | {"PGDATA": str(server.data), "POSTGRES_USER": SUPERUSER}
    if file.suffix == ".sh":
        _run(server, [str(file)], variables, file.name)
    else:
        _run(server, [*_psql_command(server), "--file", str(file)], variables, file.name)


def _psql(server: Server, statements: str) -> str:
    return _run(server, [*_psql_command(server), "--tuples-only", "--command", statements], {}, f"psql: {statements}")


def _psql_command(server: Server) -> list[str]:
    return [str(server.binaries / "psql"), "-v", "ON_ERROR_STOP=1", "--no-psqlrc", "--quiet"]


def _run(server: Server, command: list[str], variables: Mapping[str, str], name: str) -> str:
    environment = {**server.psql_environment(), **variables}
    done = subprocess.run(  # noqa: S603 - psql, and files of this repository
        command, check=False, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    if done.returncode != 0:
        raise StackError(f"{name} failed: {' '.join((done.stderr or done.stdout).split())}")
    return done.stdout
