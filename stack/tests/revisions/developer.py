"""A developer of a service: changes models.py, types commands, reads what was written, applies and reverts it.

Works in a copy of the service's folder and on a database of its own. Commands run in forked processes of the service's
own environment.
"""

import os
import re
import secrets
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from forks import ForkServer
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from stack.commands.with_postgres import VARIABLE
from stack.paths import ROOT
from stack.postgres.binaries import postgres_binaries

VERSIONS = "app/db/migrations/versions"
PLACE = "FILL_IN_A_VALUE"
_SECONDS = 120.0
_LEFT_OUT = shutil.ignore_patterns(".venv", ".env", "__pycache__", ".*_cache", "tests")
_PROFILES = """
INSERT INTO profiles (user_id, email, first_name, display_name, phone, bio)
SELECT gen_random_uuid(), 'p' || n || '@example.com', 'name ' || n, nullif('display ' || n % 3, 'display 0'), '0', 'bio'
FROM generate_series(1, 30) AS n
"""


@dataclass(frozen=True)
class Service:
    """A service whose models change.

    Attributes:
        folder: in the checkout.
        models: the file whose last class gets what is added.
        database: the prefix of its roles.
        table: one whose rows have to survive.
        key: its primary key.
        rows: SQL that inserts some.
    """

    folder: Path
    models: str
    database: str
    table: str
    key: str
    rows: str


USER = Service(ROOT / "ai-micro-api-user", "app/profiles/models.py", "apidb", "profiles", "user_id", _PROFILES)
ADMIN = Service(ROOT / "ai-micro-api-admin", "app/contents/models.py", "admindb", "prompt_templates", "id", "SELECT 1")


@dataclass(frozen=True)
class Written:
    """A revision file.

    Attributes:
        path: in the folder.
        text: what stands in it.
    """

    path: Path
    text: str

    @property
    def kind(self) -> str:
        """The file's name without its number, and the phase where it is a contract."""
        slug = self.path.stem.partition("_")[2]
        return f"{slug} (contract)" if 'phase = "contract"' in self.text else slug


class Developer:
    """Someone at work.

    Args:
        service: whose models they change.
        folder: a copy of the service's.
        url: the database, as the role that migrates it.
    """

    def __init__(self, service: Service, folder: Path, url: URL) -> None:
        self.service = service
        self.folder = folder
        self.url = url
        self.said = ""
        self._table = 0

    @property
    def models(self) -> Path:
        """The file of the models."""
        return self.folder / self.service.models

    def changes(self, *replacements: tuple[str, str]) -> None:
        """Edit models.py.

        Args:
            replacements: what stands there, once, and what comes in its place.
        """
        content = self.models.read_text()
        for old, new in replacements:
            assert content.count(old) == 1, f"{old!r} stands in models.py {content.count(old)} times"
            content = content.replace(old, new)
        self.models.write_text(content)
        # Python takes its compiled copy for current where a file of the same length is written within a second.
        shutil.rmtree(self.models.parent / "__pycache__", ignore_errors=True)

    def adds(self, *lines: str, imports: str = "") -> None:
        """Add lines to the end of models.py, so to its last class."""
        content = self.models.read_text()
        added = "".join(f"{line}\n" for line in lines)
        self.models.write_text(
            f"{content}{added}".replace("from uuid import UUID\n", f"from uuid import UUID\n{imports}", 1)
        )
        shutil.rmtree(self.models.parent / "__pycache__", ignore_errors=True)

    def types(self, command: str, **variables: str) -> str:
        """Type a command that succeeds, and return what it printed.

        Args:
            command: with its program.
            variables: of its environment.
        """
        done = self.runs(command, **variables)
        assert done.returncode == 0, f"$ {command}: {done.returncode}\n{done.stdout}{done.stderr}"
        self.said = done.stdout
        return done.stdout

    def fails(self, command: str, *, status: int = 0, **variables: str) -> str:
        """Type a command that is refused in one line, and return the line."""
        done = self.runs(command, **variables)
        assert done.returncode == status if status else done.returncode != 0, done.stdout + done.stderr
        [line] = [line for line in done.stderr.splitlines() if " Waiting for " not in line]
        return line

    def runs(self, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Type a command."""
        program, *arguments = shlex.split(command)
        environment = self._environment() | variables
        forks = _forks(self.service.folder)
        return forks.run(program, arguments, folder=self.folder, environment=environment, timeout=_SECONDS)[0]

    def generates(self, message: str, *renames: str) -> list[Written]:
        """Type the command, and return the files that it wrote, in order."""
        before = set(self.files())
        if renames:
            options = " ".join(f"--rename {rename}" for rename in renames)
            self.types(f"alembic-rollout revision --autogenerate {options} -m {shlex.quote(message)}")
        else:
            self.types(f"alembic revision --autogenerate -m {shlex.quote(message)}")
        return [Written(path, path.read_text()) for path in self.files() if path not in before]

    def fills_in(self, written: Sequence[Written], value: str) -> list[Written]:
        """Write a value into the places that the command left for it; there is one at least."""
        assert any(PLACE in file.text for file in written)
        for file in written:
            file.path.write_text(file.text.replace(PLACE, value))
        return [Written(file.path, file.path.read_text()) for file in written]

    def ships(self, written: Sequence[Written]) -> None:
        """Apply, revert and apply what was written, and prove that it does what it says.

        The linter finds nothing. The models and the database agree afterwards. Reverted, the schema is what it was;
        applied again, what it was before. No row is lost.
        """
        if not self._table:
            [self._table] = self.rows(f"SELECT '{self.service.table}'::regclass::oid::bigint")
        before, rows = self.schema(), self._keys()
        lint = self.types("alembic-rollout lint")
        assert ": no findings" in lint, lint
        self.types("alembic upgrade head")
        after = self.schema()
        self.types(f"alembic downgrade -{len(written)}")
        assert self.schema() == before
        self.types("alembic upgrade head")
        assert self.schema() == after
        self.types("alembic check")
        assert "No drift." in self.types("alembic-rollout drift")
        assert self._keys() == rows

    def schema(self) -> list[str]:
        """Return the lines of the schema, without their order: a column that comes back is the last one."""
        command = [
            str(postgres_binaries(account=None) / "pg_dump"),
            "--schema-only",
            "--no-owner",
            "--dbname",
            self.dsn,
        ]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        lines = (line.strip().rstrip(",") for line in done.stdout.splitlines())
        return sorted(line for line in lines if line and not line.startswith(("--", "\\", "COMMENT ON EXTENSION")))

    def rows(self, statement: str) -> list[Any]:
        """Run SQL as the role that migrates, and return the first column of its rows."""
        with create_engine(self.url, poolclass=NullPool).begin() as connection:
            result = connection.execute(text(statement))
            return list(result.scalars()) if result.returns_rows else []

    @property
    def dsn(self) -> str:
        """The URL that libpq takes."""
        return self.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def _keys(self) -> set[Any]:
        """Return the keys of the rows, under whatever name their table has now."""
        [name] = self.rows(f"SELECT {self._table}::regclass::text")
        return set(self.rows(f"SELECT {self.service.key} FROM {name}"))  # noqa: S608 - names

    def files(self) -> list[Path]:
        """Return the revision files, in order."""
        return sorted((self.folder / VERSIONS).glob("[0-9]*.py"))

    def _environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        url = self.url.render_as_string(hide_password=False)
        return inherited | {
            "MIGRATION_DATABASE_URL": url,
            "ROLLOUT_LOG_FORMAT": "text",
            "ROLLOUT_PG_BIN": str(postgres_binaries(account=None)),
            "ROLLOUT_BACKUP": "never",
            "COLUMNS": "120",
        }


@contextmanager
def developer_on(service: Service, template: str, folder: Path) -> Iterator[Developer]:
    """Give a developer a copy of the service and of a database.

    Args:
        service: which.
        template: the database to copy.
        folder: where to put the service's folder.
    """
    path = folder / service.folder.name
    shutil.copytree(service.folder, path, ignore=_LEFT_OUT)
    with _database(service, template) as url:
        yield Developer(service, path, url)


@contextmanager
def migrated(service: Service, folder: Path) -> Iterator[Developer]:
    """Give a developer a database at the service's newest revision, with rows."""
    with developer_on(service, "template1", folder) as developer:
        developer.types("alembic upgrade head")
        developer.rows(service.rows)
        yield developer


@contextmanager
def _database(service: Service, template: str) -> Iterator[URL]:
    name = f"models_{secrets.token_hex(4)}"
    superuser = make_url(os.environ[VARIABLE]).set(drivername="postgresql+psycopg2")
    password = os.environ[f"{service.database}_owner_password".upper()]
    engine = create_engine(superuser, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    try:
        yield superuser.set(database=name, username=f"{service.database}_owner", password=password)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))


@cache
def _forks(folder: Path) -> ForkServer:
    return ForkServer(str(folder / ".venv/bin/python"))


def without_dates(file: str) -> str:
    """Return a revision file without the moment in which it was written."""
    return re.sub(r"(?<=^Create Date: ).*$", "2026-11-27 09:00:00+00:00", file, flags=re.MULTILINE)
