"""What a role or a database sets for an application's sessions does not end a migration."""

import re

import pytest
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout.postgres.connection import session_settings

IDLE_SECONDS = 0.7
LIMITS = {
    "idle_in_transaction_session_timeout": 140000,
    "idle_session_timeout": 140000,
    "transaction_timeout": 170000,
    "statement_timeout": 130000,
    "lock_timeout": 130000,
}


def version(project: Project) -> int:
    return int(str(project.database.scalar("SHOW server_version_num")))


def set_for(project: Project, whose: str, setting: str) -> None:
    target = {
        "role": f"ROLE {project.database.owner}",
        "database": f"DATABASE {project.database.name}",
        "role in database": f"ROLE {project.database.owner} IN DATABASE {project.database.name}",
    }[whose]
    with project.database.connect(maintenance_url(project)) as superuser:
        superuser.exec_driver_sql(f"ALTER {target} SET {setting}")


def maintenance_url(project: Project) -> str:
    """A superuser's URL to a database without such settings."""
    return make_url(project.database.superuser_url).set(database="postgres").render_as_string(hide_password=False)


@pytest.mark.parametrize("whose", ["role", "database", "role in database"])
def test_a_revision_that_idles_longer_than_every_limit_is_applied(project: Project, whose: str) -> None:
    for limit, since in LIMITS.items():
        if version(project) >= since:
            set_for(project, whose, f"{limit} = '200ms'")
    project.revision("001", f"import time\nop.execute('CREATE TABLE t ()')\ntime.sleep({IDLE_SECONDS})")
    project.sql("002", f"SELECT pg_sleep({IDLE_SECONDS})")

    done = project.alembic("upgrade", "head", ROLLOUT_LINT="off")

    assert done.returncode == 0, done.stderr
    with project.database.connect(project.database.superuser_url) as superuser:
        assert superuser.exec_driver_sql("SELECT version_num FROM alembic_version").scalar() == "002"


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_no_limit_of_a_role_holds_in_a_session_of_a_migration(project: Project, limit: str, driver: str) -> None:
    if version(project) < LIMITS[limit]:
        pytest.skip(f"this server has no {limit}")
    set_for(project, "role", f"{limit} = '200ms'")
    project.revision("001", f"import time\nop.execute('CREATE TABLE t ()')\ntime.sleep({IDLE_SECONDS})")

    url = project.database.url.replace("+psycopg2", f"+{driver}")
    done = project.alembic("upgrade", "head", MIGRATION_DATABASE_URL=url)

    assert done.returncode == 0, done.stderr


def test_a_table_that_stays_locked_does_not_hold_up_the_start_for_ever(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "ALTER TABLE t001 ADD COLUMN a int", "ALTER TABLE t001 DROP COLUMN a")
    set_for(project, "role", "lock_timeout = 0")
    with project.database.engine().connect() as blocker:
        blocker.exec_driver_sql("LOCK TABLE t001")

        done = project.alembic("upgrade", "head", ROLLOUT_LOCK_TIMEOUT="100ms", ROLLOUT_LOCK_RETRY_FOR="300ms")

    assert done.returncode == 1
    assert "002 waited 100 ms for a lock behind pid" in done.stderr


def test_a_table_that_is_locked_while_drift_is_to_be_refused_ends_the_start(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "CREATE TABLE t002 ()", "DROP TABLE t002")
    with project.database.engine().connect() as blocker:
        blocker.exec_driver_sql("LOCK TABLE t001")

        done = project.alembic("upgrade", "head", ROLLOUT_DRIFT="refuse")
        warned = project.alembic("upgrade", "head", ROLLOUT_DRIFT="warn")

    assert done.returncode == 1
    assert "could not be compared with what the last migration left: another session has locked a table." in done.stderr
    assert "Start again when it has ended." in done.stderr
    assert warned.returncode == 0
    assert (
        "What was changed without a migration before is unknown: another session has locked a table." in warned.stderr
    )


def test_a_role_whose_transactions_are_serializable_migrates_in_read_committed(project: Project) -> None:
    set_for(project, "role", "default_transaction_isolation = 'serializable'")
    project.sql("001", "CREATE TABLE seen AS SELECT current_setting('transaction_isolation') AS level", "SELECT 1")

    project.upgrade(ROLLOUT_LINT="off")

    assert project.database.scalar("SELECT level FROM seen") == "read committed"


def test_the_search_path_of_a_role_stays(project: Project) -> None:
    project.database.execute("CREATE SCHEMA app")
    set_for(project, "role", "search_path = app, public")
    project.tables(1)

    project.upgrade()

    assert project.database.scalar("SELECT to_regclass('app.t001') IS NOT NULL")


@pytest.mark.parametrize("whose", ["role", "database"])
def test_a_role_that_may_only_read_is_one_line_with_its_remedy(project: Project, whose: str) -> None:
    set_for(project, whose, "default_transaction_read_only = on")
    project.tables(1)

    done = project.alembic("upgrade", "head")
    with project.database.connect(maintenance_url(project)) as superuser:
        superuser.exec_driver_sql(f"ALTER DATABASE {project.database.name} RESET ALL")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert re.search(r"read-only transaction.*default_transaction_read_only is on", done.stderr.splitlines()[-1])


@pytest.mark.parametrize(
    ("server", "lacks"),
    [
        (130022, {"idle_session_timeout", "client_connection_check_interval", "transaction_timeout"}),
        (140019, {"transaction_timeout"}),
        (160010, {"transaction_timeout"}),
        (170006, set()),
        (180004, set()),
    ],
)
def test_only_settings_that_a_server_knows_are_set(server: int, lacks: set[str]) -> None:
    assert set(session_settings(180004)) - set(session_settings(server)) == lacks


def test_every_setting_is_known_to_this_server(project: Project) -> None:
    settings = session_settings(version(project))
    known = {str(name) for (name,) in project.database.rows("SELECT name FROM pg_settings")}

    assert set(settings) <= known


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
def test_a_limit_of_a_millisecond_does_not_end_what_sqlalchemy_asks_first(project: Project, driver: str) -> None:
    set_for(project, "role", "idle_in_transaction_session_timeout = '1ms'")
    url = make_url(project.database.url).set(drivername=f"postgresql+{driver}").render_as_string(hide_password=False)
    project.tables(1)
    project.upgrade(MIGRATION_DATABASE_URL=url)


READ_OTHERWISE = ("standard_conforming_strings = off", "client_encoding = 'SJIS'")


@pytest.mark.parametrize("driver", ["psycopg2", "psycopg"])
@pytest.mark.parametrize("whose", ["role", "database", "role in database"])
def test_a_server_reads_strings_as_the_linter_has_read_them(project: Project, whose: str, driver: str) -> None:
    for setting in READ_OTHERWISE:
        set_for(project, whose, setting)
    url = project.database.url.replace("+psycopg2", f"+{driver}")
    project.sql("001", "CREATE TABLE t (a text); CREATE TABLE gone ()", "DROP TABLE gone; DROP TABLE t")
    # Read with an escape, the string ends at the last quote but one, and the DROP is a statement.
    project.sql("002", r"INSERT INTO t VALUES ('表\''); DROP TABLE gone; --')")

    first = project.alembic("upgrade", "001", MIGRATION_DATABASE_URL=url)
    done = project.alembic("upgrade", "head", MIGRATION_DATABASE_URL=url, ROLLOUT_LINT="off")
    for whom in (f"ROLE {project.database.owner}", f"DATABASE {project.database.name}"):
        with project.database.connect(maintenance_url(project)) as superuser:
            superuser.exec_driver_sql(f"ALTER {whom} RESET ALL")

    assert (first.returncode, done.returncode) == (0, 0), done.stderr
    assert project.database.rows("SELECT a FROM t") == [("表\\'); DROP TABLE gone; --",)]
    assert project.database.scalar("SELECT to_regclass('gone') IS NOT NULL")


def test_a_backslash_that_the_role_s_sessions_read_otherwise_is_a_finding(project: Project) -> None:
    project.sql("001", "CREATE TABLE t (a text)", "DROP TABLE t")
    project.upgrade()
    project.sql("002", r"INSERT INTO t VALUES ('C:\temp')", "DELETE FROM t WHERE a IS NOT NULL")

    assert project.alembic("upgrade", "head", "--sql").returncode == 0
    set_for(project, "role", "standard_conforming_strings = off")
    done = project.alembic("upgrade", "head")

    assert done.returncode == 4
    assert "setting-changes-meaning" in done.stderr
    assert "the backslash of this string escapes nothing here" in done.stderr
