"""Failures that say what to do: those for which Alembic, pg_dump or PostgreSQL only say what is wrong."""

import pytest
from sample_project import Project


@pytest.mark.parametrize("command", ["upgrade -1", "upgrade +5", "downgrade +1"])
def test_a_step_in_the_wrong_direction_says_the_right_one(project: Project, command: str) -> None:
    project.tables(2)
    project.upgrade("001")
    done = project.alembic(*command.split())
    assert done.returncode == 2
    assert "`alembic upgrade +1` applies the next revision, `alembic downgrade -1` reverts the last" in done.stderr


def test_a_configuration_that_is_not_there_is_named(project: Project) -> None:
    done = project.rollout("-c", "nope.ini", "status")
    assert done.returncode == 2
    said = "nope.ini does not exist. Run the command in the project's folder, or name its file with -c."
    assert done.stderr.splitlines() == [said]


def test_heads_whose_ids_are_no_numbers_are_merged_and_not_renumbered(project: Project) -> None:
    for name in ("a1", "b2"):
        project.revision(name, after=None)
    done = project.alembic("upgrade", "head")
    assert done.returncode == 2
    assert 'Merge them (alembic merge heads -m "...")' in done.stderr
    assert "renumber" not in done.stderr
