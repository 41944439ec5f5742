"""Rehearsals in this process, and databases whose schema a rehearsal has to copy."""

import json

import pytest
from alembic.config import Config
from sample_project import Project

from alembic_rollout.commands.rehearse import rehearse_command
from alembic_rollout.errors import RolloutError
from alembic_rollout.project.environment import Environment, load_environment
from rehearsal.rehearsed import MakeEnvironment, Rehearse, Rehearsed


@pytest.fixture
def environment(project: Project, monkeypatch: pytest.MonkeyPatch) -> MakeEnvironment:
    """Makes the environment of the project, with settings; the superuser may create databases."""
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    monkeypatch.chdir(project.folder)

    def make(**settings: object) -> Environment:
        config = Config(project.ini)
        config.attributes["rollout"] = {"admin_url": project.database.superuser_url, **settings}
        return load_environment(config)

    return make


@pytest.fixture
def rehearse(environment: MakeEnvironment, capsys: pytest.CaptureFixture[str]) -> Rehearse:
    """Runs `rehearse --json` in this process."""

    def run(to: str = "head", **settings: object) -> Rehearsed:
        error = None
        capsys.readouterr()
        try:
            rehearse_command(environment(**settings), to=to, as_json=True)
        except RolloutError as raised:
            error = raised
        printed = capsys.readouterr().out
        if error and not printed:
            raise error
        return Rehearsed(json.loads(printed), error)

    return run


TABLES = """
    CREATE TABLE profiles (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(100) NOT NULL, age int);
    CREATE TABLE pets (id bigint PRIMARY KEY, profile_id bigint, name text)
"""


@pytest.fixture
def shop(project: Project) -> Project:
    """A project whose database is at 001, with two tables and a row."""
    project.sql("001", TABLES, "DROP TABLE profiles, pets")
    project.database.execute(TABLES)
    project.database.execute("CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)")
    project.database.execute("INSERT INTO alembic_version VALUES ('001')")
    project.database.execute("INSERT INTO profiles (email, age) VALUES ('a@example.org', 1)")
    return project
