"""Names that have to be quoted, doubled or escaped somewhere: every verb takes them, for every kind of object."""

import pytest
from sample_project import Project
from sqlalchemy import make_url

LONGEST = "n" * 60 + "日"  # 63 bytes, the most that PostgreSQL keeps
NAMES = ["50%", 'a"b', "a'b", "a :b", "日本", LONGEST]


def models(name: str) -> str:
    """Return models whose schema, table, column, index, constraint and enum have a name."""
    return f"""
import sqlalchemy as sa

NAME = {name!r}
metadata = sa.MetaData(schema=NAME)
sa.Table(
    NAME,
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column(NAME, sa.Enum(NAME, "ok", name=NAME + "e" if len(NAME) < 60 else "e", schema=NAME), nullable=False),
    sa.Column("n", sa.Integer, sa.CheckConstraint("n > 0", name=NAME), server_default="7", index=True),
    comment=NAME,
)
"""


@pytest.fixture
def named(project: Project, request: pytest.FixtureRequest) -> Project:
    """A project whose objects have the name, the version table and its schema among them."""
    name = request.param
    (project.folder / "models.py").write_text(models(name))
    (project.folder / "migrations/env.py").write_text(
        "from alembic_rollout import run\nfrom models import NAME, metadata\n"
        "run(metadata, version_table=NAME + 'v' if len(NAME) < 60 else 'v', version_table_schema=NAME,"
        " include_schemas=True, include_name=lambda name, kind, _: kind != 'schema' or name == NAME)\n"
    )
    with (project.folder / "pyproject.toml").open("a") as file:
        file.write('backup = "never"\n')
    quoted = '"' + name.replace('"', '""') + '"'
    project.database.execute(f"CREATE SCHEMA {quoted}".replace("%", "%%"))
    return project


def well(project: Project, *command: str, program: str = "alembic") -> str:
    done = project.run(*command, program=program, ROLLOUT_ADMIN_URL=project.database.superuser_url)
    assert done.returncode == 0, f"{command}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.parametrize("named", NAMES, indirect=True)
def test_every_verb_takes_a_name(named: Project) -> None:
    well(named, "revision", "--autogenerate", "-m", "one")
    helpers = """
        from models import NAME
        operations.create_index_concurrently(NAME[:50] + "_ix", NAME, [NAME], schema=NAME)
        operations.add_check(NAME[:50] + "_ck", NAME, "n < 1000", schema=NAME)
        operations.backfill(NAME, set_="n = 5", where="n = 7", schema=NAME)
        operations.set_not_null(NAME, "n", schema=NAME)
    """
    back = """
        from models import NAME
        operations.drop_index_concurrently(NAME[:50] + "_ix", schema=NAME)
        op.drop_constraint(NAME[:50] + "_ck", NAME, schema=NAME)
        op.alter_column(NAME, "n", nullable=True, schema=NAME)
    """
    well(named, "lint", program="alembic-rollout")
    well(named, "rehearse", program="alembic-rollout")
    well(named, "plan", program="alembic-rollout")
    well(named, "upgrade", "head")
    well(named, "check")
    url = make_url(named.database.url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    assert named.alembic("check", MIGRATION_DATABASE_URL=url).returncode == 0
    well(named, "drift", "--ignore", "extension vector", program="alembic-rollout")
    assert "001" in well(named, "status", "--json", program="alembic-rollout")
    assert "001" in well(named, "history", program="alembic-rollout")
    well(named, "backup", program="alembic-rollout")
    [dump] = (named.folder / "backups").glob("*.dump")
    named.revision("002", helpers, back, header='accepted = {"contract-in-expand": "tried here"}')
    well(named, "upgrade", "head")
    well(named, "downgrade", "-1")
    well(named, "restore", str(dump), "--yes", program="alembic-rollout")
    well(named, "downgrade", "base")
