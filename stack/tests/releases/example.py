"""The worked example of docs/expand-and-contract.md as things that a test starts: releases, databases, tokens."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from stack import tether
from stack.paths import ROOT
from stack.ports import free_port
from stack.postgres.server import Server
from stack.services.compose import start_command
from stack.services.service import address

SERVICE = ROOT / "ai-micro-api-user"
EXAMPLE = ROOT / "docs/examples/rename-a-column"
BASE = 1
"""The release that is in the checkout; the others are folders of the example."""
SECONDS = 180.0
"""Nothing takes as long, on a busy machine neither; what takes longer is stuck."""
_NOT_COPIED = shutil.ignore_patterns(".venv", ".env", "__pycache__", ".*_cache", "tests", "backups")


@dataclass(frozen=True)
class Database:
    """A database of a test's own, as each of the roles that know it."""

    superuser: str
    owner: str
    app: str

    def engine(self, url: str | None = None) -> Engine:
        """Return an engine for the application role, or for the URL that is given; each statement commits."""
        return create_engine(url or self.app, poolclass=NullPool, isolation_level="AUTOCOMMIT")

    def rows(self, statement: str, **values: object) -> list[Any]:
        """Run a statement as the application role; return what it returns."""
        with self.engine().connect() as connection:
            result = connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []


@contextmanager
def database_on(server: Server, role_passwords: Mapping[str, str]) -> Iterator[Database]:
    """Make a database that belongs to the service's owner role, and drop it at the end."""
    name = f"test_{uuid4().hex}"
    with create_engine(server.url(), poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" OWNER apidb_owner'))
        urls = [
            server.url(user=role, password=role_passwords[role], database=name) for role in ("apidb_owner", "apidb_app")
        ]
        yield Database(server.url(database=name), *urls)
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@dataclass(frozen=True)
class Release:
    """A release of the service: a copy of its folder with the files of the example laid over it.

    Attributes:
        head: the newest revision of its tree.
        folder: the copy.
        environment: the variables that it is started with.
    """

    head: str
    folder: Path
    environment: Mapping[str, str]

    @property
    def name(self) -> str:
        """What its connections are called."""
        return f"{SERVICE.name}@{self.head}"

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command in its folder, until it ends."""
        return subprocess.run(
            command,
            check=False,
            cwd=self.folder,
            env=dict(self.environment),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
        )

    def done(self, *command: str) -> str:
        """Run a command that has to succeed; return what it said."""
        ended = self.run(*command)
        assert ended.returncode == 0, f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}"
        return ended.stdout

    def start(self, *command: str) -> "Running":
        """Start a command in its folder."""
        return Running(command, self.folder, self.environment)

    def serve(self, port: int | None = None) -> "Serving":
        """Start it with the compose file's command, which migrates and then serves; on a free port by default."""
        port = port or free_port()
        return Serving(self.name, address(port), self.start(*start_command(SERVICE.name, port)))


def release(number: int, parent: Path, database: Database, server: Server, **variables: str) -> Release:
    """Make a release.

    Args:
        number: 1, 2 or 3.
        parent: where its folder is made.
        database: what it works on.
        server: whose pg_dump it takes backups with.
        variables: its further environment.
    """
    folder = parent / f"release-{number}"
    shutil.copytree(SERVICE, folder, ignore=_NOT_COPIED)
    for later in range(BASE + 1, number + 1):
        shutil.copytree(EXAMPLE / f"release-{later}", folder, dirs_exist_ok=True)
    (folder / ".venv").symlink_to(SERVICE / ".venv")
    versions = sorted((folder / "app/db/migrations/versions").glob("[0-9]*.py"))
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "ROLLOUT_"))}
    own = {
        "PATH": f"{folder / '.venv/bin'}{os.pathsep}{os.environ['PATH']}",
        "DATABASE_URL": database.app,
        "MIGRATION_DATABASE_URL": database.owner,
        "ROLLOUT_ADMIN_URL": database.superuser,
        "ROLLOUT_BACKUP_DIR": str(parent / "backups"),
        "ROLLOUT_LOG_FORMAT": "text",
        "ROLLOUT_PG_BIN": str(server.binaries),
    }
    return Release(versions[-1].name.partition("_")[0], folder, inherited | own | variables)


class Running:
    """A process that is heard line by line.

    Args:
        command: what is run.
        folder: where.
        environment: its variables.
    """

    def __init__(self, command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> None:
        tied = [sys.executable, "-I", "-S", tether.__file__, str(os.getpid()), str(int(signal.SIGTERM)), "-"]
        self.process = subprocess.Popen(
            [*tied, *command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._heard = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        """What it has said until now."""
        return "\n".join(self._lines)

    def wait_until_it_says(self, words: str) -> str:
        """Wait for a line with these words in it, and return the line."""
        with self._heard:
            assert self._heard.wait_for(lambda: self._line(words) or self._has_ended(), SECONDS), self.output
        line = self._line(words)
        assert line is not None, f"it ended without {words!r}:\n{self.output}"
        return line

    def wait_ended(self) -> int:
        """Wait until it ends by itself, and return its exit status."""
        status = self.process.wait(SECONDS)
        self._reader.join(SECONDS)
        return status

    def end(self) -> None:
        """Ask it to end, if it still runs, and wait until it has."""
        if self.process.poll() is None:
            self.process.terminate()
        self.wait_ended()

    def _line(self, words: str) -> str | None:
        return next((line for line in self._lines if words in line), None)

    def _has_ended(self) -> bool:
        return not self._reader.is_alive() or self.process.poll() is not None

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._heard:
                self._lines.append(line.rstrip("\n"))
                self._heard.notify_all()
        with self._heard:
            self._heard.notify_all()


@dataclass(frozen=True)
class Serving:
    """A release that serves.

    Attributes:
        name: what its connections are called.
        url: where it answers.
        process: it.
    """

    name: str
    url: str
    process: Running

    def wait_ready(self) -> "Serving":
        """Wait until it serves, and make sure that it is ready; fail with its output if it ends before."""
        self.process.wait_until_it_says("Uvicorn running")
        assert self.readiness()["status"] == "ready", self.process.output
        return self

    def readiness(self) -> dict[str, Any]:
        """Return the body of its `/readyz`."""
        body: dict[str, Any] = httpx.get(f"{self.url}/readyz", timeout=SECONDS).json()
        return body


@dataclass(frozen=True)
class Issuer:
    """Who signs the tokens that every release believes.

    Attributes:
        jwks_url: where the releases find the key.
        administrator: an access token with the role `admin`.
        people: access tokens of ordinary accounts, by the account's id.
    """

    jwks_url: str
    administrator: str
    people: Mapping[str, str]


@contextmanager
def issuer(people: int) -> Iterator[Issuer]:
    """Serve a key and sign tokens with it, in the service's own environment: this one has nothing that could sign.

    Args:
        people: how many ordinary accounts there are.
    """
    process = subprocess.Popen(
        [SERVICE / ".venv/bin/python", Path(__file__).with_name("issue_tokens.py"), str(people)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield Issuer(**json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(SECONDS)
        process.stdout.close()
