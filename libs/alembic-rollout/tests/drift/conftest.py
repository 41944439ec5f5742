"""The project of the tests of drift."""

import pytest
from sample_project import Project

from alembic_rollout.history.stored_catalogue import store_catalogue
from alembic_rollout.postgres.version_table import VersionTable
from drift.shop import EXTENSION_OF_TEMPLATE1, MODELS, TABLES


@pytest.fixture
def shop(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project at its only revision, whose database is what its models say."""
    (project.folder / "models.py").write_text(MODELS)
    project.sql("001", TABLES, "DROP TABLE pets, profiles", header=EXTENSION_OF_TEMPLATE1)
    project.database.execute(TABLES)
    project.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    project.database.execute("INSERT INTO alembic_version VALUES ('001')")
    with project.database.connect() as connection:
        store_catalogue(connection, VersionTable(None, "alembic_version"), "alembic_rollout_history")
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    monkeypatch.chdir(project.folder)
    return project
