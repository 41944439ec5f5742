"""Bad days: one clear line, a documented exit status, nothing half done, and the next start works."""

import re
import time

import pytest
from databases import Database
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout.postgres.run_lock import lock_key
from alembic_rollout.postgres.version_table import VersionTable
from proofs.bad_ends import assert_nothing_half_done, ended, fails, shorten
from proofs.own_server import own_server
from proofs.pgbouncer import pgbouncer
from proofs.sessions import run_lock_holder, run_lock_is_free, session_that_runs, terminate

# libpq does not always get to read the server's last words.
LOST = "(terminating connection due to administrator command|server closed the connection unexpectedly).*"


def test_the_migrating_session_is_terminated_in_the_middle_of_a_revision(halfway: Project) -> None:
    process = halfway.start("upgrade", "head")
    terminate(halfway.database, session_that_runs(halfway.database, "pg_sleep"))
    status, line = ended(process)
    assert status == 1
    assert re.fullmatch(f"Upgrading to 002 failed: {LOST}", line)
    assert_nothing_half_done(halfway, said=LOST)


def test_a_revision_whose_run_lock_is_lost_meanwhile_is_not_committed(halfway: Project) -> None:
    shorten(halfway, "SELECT pg_sleep(1.5)")
    process = halfway.start("upgrade", "head")
    session_that_runs(halfway.database, "pg_sleep")
    terminate(halfway.database, run_lock_holder(halfway.database))
    status, line = ended(process)
    assert status == 1
    assert line.startswith("Upgrading to 002 failed: The run lock was lost with its connection")
    assert_nothing_half_done(halfway, said="run lock was lost")


def test_the_server_is_restarted_in_the_middle_of_a_revision(halfway: Project) -> None:
    with own_server() as (program, server), server.database() as database:
        halfway.database = database
        halfway.upgrade("001")
        process = halfway.start("upgrade", "head")
        session_that_runs(database, "pg_sleep")
        program.stop("immediate")
        program.start()
        status, line = ended(process)
        assert status == 1
        assert line.startswith("Upgrading to 002 failed: ")
        # The row was there before the attempt began; nobody was left to say more.
        assert_nothing_half_done(halfway, said="interrupted")


def test_a_server_that_is_starting_is_waited_for_and_a_line_says_so(halfway: Project) -> None:
    with own_server() as (program, server), server.database() as database:
        halfway.database = database
        program.stop("fast")
        process = halfway.start("upgrade", "001")
        assert process.stderr is not None
        assert "Waiting for" in process.stderr.readline()
        program.start()
        assert ended(process) == (0, "")
        assert database.scalar("SELECT version_num FROM alembic_version") == "001"


def test_a_server_that_takes_no_writes(project: Project, database: Database) -> None:
    project.tables(1)
    read_only = make_url(database.url).update_query_dict({"options": "-c default_transaction_read_only=on"})
    status, line = fails(project, MIGRATION_DATABASE_URL=read_only.render_as_string(hide_password=False))
    assert status == 1
    assert "read-only transaction" in line
    assert run_lock_is_free(database)
    project.upgrade()


def test_a_role_that_may_not_create_tables(project: Project, database: Database) -> None:
    project.tables(1)
    status, line = fails(project, MIGRATION_DATABASE_URL=database.app_url)
    assert status == 1
    assert "permission denied for schema public" in line
    assert run_lock_is_free(database)
    project.upgrade()


def test_a_role_that_does_not_own_what_a_revision_alters(project: Project, database: Database) -> None:
    project.tables(1)
    project.upgrade()
    with database.connect(database.superuser_url) as connection:
        connection.exec_driver_sql("ALTER TABLE t001 OWNER TO CURRENT_USER")
    project.sql("002", "ALTER TABLE t001 ADD COLUMN name text")
    status, line = fails(project)
    assert status == 1
    assert line.startswith("Upgrading to 002 failed: must be owner of table t001")
    with database.connect(database.superuser_url) as connection:
        connection.exec_driver_sql(f"ALTER TABLE t001 OWNER TO {database.owner}")
    project.upgrade()


def test_a_wrong_password_is_not_waited_for(project: Project, database: Database) -> None:
    project.tables(1)
    wrong = make_url(database.url).set(password="not-the-password").render_as_string(hide_password=False)
    started = time.monotonic()
    status, line = fails(project, MIGRATION_DATABASE_URL=wrong, ROLLOUT_WAIT="60s")
    assert status == 1
    assert "refuses the connection" in line
    assert "password authentication failed" in line
    assert "not-the-password" not in line
    assert time.monotonic() - started < 30


def test_a_database_that_is_not_there_is_waited_for_and_then_named(project: Project, database: Database) -> None:
    project.tables(1)
    nowhere = make_url(database.url).set(database="nowhere").render_as_string(hide_password=False)
    status, line = fails(project, MIGRATION_DATABASE_URL=nowhere, ROLLOUT_WAIT="500ms")
    assert status == 1
    assert "did not answer within 500 ms (ROLLOUT_WAIT)" in line
    assert 'database "nowhere" does not exist' in line
    assert str(make_url(database.url).password) not in line


@pytest.mark.parametrize("pool_size", [1, 20])
def test_a_pooler_in_transaction_mode_is_refused_before_anything_is_touched(
    project: Project, database: Database, pool_size: int
) -> None:
    project.tables(1)
    with pgbouncer(database, pool_mode="transaction", pool_size=pool_size) as url:
        status, line = fails(project, MIGRATION_DATABASE_URL=url)
    assert status == 2
    assert line.startswith("A connection pooler in transaction mode answers at 127.0.0.1")
    assert "MIGRATION_DATABASE_URL" in line
    assert database.scalar("SELECT to_regclass('t001') IS NULL")
    project.upgrade()


def test_a_pooler_in_session_mode_is_as_good_as_none(project: Project, database: Database) -> None:
    project.tables(2)
    with pgbouncer(database, pool_mode="session") as url:
        project.upgrade(MIGRATION_DATABASE_URL=url)
        assert run_lock_is_free(database), "although the pooler keeps the session that held it"
    assert database.scalar("SELECT count(*) FROM alembic_rollout_history WHERE outcome = 'applied'") == 2


def test_a_process_that_migrates_for_too_long_is_named(project: Project, database: Database) -> None:
    project.tables(1)
    with database.connect(f"{database.url}?application_name=alembic-rollout") as other:
        key = lock_key(database.name, VersionTable(None, "alembic_version"))
        other.exec_driver_sql("SELECT pg_advisory_lock(%s)", (key,))
        pid = other.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        status, line = fails(project, ROLLOUT_RUN_LOCK_WAIT="1s")
    assert status == 5
    assert f"alembic-rollout (pid {pid}" in line
    assert "ROLLOUT_RUN_LOCK_WAIT" in line
    assert database.scalar("SELECT to_regclass('t001') IS NULL")
    project.upgrade()
