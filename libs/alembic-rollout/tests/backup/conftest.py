"""A shop with an order in it, and a folder for programs that stand in for PostgreSQL's own."""

from pathlib import Path

import pytest
from sample_project import Project


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A migrated project with a row in its table; in-process calls find its database too."""
    project.sql("001", "CREATE TABLE orders (id int PRIMARY KEY, note text)", "DROP TABLE orders")
    project.upgrade(ROLLOUT_LINT="off")
    project.database.execute("INSERT INTO orders VALUES (1, 'first')")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    monkeypatch.chdir(project.folder)
    return project


@pytest.fixture
def fakes(tmp_path: Path) -> Path:
    folder = tmp_path / "fakes"
    folder.mkdir()
    return folder
