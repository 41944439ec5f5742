"""A shop with an order in it."""

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
