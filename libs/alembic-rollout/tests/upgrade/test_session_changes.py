"""A revision that fails because it changes its session: the line has the true reason, and what to do instead."""

import pytest
from sample_project import Project

RESET = "RESET ALL has undone what a migration sets for its session"
AS_ANOTHER = "the revision has sent SET ROLE, and that role may not do it. End it with RESET ROLE"
PATH = "the revision has set search_path, in which that table is not. Send RESET search_path"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("RESET ALL", RESET),
        ("DO $$ BEGIN RESET ALL; END $$", RESET),
        ("DISCARD ALL", "DISCARD ALL cannot run inside a transaction block. Leave it out"),
        ("SET SESSION AUTHORIZATION {app}", "Only a superuser may act as another session's role. Leave it out"),
        ("SET ROLE {app}", AS_ANOTHER),
        ("SET LOCAL ROLE {app}", AS_ANOTHER),
        ("SELECT set_config('role', '{app}', false)", AS_ANOTHER),
        ("SET ROLE pg_monitor", AS_ANOTHER),
        ("SET search_path = ''", PATH),
        ("SET LOCAL search_path = pg_catalog", PATH),
    ],
)
def test_the_reason_is_what_the_revision_did_and_nothing_of_it_stays(project: Project, sql: str, said: str) -> None:
    project.tables(1)
    project.upgrade()
    app = f"{project.database.name}_app"
    with project.database.connect(project.database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"GRANT {app}, pg_monitor TO {project.database.owner}")
    project.revision("002", f"op.execute('CREATE TABLE t002 ()')\nop.execute({sql.format(app=app)!r})")

    done = project.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_BACKUP="never")

    assert done.returncode == 1
    assert said in done.stderr
    assert "ended its own transaction" not in done.stderr
    assert project.database.scalar("SELECT to_regclass('t002') IS NULL")
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "001"


def test_a_commit_is_still_the_reason_beside_a_reset(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.revision("002", "op.execute('CREATE TABLE t002 ()')\nop.execute('COMMIT')\nop.execute('RESET ALL')")

    done = project.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_BACKUP="never")

    assert "it ended its own transaction" in done.stderr


@pytest.mark.parametrize(
    "sql",
    [
        "SET ROLE {app}; RESET ROLE",
        "SET LOCAL ROLE {app}; SET LOCAL ROLE NONE",
        "RESET SESSION AUTHORIZATION",
        "SET SESSION AUTHORIZATION DEFAULT",
        "SET LOCAL search_path = pg_catalog; RESET search_path",
        "SET LOCAL work_mem = '8MB'; RESET work_mem",
    ],
)
def test_what_is_put_back_hinders_nothing(project: Project, sql: str) -> None:
    project.tables(1)
    app = f"{project.database.name}_app"
    with project.database.connect(project.database.superuser_url) as superuser:
        superuser.exec_driver_sql(f"GRANT {app} TO {project.database.owner}")
    project.sql("002", sql.format(app=app))

    project.upgrade()

    assert project.database.scalar("SELECT version_num FROM alembic_version") == "002"
