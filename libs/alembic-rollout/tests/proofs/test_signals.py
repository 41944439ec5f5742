"""SIGTERM and SIGINT at every kind of moment: the process ends at once, the run lock is free, nothing is half done."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from databases import Database
from forks import Process
from sample_project import Project
from sqlalchemy import make_url

from alembic_rollout.postgres.run_lock import lock_key
from alembic_rollout.postgres.version_table import VersionTable
from proofs.bad_ends import HISTORY, assert_nothing_half_done, ended
from proofs.sessions import (
    run_lock_is_free,
    session_that_has_run,
    session_that_runs,
    session_that_waits_for_a_lock,
)

# What it interrupts takes a minute. An idle machine is done with it in 0.2 s.
WITHIN_SECONDS = 20.0
SIGNALS = pytest.mark.parametrize(
    ("number", "status"),
    [pytest.param(signal.SIGTERM, 143, id="SIGTERM"), pytest.param(signal.SIGINT, 130, id="SIGINT")],
)

# COMMIT has been sent and answered, and nobody in Python has heard of it yet.
_SIGNAL_AFTER_COMMIT = """
import os
from sqlalchemy.engine.default import DefaultDialect

commit = DefaultDialect.do_commit


def commit_and_signal(self, connection):
    cursor = connection.cursor()
    cursor.execute("SELECT to_regclass('t001') IS NOT NULL")
    applied = cursor.fetchone()[0]
    cursor.close()
    commit(self, connection)
    if applied:
        os.kill(os.getpid(), {number})


DefaultDialect.do_commit = commit_and_signal
"""


def end(process: Process, number: signal.Signals) -> tuple[int, str]:
    """Send a signal; the process ends at once. Return its exit status and its line."""
    process.send_signal(number)
    return ended(process, within=WITHIN_SECONDS)


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else's transaction that has the table `t001` to itself."""
    with database.engine().connect() as other:
        other.exec_driver_sql("LOCK TABLE t001")
        yield


@pytest.fixture
def altering(project: Project) -> Project:
    """A project whose pending revision alters a table."""
    project.tables(1)
    project.upgrade()
    project.revision(
        "002", 'op.execute("CREATE TABLE half (id int)")\nop.add_column("t001", sa.Column("name", sa.Text()))'
    )
    return project


@SIGNALS
def test_in_a_long_statement(halfway: Project, number: signal.Signals, status: int) -> None:
    process = halfway.start_fresh("upgrade", "head")
    session_that_runs(halfway.database, "pg_sleep")
    assert end(process, number) == (status, "Interrupted.")
    assert_nothing_half_done(halfway, said="interrupted")


@SIGNALS
def test_in_a_long_statement_of_psycopg_3(halfway: Project, number: signal.Signals, status: int) -> None:
    url = make_url(halfway.database.url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    process = halfway.start("upgrade", "head", MIGRATION_DATABASE_URL=url)
    session_that_runs(halfway.database, "pg_sleep")
    assert end(process, number) == (status, "Interrupted.")
    assert_nothing_half_done(halfway, said="interrupted")


@SIGNALS
def test_in_a_long_statement_of_an_autocommit_block(halfway: Project, number: signal.Signals, status: int) -> None:
    halfway.revision(
        "002", 'with op.get_context().autocommit_block():\n    op.execute("SELECT pg_sleep(60)")', slug="step"
    )
    process = halfway.start("upgrade", "head")
    session_that_runs(halfway.database, "pg_sleep")
    assert end(process, number) == (status, "Interrupted.")
    assert_nothing_half_done(halfway, said="interrupted")


@SIGNALS
def test_in_python_code_of_a_revision(halfway: Project, number: signal.Signals, status: int) -> None:
    halfway.revision(
        "002",
        "import os, time\n"
        'op.execute("SELECT pg_sleep(0)")\n'
        'time.sleep(int(os.environ.get("SLEEP", "0")))\n'
        'op.execute("SELECT pg_sleep(60)")',
    )
    # What reads the revision before it runs meets the same sleep and gives up after this time.
    process = halfway.start("upgrade", "head", SLEEP="60", ROLLOUT_RENDER_TIMEOUT="1s")
    session_that_has_run(halfway.database, "pg_sleep(0)")
    assert end(process, number) == (status, "Interrupted.")
    assert_nothing_half_done(halfway, said="interrupted")


@SIGNALS
def test_while_a_statement_waits_for_a_lock(altering: Project, number: signal.Signals, status: int) -> None:
    with locked(altering.database):
        process = altering.start("upgrade", "head", ROLLOUT_LOCK_TIMEOUT="60s")
        # Not the look at the catalogue before it, which gives up after a millisecond.
        session_that_waits_for_a_lock(altering.database, "ALTER TABLE")
        assert end(process, number) == (status, "Interrupted.")
    assert_nothing_half_done(altering, said="interrupted")


@SIGNALS
def test_in_the_pause_before_a_lock_is_tried_again(altering: Project, number: signal.Signals, status: int) -> None:
    with locked(altering.database):
        process = altering.start("upgrade", "head", ROLLOUT_LOCK_TIMEOUT="100ms", ROLLOUT_LOCK_RETRY_PAUSE="60s")
        assert process.stderr is not None
        assert "attempt 2 follows" in process.stderr.readline()
        assert end(process, number) == (status, "Interrupted.")
    assert_nothing_half_done(altering, said="interrupted")


@SIGNALS
def test_just_after_the_commit_the_revision_counts_as_applied(
    project: Project, number: signal.Signals, status: int
) -> None:
    project.tables(2)
    with (project.folder / "migrations/env.py").open("r+") as env_py:
        call = env_py.read()
        env_py.seek(0)
        env_py.write(_SIGNAL_AFTER_COMMIT.format(number=int(number)) + call)
    process = project.start("upgrade", "head")
    assert ended(process) == (status, "Interrupted.")
    assert project.database.rows(HISTORY) == [("001", "applied", None)]
    assert project.database.rows("SELECT version_num FROM alembic_version") == [("001",)]


@SIGNALS
def test_while_another_process_has_the_run_lock(altering: Project, number: signal.Signals, status: int) -> None:
    database = altering.database
    before = database.rows(HISTORY)
    with database.connect() as other:
        key = lock_key(database.name, VersionTable(None, "alembic_version"))
        other.exec_driver_sql("SELECT pg_advisory_lock(%s)", (key,))
        process = altering.start("upgrade", "head")
        session_that_has_run(database, "pg_try_advisory_lock")
        assert end(process, number) == (status, "Interrupted.")
    assert run_lock_is_free(database)
    assert database.rows(HISTORY) == before
