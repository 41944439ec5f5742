"""The documented commands, Alembic's and alembic-rollout's, typed in a service's folder, without a container."""

import os
import re
import shutil
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from stack.commands.with_postgres import VARIABLE
from stack.paths import ROOT
from stack.postgres.binaries import postgres_binaries

POETRY = ROOT / ".tools/poetry/bin/poetry"
COMMAND_SECONDS = 60
# A column at the end of a file of models, so in its last class.
MODELS = {
    "auth": "app/accounts/models.py",
    "user": "app/profiles/models.py",
    "admin": "app/contents/models.py",
}
COLUMN = "    nickname: Mapped[str | None] = mapped_column()\n"
SEED = '''
    op.execute("""
        INSERT INTO profiles (user_id, display_name)
        VALUES ('00000000-0000-0000-0000-00000000000a', 'value1')
        ON CONFLICT (user_id) DO NOTHING;
    """)
'''


@dataclass(frozen=True)
class Folder:
    """A copy of a service's folder, to write revisions in, and an empty database for it."""

    path: Path
    url: URL

    def poetry_run(self, *command: str) -> str:
        """Run `poetry run ...` and return what it printed. It takes twice as long as the command alone."""
        return self._run([str(POETRY), "run", *command])

    def alembic(self, *arguments: str) -> str:
        """Run `alembic ...` as make does, and return what it printed."""
        return self._run([str(self.path / ".venv/bin/alembic"), *arguments])

    def rollout(self, *arguments: str) -> str:
        """Run `alembic-rollout ...` as make does, and return what it printed."""
        return self._run([str(self.path / ".venv/bin/alembic-rollout"), *arguments])

    def _run(self, command: list[str]) -> str:
        url = self.url.render_as_string(hide_password=False)
        done = subprocess.run(
            command,
            check=False,
            cwd=self.path,
            env=os.environ
            | {"MIGRATION_DATABASE_URL": url, "ROLLOUT_PG_BIN": str(postgres_binaries(account=None))}
            | {"ROLLOUT_BACKUP_DIR": str(self.path / "backups")},
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def revisions(self) -> list[str]:
        """Return the numbers of the revisions, oldest first."""
        versions = self.path / "app/db/migrations/versions"
        return sorted(file.name.partition("_")[0] for file in versions.glob("[0-9]*.py"))

    def revision(self, name: str) -> Path:
        """Return the file of a revision."""
        (found,) = (self.path / "app/db/migrations/versions").glob(f"*_{name}.py")
        return found

    def scalars(self, statement: str) -> list[Any]:
        """Return the first column of a query's rows."""
        with create_engine(self.url, poolclass=NullPool).connect() as connection:
            return list(connection.scalars(text(statement)))


@pytest.fixture(params=MODELS)
def service(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def folder(service: str, tmp_path: Path) -> Iterator[Folder]:
    source = ROOT / f"ai-micro-api-{service}"
    path = tmp_path / source.name
    shutil.copytree(source, path, ignore=shutil.ignore_patterns(".venv", ".env", "__pycache__", ".*_cache"))
    (path / ".venv").symlink_to(source / ".venv")
    superuser = make_url(os.environ[VARIABLE]).set(drivername="postgresql+psycopg2")
    database = f"test_{uuid.uuid4().hex}"
    with create_engine(superuser, poolclass=NullPool, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{database}"'))
        yield Folder(path, superuser.set(database=database))
        connection.execute(text(f'DROP DATABASE "{database}" WITH (FORCE)'))


def test_current_history_heads_upgrade_and_downgrade(folder: Folder) -> None:
    *older, head = folder.revisions()
    assert folder.alembic("current") == ""
    folder.alembic("upgrade", "head")
    assert folder.poetry_run("alembic", "current") == folder.alembic("heads") == f"{head} (head)\n"
    assert len(folder.alembic("history").splitlines()) == len(older) + 1
    folder.alembic("downgrade", "-1")
    assert folder.alembic("current").strip() == (older[-1] if older else "")
    folder.alembic("downgrade", "base")
    assert folder.alembic("current") == ""
    folder.alembic("upgrade", "head")


def test_a_changed_model_becomes_the_next_revision_and_can_be_reverted(folder: Folder, service: str) -> None:
    *_, head = folder.revisions()
    folder.alembic("upgrade", "head")
    models = folder.path / MODELS[service]
    models.write_text(models.read_text() + COLUMN)
    folder.poetry_run("alembic", "revision", "--autogenerate", "-m", "add nickname")
    written = folder.revision("add_nickname")
    assert written.name == f"{int(head) + 1:03d}_add_nickname.py"
    assert re.search(rf"^down_revision.* = [\"']{head}[\"']$", written.read_text(), re.MULTILINE)
    columns = "SELECT table_name FROM information_schema.columns WHERE column_name = 'nickname'"
    folder.alembic("upgrade", "head")
    assert len(folder.scalars(columns)) == 1
    folder.alembic("check")
    folder.alembic("downgrade", "-1")
    assert folder.scalars(columns) == []


@pytest.mark.parametrize("service", ["user"], indirect=True)
def test_an_empty_revision_filled_with_seed_data_can_be_run_twice_and_removes_what_it_added(folder: Folder) -> None:
    folder.alembic("revision", "-m", "seed a profile")
    file = folder.revision("seed_a_profile")
    content = file.read_text().replace("    pass", SEED, 1)
    file.write_text(
        content.replace("    pass", "    op.execute(\"DELETE FROM profiles WHERE display_name = 'value1';\")")
    )
    folder.alembic("upgrade", "head")
    folder.alembic("downgrade", "-1")
    assert folder.scalars("SELECT display_name FROM profiles") == []
    folder.alembic("upgrade", "head")
    assert folder.scalars("SELECT display_name FROM profiles") == ["value1"]


def test_the_further_verbs_tell_of_every_state_between_an_empty_database_and_the_head(folder: Folder) -> None:
    *_, head = folder.revisions()
    assert f"{head}" in folder.rollout("plan")
    assert "empty" in folder.rollout("status")
    folder.alembic("upgrade", "head")
    assert f"required      {head} (ready)" in folder.rollout("status")
    outcomes = [line.split()[:4] for line in folder.rollout("history", "--limit", "1000").splitlines()[1:]]
    assert [head, "upgrade", "expand", "applied"] in outcomes
    assert len(outcomes) == len(folder.revisions())
    assert "No drift." in folder.rollout("drift")
    folder.rollout("lint", "--all")
    folder.rollout("backup")
    (backup,) = (folder.path / "backups").glob("*.dump")
    folder.alembic("downgrade", "base")
    assert folder.alembic("current") == ""
    assert "--yes" in folder.rollout("restore", backup.name)
    folder.rollout("restore", backup.name, "--yes")
    assert folder.alembic("current") == f"{head} (head)\n"
