"""Search paths: several schemas of which each is compared once, and none at all."""

import pytest
from sample_project import Project

MODELS = """
import sqlalchemy as sa

metadata = sa.MetaData()
key = lambda: sa.Column("id", sa.Integer, primary_key=True)
mood = sa.Enum("sad", "ok", name="mood", schema={types})
sa.Table("own", metadata, key(), sa.Column("m", mood, server_default="ok"), schema={own})
sa.Table("other", metadata, key(), sa.Column("n", sa.Integer, sa.ForeignKey({key}), index=True), schema={other})
"""
ENV = """
from alembic_rollout import run
from models import metadata

run(metadata, include_schemas=True, version_table_schema="app")
"""


def well(project: Project, *command: str, program: str = "alembic") -> str:
    done = project.run(*command, program=program)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    ("own", "other"), [("app", None), (None, "public"), ("app", "public"), (None, "more"), ("more", "app")]
)
def test_each_table_of_several_schemas_is_compared_once(project: Project, own: str | None, other: str | None) -> None:
    database = project.database
    database.execute("CREATE SCHEMA app; CREATE SCHEMA more")
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"ALTER ROLE {database.owner} SET search_path = app, public")
    key = f"{own}.own.id" if own else "own.id"
    models = MODELS.format(own=repr(own), other=repr(other), types=repr(own), key=repr(key))
    (project.folder / "models.py").write_text(models)
    (project.folder / "migrations/env.py").write_text(ENV)
    well(project, "revision", "--autogenerate", "-m", "one")
    well(project, "upgrade", "head")
    well(project, "check")
    well(project, "drift", "--ignore", "extension vector", program="alembic-rollout")
    well(project, "downgrade", "base")
    well(project, "upgrade", "head")


@pytest.mark.parametrize("command", ["upgrade head", "downgrade base", "check", "stamp head"])
def test_a_role_without_a_search_path_is_refused_with_the_remedy(project: Project, command: str) -> None:
    database = project.database
    project.tables(1)
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"ALTER ROLE {database.owner} SET search_path = ''")
    done = project.alembic(*command.split())
    assert done.returncode == 2, done.stdout + done.stderr
    assert f'ALTER ROLE "{database.owner}" SET search_path = public' in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("verb", ["status", "plan", "drift", "history"])
def test_no_verb_takes_such_a_database_for_empty(project: Project, verb: str) -> None:
    database = project.database
    project.tables(1)
    project.upgrade()
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"ALTER ROLE {database.owner} SET search_path = ''")
    done = project.rollout(verb)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "The search_path of" in done.stderr


def test_schemas_may_be_named_everywhere_in_place_of_a_search_path(project: Project) -> None:
    database = project.database
    database.execute("CREATE SCHEMA app")
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"ALTER ROLE {database.owner} SET search_path = ''")
    models = MODELS.format(own="'app'", other="'app'", types="'app'", key="'app.own.id'")
    (project.folder / "models.py").write_text(models)
    (project.folder / "migrations/env.py").write_text(ENV)
    well(project, "revision", "--autogenerate", "-m", "one")
    well(project, "upgrade", "head")
    well(project, "check")
