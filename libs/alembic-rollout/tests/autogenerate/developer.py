"""A developer at work: changes models.py, types the command, reads what it wrote, applies it and reverts it."""

import shutil
import subprocess
from pathlib import Path
from textwrap import dedent

from alembic.config import Config
from sample_project import Project
from sqlalchemy import Connection

from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.catalogue import catalogue, own_tables

HEADER = """
    from sqlalchemy import (
        ARRAY, BigInteger, Boolean, CheckConstraint, Column, Computed, Date, DateTime, Enum, ForeignKey,
        ForeignKeyConstraint, Identity, Index, Integer, MetaData, Numeric, String, Table, Text, UniqueConstraint, Uuid,
        desc, func, text,
    )
    from sqlalchemy.dialects.postgresql import ExcludeConstraint, JSONB

    metadata = MetaData(naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    })
"""


class Developer:
    """Someone with a project and its database.

    Args:
        project: whose models change.
        connection: the owner's, to look at the database; one that has looked before is much faster.
    """

    def __init__(self, project: Project, connection: Connection) -> None:
        self.project = project
        self._connection = connection

    def models(self, tables: str) -> None:
        """Write models.py: the tables, behind the imports and the MetaData."""
        # Python takes its compiled copy for current where a file of the same length is written within the same second.
        shutil.rmtree(self.project.folder / "__pycache__", ignore_errors=True)
        (self.project.folder / "models.py").write_text(dedent(HEADER) + dedent(tables))

    def begin(self, tables: str) -> None:
        """Write models and bring the database to them."""
        self.models(tables)
        self.generate("begin")
        self.project.upgrade()

    def type(self, *options: str, message: str = "change") -> subprocess.CompletedProcess[str]:
        """Type the command."""
        return self.project.alembic("revision", "--autogenerate", "-m", message, *options)

    def generate(self, message: str = "change", *options: str) -> list[Path]:
        """Type the command, make sure that it succeeded, and return the files that it wrote."""
        before = set(self.project.versions.glob("*.py"))
        done = self.type(*options, message=message)
        assert done.returncode == 0, done.stderr
        self.said = done.stdout
        return sorted(set(self.project.versions.glob("*.py")) - before)

    def rename(self, *renames: str) -> list[Path]:
        """Type the command with renames, make sure that it succeeded, and return the files that it wrote."""
        before = set(self.project.versions.glob("*.py"))
        options = [word for text in renames for word in ("--rename", text)]
        done = self.project.rollout("revision", "--autogenerate", "-m", "rename", *options)
        assert done.returncode == 0, done.stderr
        self.said = done.stdout
        return sorted(set(self.project.versions.glob("*.py")) - before)

    def change(self, tables: str, message: str = "change") -> dict[str, str]:
        """Change the models, generate, and prove what was written; return the files' texts by name.

        The linter finds nothing; models and database agree afterwards; reverted and applied again, the catalogue is the
        same, and reverted it is what it was before.
        """
        before = self.catalogue()
        self.models(tables)
        written = self.generate(message)
        self.prove(written, before)
        return {path.name: path.read_text() for path in written}

    def prove(self, written: list[Path], before: list[str]) -> None:
        if ": no findings." not in self.said:  # until a value was filled in
            lint = self.project.rollout("lint")
            assert lint.returncode == 0, lint.stdout + "".join(path.read_text() for path in written)
        self.project.upgrade()
        self.agree()
        after = self.catalogue()
        down = self.project.alembic("downgrade", f"-{len(written)}")
        assert down.returncode == 0, down.stderr + "".join(path.read_text() for path in written)
        assert self.catalogue() == before, set(self.catalogue()) ^ set(before)
        self.project.upgrade()
        assert self.catalogue() == after, set(self.catalogue()) ^ set(after)

    def agree(self) -> None:
        """Make sure that `alembic check` and `drift` find nothing."""
        check = self.project.alembic("check")
        assert check.returncode == 0, check.stdout + check.stderr
        drift = self.project.rollout("drift", "--ignore", "extension vector")
        assert drift.returncode == 0, drift.stdout + drift.stderr

    def catalogue(self) -> list[str]:
        own = own_tables(VersionTable(None, "alembic_version"), "alembic_rollout_history")
        return catalogue(self._connection, without=own)

    @property
    def config(self) -> Config:
        return Config(str(self.project.ini))
