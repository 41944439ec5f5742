"""Every verb against a database with 500 revisions."""

import json

import pytest
from sample_project import Project

COUNT = 500


@pytest.fixture
def grown(project: Project) -> Project:
    """At 500 of 501 revisions, with a model for each table that is there."""
    project.tables(COUNT + 1)
    project.upgrade(str(COUNT))
    (project.folder / "models.py").write_text(
        "import sqlalchemy as sa\n\nmetadata = sa.MetaData()\n"
        f"for number in range(1, {COUNT + 1}):\n"
        "    sa.Table(f't{number:03d}', metadata, sa.Column('id', sa.BigInteger, primary_key=True))\n"
    )
    return project


def test_every_verb_works_on_a_database_with_500_revisions(grown: Project) -> None:
    admin = {"ROLLOUT_ADMIN_URL": grown.database.superuser_url}
    status = json.loads(grown.rollout("status", "--json").stdout)
    assert (status["current"], status["pending"]) == ("500", ["501"])
    for verb in (
        ["plan"],
        ["lint"],
        ["lint", "--all"],
        ["drift", "--ignore", "extension *"],
        ["rehearse"],
        ["history", "--limit", "1000"],
        ["backup"],
        ["repair"],
        ["renumber"],
    ):
        done = grown.rollout(*verb, **admin)
        assert done.returncode == 0, (verb, done.stdout[-2000:], done.stderr[-2000:])
    [made] = (grown.folder / "backups").glob("*.dump")
    done = grown.rollout("restore", str(made), "--yes", **admin)
    assert done.returncode == 0, done.stderr
    assert json.loads(grown.rollout("status", "--json").stdout)["current"] == "500"


def test_every_command_of_alembic_works_on_a_database_with_500_revisions(grown: Project) -> None:
    for command in (
        ["upgrade", "head"],
        ["current"],
        ["history"],
        ["heads"],
        ["downgrade", "-1"],
        ["check"],
        ["stamp", "501"],
        ["stamp", "500"],
        ["downgrade", "490"],
        ["upgrade", "head", "--sql"],
        ["revision", "-m", "one more"],
    ):
        done = grown.alembic(*command)
        expected = 255 if command == ["check"] else 0  # Alembic's own status: 501 is pending
        assert done.returncode == expected, (command, done.stderr[-2000:])
    assert (grown.versions / "502_one_more.py").exists()
