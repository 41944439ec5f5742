"""Two projects in one database, each with a version table of its own: neither sees the other's rows in the history."""

import json
from pathlib import Path

import pytest
from databases import Database
from sample_project import ENV_PY, Project

OTHER_ENV_PY = ENV_PY.replace("run(target_metadata)", 'run(target_metadata, version_table="it\'s")')
PLAIN_ENV_PY = """
import os
from alembic import context
from sqlalchemy import create_engine

with create_engine(os.environ["MIGRATION_DATABASE_URL"]).begin() as connection:
    context.configure(connection=connection, target_metadata=None, version_table="it's")
    context.run_migrations()
"""


@pytest.fixture
def other(tmp_path: Path, database: Database) -> Project:
    """The project that comes later; its revisions have the same ids."""
    other = Project(tmp_path / "other", database)
    (other.folder / "migrations/env.py").write_text(OTHER_ENV_PY)
    for number in ("001", "002"):
        other.sql(number, f"CREATE TABLE other_{number} (id int)", f"DROP TABLE other_{number}")
    return other


def outcomes(project: Project) -> list[tuple[str, str, str]]:
    rows = json.loads(project.rollout("history", "--json").stdout)
    return [(row["revision"], row["direction"], row["outcome"]) for row in rows]


def test_two_trees_with_the_same_ids_leave_each_other_alone(project: Project, other: Project) -> None:
    project.tables(1)
    project.upgrade()
    other.upgrade()
    project.tables(2)
    project.upgrade()
    for one in (project, other):
        assert "not ready" not in one.rollout("status").stdout
        assert outcomes(one) == [("002", "upgrade", "applied"), ("001", "upgrade", "applied")]
        assert "was not compared" not in one.rollout("drift").stderr
    assert other.alembic("downgrade", "base").returncode == 0
    assert "nothing to do" in project.alembic("upgrade", "head").stderr
    assert len(outcomes(other)) == 4
    assert len(outcomes(project)) == 2


def test_a_tree_of_plain_alembic_is_adopted_beside_one_with_a_history(project: Project, other: Project) -> None:
    (other.folder / "migrations/env.py").write_text(PLAIN_ENV_PY)
    other.upgrade()
    project.tables(1)
    project.upgrade()
    (other.folder / "migrations/env.py").write_text(OTHER_ENV_PY)
    other.upgrade()
    other.sql("003", "CREATE TABLE other_003 (id int)", "DROP TABLE other_003")
    other.upgrade()
    assert outcomes(other)[:2] == [("003", "upgrade", "applied"), ("002", "stamp", "applied")]
    other.sql("004", "SELECT 1 / 0")
    assert other.alembic("upgrade", "head").returncode == 1
    assert outcomes(project) == [("001", "upgrade", "applied")]
