"""A shop that has moved on since its backup, and a folder for programs that stand in for pg_restore."""

from pathlib import Path

import pytest
from sample_project import Project

from commands.restore.moved_shop import Shop


@pytest.fixture
def shop(project: Project) -> Shop:
    return Shop(project)


@pytest.fixture
def fakes(tmp_path: Path) -> Path:
    folder = tmp_path / "fakes"
    folder.mkdir()
    return folder
