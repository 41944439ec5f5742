"""What cannot be compared is said, and is no difference."""

from sample_project import Project

MODELS = """
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import DOMAIN

metadata = sa.MetaData()
sa.Table(
    "t", metadata, sa.Column("id", sa.Integer, primary_key=True), sa.Column("s", DOMAIN("share", sa.Numeric(5, 2))),
    sa.CheckConstraint("id IN (1, 2)", name="few"), sa.Index("ix", "s", postgresql_where=sa.text("id IN (1, 2)")),
)
"""


def test_a_role_that_may_not_create_temporary_tables_compares_the_rest(project: Project) -> None:
    database = project.database
    (project.folder / "models.py").write_text(MODELS)
    assert project.alembic("revision", "--autogenerate", "-m", "one").returncode == 0
    project.upgrade()
    with database.connect(database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"REVOKE TEMPORARY ON DATABASE {database.name} FROM PUBLIC, {database.owner}")

    done = project.alembic("check")

    assert done.returncode == 0, done.stdout + done.stderr
    for kind in ("check constraints", "indexes", "domains"):
        said = f"Definitions of {kind} were not compared in PostgreSQL's words: {database.owner} may not create"
        assert done.stderr.count(said) == 1
