"""Backfills in real `alembic upgrade head` processes, with alembic-rollout and with Alembic alone."""

import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
from databases import Database
from sample_project import Project

ROWS = 20_000
BACKFILL = 'operations.backfill("counters", set_="n = n + 1", where="id > 100", batch_size=200, pause=0.05)'
EXPECTED = [(0, 100), (1, ROWS - 100)]


@pytest.fixture
def counters(any_project: Project) -> Project:
    """A project whose first revision makes a table with rows."""
    any_project.revision(
        "001",
        f"""
        op.execute("CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL DEFAULT 0)")
        op.execute("INSERT INTO counters SELECT generate_series(1, {ROWS})")
        """,
        'op.drop_table("counters")',
    )
    any_project.upgrade()
    return any_project


def counts(database: Database) -> list[tuple[object, ...]]:
    return database.rows("SELECT n, count(*) FROM counters GROUP BY n ORDER BY n")


def wait_for_rows(database: Database, rows: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if database.scalar("SELECT to_regclass('alembic_rollout_backfill') IS NOT NULL") and database.scalar(
            f"SELECT coalesce(sum(rows_changed), 0) > {rows} FROM alembic_rollout_backfill"  # noqa: S608 - a number
        ):
            return
        time.sleep(0.02)
    pytest.fail("The backfill did not come that far.")


def take_back_halfway(counters: Project, database: Database) -> None:
    """Kill the upgrade in its backfill, take the revision before it back, and go forward again."""
    process = counters.start("upgrade", "head", ROLLOUT_LINT="off")
    wait_for_rows(database, 3000)
    process.kill()
    process.communicate()
    assert counters.alembic("downgrade", "-1").returncode == 0
    counters.upgrade(ROLLOUT_LINT="off")


def is_forgotten(database: Database) -> bool:
    return database.scalar("SELECT to_regclass('alembic_rollout_backfill') IS NULL") is True


def test_a_column_that_was_taken_back_meanwhile_is_filled_from_the_beginning(
    counters: Project, database: Database
) -> None:
    add = ("ALTER TABLE counters ADD COLUMN m int", "ALTER TABLE counters DROP COLUMN m")
    counters.sql("002", *add)
    counters.upgrade(ROLLOUT_LINT="off")
    counters.revision("003", BACKFILL.replace("n = n + 1", "m = 1").replace("id > 100", "m IS NULL"))
    take_back_halfway(counters, database)
    assert database.scalar("SELECT count(*) FROM counters WHERE m IS NULL") == 0


def test_what_is_taken_back_beside_it_does_not_change_rows_twice(counters: Project, database: Database) -> None:
    counters.sql("002", "ALTER TABLE counters ADD COLUMN m int", "ALTER TABLE counters DROP COLUMN m")
    counters.upgrade(ROLLOUT_LINT="off")
    counters.revision("003", BACKFILL)
    take_back_halfway(counters, database)
    assert counts(database) == EXPECTED


def test_killed_in_the_middle_the_next_start_finishes_it(counters: Project, database: Database) -> None:
    counters.revision("002", BACKFILL)
    for rows in (500, 3000):
        process = counters.start("upgrade", "head", ROLLOUT_LINT="off")
        wait_for_rows(database, rows)
        process.kill()
        process.communicate()
        assert counts(database) != EXPECTED
    done = counters.alembic("upgrade", "head", ROLLOUT_LINT="off")
    assert done.returncode == 0, done.stderr
    assert "Continuing the backfill of public.counters" in done.stderr
    assert counts(database) == EXPECTED
    assert database.scalar("SELECT version_num FROM alembic_version") == "002"
    assert is_forgotten(database)


def test_killed_between_two_helpers_the_first_is_not_repeated(counters: Project, database: Database) -> None:
    counters.revision(
        "002",
        f"""
        operations.backfill("counters", set_="n = n + 10", batch_size=5000, pause=0)
        operations.create_index_concurrently("ix_counters_n", "counters", ["n"])
        {BACKFILL}
        """,
    )
    process = counters.start("upgrade", "head", ROLLOUT_LINT="off")
    wait_for_rows(database, ROWS + 500)
    process.kill()
    process.communicate()
    counters.upgrade(ROLLOUT_LINT="off")
    assert counts(database) == [(10, 100), (11, ROWS - 100)]
    assert is_forgotten(database)


def test_a_revision_that_fails_behind_it_does_not_repeat_it(counters: Project, database: Database) -> None:
    file = counters.revision("002", f'{BACKFILL}\nop.execute("SELECT 1/0")')
    failed = counters.alembic("upgrade", "head", ROLLOUT_LINT="off")
    assert failed.returncode == 1
    assert counts(database) == EXPECTED
    file.write_text(file.read_text().replace("SELECT 1/0", "SELECT 1"))
    counters.upgrade(ROLLOUT_LINT="off")
    assert counts(database) == EXPECTED
    assert is_forgotten(database)


def test_taken_back_and_applied_again_it_runs_again(counters: Project, database: Database) -> None:
    counters.revision(
        "002",
        'operations.backfill("counters", set_="n = n + 1")',
        'operations.backfill("counters", set_="n = n + 100")',
    )
    for expected in (101, 202):
        counters.upgrade(ROLLOUT_LINT="off")
        done = counters.alembic("downgrade", "-1")
        assert done.returncode == 0, done.stderr
        assert counts(database) == [(expected, ROWS)]
    assert is_forgotten(database)


def test_two_processes_at_once_change_every_row_once(counters: Project, database: Database) -> None:
    counters.revision("002", BACKFILL)
    both = [counters.start("upgrade", "head", ROLLOUT_LINT="off") for _ in range(2)]
    errors = [process.communicate(timeout=120)[1] for process in both]
    assert any(process.returncode == 0 for process in both), errors
    assert counts(database) == EXPECTED


def test_the_position_is_kept_beside_the_version_table(project: Project, database: Database) -> None:
    database.execute("CREATE SCHEMA bookkeeping")
    env = project.folder / "migrations/env.py"
    env.write_text(
        env.read_text().replace("run(target_metadata)", 'run(target_metadata, version_table_schema="bookkeeping")')
    )
    project.revision("001", 'op.execute("CREATE TABLE counters AS SELECT generate_series(1, 50) AS id, 0 AS n")')
    project.revision("002", 'op.execute("ALTER TABLE counters ADD PRIMARY KEY (id)")')
    project.upgrade()
    failing = 'operations.backfill("counters", set_="n = 1 / 0")'
    file = project.revision("003", failing)
    failed = project.alembic("upgrade", "head", ROLLOUT_LINT="off")
    assert "division by zero" in failed.stderr
    assert database.scalar("SELECT count(*) FROM bookkeeping.alembic_rollout_backfill") == 1
    file.write_text(file.read_text().replace("1 / 0", "1"))
    project.upgrade(ROLLOUT_LINT="off")
    assert database.scalar("SELECT to_regclass('bookkeeping.alembic_rollout_backfill') IS NULL") is True


def test_at_a_terminal_a_bar_shows_how_far_it_is(counters: Project, database: Database) -> None:
    counters.revision("002", BACKFILL)
    controller, terminal = pty.openpty()
    process = subprocess.Popen(
        [Path(sys.executable).parent / "alembic", "upgrade", "head"],
        cwd=counters.folder,
        env=counters.environment(ROLLOUT_LINT="off", TERM="xterm", COLUMNS="120"),
        stdout=subprocess.DEVNULL,
        stderr=terminal,
    )
    os.close(terminal)
    seen = b""
    while chunk := _read(controller):
        seen += chunk
    os.close(controller)
    assert process.wait() == 0
    text = seen.decode()
    assert "Backfilling public.counters" in text
    assert "rows/s" in text
    assert f"{ROWS}/{ROWS}" in text
    assert "100%" in text


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # how Linux says that nobody has the other end open any more
        return b""
