"""What CI asks of each service's migrations, on a new database: `make test-migrations`.

`rehearse` first, while everything is pending: it applies, reverts and re-applies the whole tree on a copy. Then the
linter, which also asks the statements of the previous release where git knows it, the upgrade itself, and the
comparison of what it built with the models.
"""

import os
import secrets
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlsplit

from stack.commands.with_postgres import VARIABLE
from stack.errors import StackError
from stack.paths import ROOT
from stack.postgres.binaries import postgres_binaries
from stack.previous_release import previous_release
from stack.services.service import Service
from stack.terminal import Terminal

Step = tuple[str, ...]
BEFORE: tuple[Step, ...] = (("alembic-rollout", "rehearse"), ("alembic-rollout", "lint", "--all"))
AFTER: tuple[Step, ...] = (("alembic", "upgrade", "head"), ("alembic-rollout", "drift"))


def check_migrations(services: Sequence[Service], *, terminal: Terminal) -> bool:
    """Run every step for every service, whatever the ones before it said.

    Args:
        services: whose trees.
        terminal: where it is said what runs.

    Returns:
        True if all of them succeeded.

    Raises:
        StackError: there is no server to do it on.
    """
    if not os.environ.get(VARIABLE):
        raise StackError(f"{VARIABLE} is not set. Type `make test-migrations`, which makes a server.")
    base = previous_release(ROOT)
    if base is None:
        terminal.say(
            "The statements of the previous release are not asked: git knows no origin/main here (a shallow clone?"
            " no remote?). BASE=REF names another commit."
        )
    asked = () if base is None else (("alembic-rollout", "lint", "--base", base),)
    steps = (*BEFORE, *asked, *AFTER)
    failed = [step for service in services for step in _failed_steps(service, steps, terminal)]
    for step in failed:
        terminal.complain(f"FAILED {step}")
    return not failed


def _failed_steps(service: Service, steps: Sequence[Step], terminal: Terminal) -> Iterator[str]:
    with _new_database() as database:
        environment = os.environ | _variables(service, database)
        for program, *arguments in steps:
            said = f"{service.folder_name}: {' '.join([program, *arguments])}"
            terminal.say(said)
            done = subprocess.run(  # noqa: S603 - fixed commands
                [str(service.folder / ".venv" / "bin" / program), *arguments],
                check=False,
                cwd=service.folder,
                env=environment,
            )
            if done.returncode != 0:
                yield f"({done.returncode}) {said}"


@contextmanager
def _new_database() -> Iterator[str]:
    """Make a database as an operator would, a copy of template1; drop it at the end."""
    name = f"migrations_{secrets.token_hex(4)}"
    _psql(f"CREATE DATABASE {name}")
    try:
        yield name
    finally:
        _psql(f"DROP DATABASE {name} WITH (FORCE)")


def _psql(statement: str) -> None:
    server = urlsplit(os.environ[VARIABLE])
    connection = {
        "PGHOST": server.hostname or "",
        "PGPORT": str(server.port or ""),
        "PGUSER": server.username or "",
        "PGPASSWORD": server.password or "",
        "PGDATABASE": server.path.removeprefix("/"),
    }
    subprocess.run(  # noqa: S603 - a fixed command
        [str(postgres_binaries(account=None) / "psql"), "--no-psqlrc", "--quiet", "--command", statement],
        check=True,
        env=os.environ | connection,
    )


def _variables(service: Service, database: str) -> Mapping[str, str]:
    server = urlsplit(os.environ[VARIABLE])
    _, _, address = server.netloc.rpartition("@")
    role = f"{service.database}_owner"
    login = f"{role}:{os.environ[f'{role.upper()}_PASSWORD']}"
    return {
        "MIGRATION_DATABASE_URL": server._replace(netloc=f"{login}@{address}", path=f"/{database}").geturl(),
        "ROLLOUT_ADMIN_URL": os.environ[VARIABLE],
        "ROLLOUT_LOG_FORMAT": "text",
    }
