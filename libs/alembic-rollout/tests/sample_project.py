"""A project that uses alembic-rollout, in a folder of a test's own, and its commands as processes of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path
from textwrap import dedent, indent

import pytest
from databases import Database
from forks import ForkServer, Process

TIMEOUT_SECONDS = 120.0
FORKED = ("alembic", "alembic-rollout")
ALEMBIC_INI = """
[alembic]
script_location = migrations
prepend_sys_path = .
path_separator = os
file_template = %%(rev)s_%%(slug)s
revision_environment = true
"""
PYPROJECT = """
[project]
name = "shop"
version = "1.2.3"

[tool.alembic-rollout]
numbering = "sequential"
"""
ENV_PY = """
from alembic_rollout import run

target_metadata = "models:metadata"
run(target_metadata)
"""
MODELS = """
from sqlalchemy import MetaData

metadata = MetaData()
"""
SCRIPT = '''"""${message}.

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
"""

import sqlalchemy as sa
from alembic import op

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
'''


def assert_ends(pid: int) -> None:
    """Wait until a process is gone: an orphan stays in the table of processes until its new parent has noticed."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} goes on")


class Project:
    """The folder of a project whose service is called `shop`.

    Args:
        folder: where to make it.
        database: the database that its commands reach.
    """

    def __init__(self, folder: Path, database: Database) -> None:
        self.folder = folder
        self.database = database
        self.versions = folder / "migrations/versions"
        self.versions.mkdir(parents=True)
        for name, content in {
            "alembic.ini": ALEMBIC_INI,
            "pyproject.toml": PYPROJECT,
            "models.py": MODELS,
            "migrations/env.py": ENV_PY,
            "migrations/script.py.mako": SCRIPT,
        }.items():
            (folder / name).write_text(content.lstrip())

    @property
    def ini(self) -> Path:
        return self.folder / "alembic.ini"

    def revision(
        self,
        number: str,
        upgrade: str = "pass",
        downgrade: str = "pass",
        *,
        after: str | None = "",
        header: str = "",
        slug: str = "step",
    ) -> Path:
        """Write a revision file.

        Args:
            number: its id, such as `002`.
            upgrade: the body of `upgrade()`; the names op, sa and operations are there.
            downgrade: the body of `downgrade()`.
            after: the revision that it follows: the number before it by default, None for the first.
            header: further lines at the top level, such as `phase = "contract"`.
            slug: the rest of the file's name.
        """
        if after == "":
            after = f"{int(number) - 1:03d}" if number != "001" else None
        lines = [
            f'"""{slug.replace("_", " ").capitalize()}."""',
            "import sqlalchemy as sa",
            "from alembic import op",
            "from alembic_rollout import operations" if "operations." in upgrade + downgrade else "",
            f"revision = {number!r}",
            f"down_revision = {after!r}",
            header,
            f"def upgrade() -> None:\n{indent(dedent(upgrade).strip(), '    ')}",
            f"def downgrade() -> None:\n{indent(dedent(downgrade).strip(), '    ')}",
        ]
        path = self.versions / f"{number}_{slug}.py"
        path.write_text("\n".join(line for line in lines if line) + "\n")
        return path

    def sql(self, number: str, upgrade: str, downgrade: str = "SELECT 1", **options: str) -> Path:
        """Write a revision whose two directions are one SQL statement each."""
        return self.revision(number, f"op.execute({upgrade!r})", f"op.execute({downgrade!r})", **options)

    def tables(self, count: int) -> None:
        """Write `count` revisions that create one table each: t001, t002, ..."""
        for number in range(1, count + 1):
            name = f"t{number:03d}"
            self.revision(
                f"{number:03d}",
                f'op.create_table("{name}", sa.Column("id", sa.BigInteger(), primary_key=True))',
                f'op.drop_table("{name}")',
                slug=f"create_{name}",
            )

    def environment(self, **variables: str) -> dict[str, str]:
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.endswith("DATABASE_URL") and "ROLLOUT" not in name
        }
        return inherited | {"MIGRATION_DATABASE_URL": self.database.url, "ROLLOUT_LOG_FORMAT": "text"} | variables

    def start(self, *command: str, program: str = "alembic", **variables: str) -> Process:
        """Start a command in the folder and return its process."""
        if program in FORKED and hasattr(os, "pidfd_open"):  # on Linux
            environment = self.environment(**variables)
            return ForkServer.instance().start(program, command, folder=self.folder, environment=environment)
        return self.start_fresh(*command, program=program, **variables)

    def start_fresh(self, *command: str, program: str = "alembic", **variables: str) -> subprocess.Popen[str]:
        """Start a command in a new Python, which costs as much as ten forked ones, and return its process."""
        return subprocess.Popen(
            [str(Path(sys.executable).parent / program), *command],
            cwd=self.folder,
            env=self.environment(**variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *command: str, program: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command and wait for its end."""
        if program in FORKED:
            return self._fork(program, command, variables)[0]
        process = self.start_fresh(*command, program=program, **variables)
        try:
            out, err = process.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def at_once(
        self, *command: str, count: int = 1, kill_at: tuple[str, int] | None = None, **variables: str
    ) -> list[subprocess.CompletedProcess[str]]:
        """Run `alembic COMMAND...` in several processes that begin at the same moment; see `ForkServer.run`."""
        return self._fork("alembic", command, variables, count=count, kill_at=kill_at)

    def _fork(
        self,
        program: str,
        command: tuple[str, ...],
        variables: dict[str, str],
        *,
        count: int = 1,
        kill_at: tuple[str, int] | None = None,
    ) -> list[subprocess.CompletedProcess[str]]:
        return ForkServer.instance().run(
            program,
            command,
            folder=self.folder,
            environment=self.environment(**variables),
            timeout=TIMEOUT_SECONDS,
            count=count,
            kill_at=kill_at,
        )

    def alembic(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `alembic COMMAND...` as a process of its own."""
        return self.run(*command, program="alembic", **variables)

    def rollout(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run `alembic-rollout COMMAND...` as a process of its own."""
        return self.run(*command, program="alembic-rollout", **variables)

    def upgrade(self, revision: str = "head", **variables: str) -> None:
        """Run `alembic upgrade` and make sure that it succeeded."""
        done = self.alembic("upgrade", revision, **variables)
        assert done.returncode == 0, done.stderr


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Project:
    """A project without revisions, on a database of its own."""
    return Project(tmp_path / "shop", database)
