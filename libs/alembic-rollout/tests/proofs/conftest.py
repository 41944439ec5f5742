"""What every proof can ask for."""

from pathlib import Path

import pytest
from databases import Database
from sample_project import Project

from proofs.bad_ends import halfway

__all__ = ["halfway", "project"]


@pytest.fixture
def project(tmp_path: Path, database: Database) -> Project:
    """A project without revisions, on a database of its own; neither the linter nor a backup is in its way."""
    made = Project(tmp_path / "shop", database)
    with (made.folder / "pyproject.toml").open("a") as settings:
        settings.write('lint = "off"\nbackup = "never"\n')
    return made
