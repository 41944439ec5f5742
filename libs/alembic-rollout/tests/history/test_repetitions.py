"""A start that fails again and again for one cause is one row, counted; one that runs is shown as running."""

import json
import time

from sample_project import Project

ROWS = "SELECT revision, outcome, occurrences, error FROM alembic_rollout_history ORDER BY id"


def test_one_cause_is_one_row_and_another_cause_another(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "SELECT 1 / 0")
    for _ in range(4):
        assert project.alembic("upgrade", "head").returncode == 1
    assert project.database.rows(f"{ROWS} OFFSET 1") == [("002", "failed", 4, "division by zero")]
    project.sql("002", "SELECT nothing()")
    assert project.alembic("upgrade", "head").returncode == 1
    assert [row[2] for row in project.database.rows(f"{ROWS} OFFSET 1")] == [4, 1]
    assert "failed (4 times)" in project.rollout("history").stdout
    shown = json.loads(project.rollout("history", "--json").stdout)
    assert [row["cause"] for row in shown] == ["42883", "22012", None]  # undefined_function, division_by_zero


def test_a_refusal_is_counted_too(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.sql("002", "ALTER TABLE t001 DROP COLUMN id")
    for _ in range(3):
        assert project.alembic("upgrade", "head").returncode == 4
    [(revision, outcome, occurrences, error)] = project.database.rows(f"{ROWS} OFFSET 1")
    assert (revision, outcome, occurrences) == ("002", "failed", 3)
    assert "contract-in-expand" in str(error)


def test_interruptions_in_a_row_are_counted(project: Project) -> None:
    project.sql("001", "SELECT pg_sleep(60)")
    for _ in range(3):
        process = project.start("upgrade", "head")
        wait_until_it_sleeps(project)
        process.kill()
        process.communicate(timeout=20)
        wait_until_nothing_sleeps(project)
    project.sql("001", "SELECT pg_sleep(0)")
    project.upgrade()
    assert [row[:3] for row in project.database.rows(ROWS)] == [("001", "failed", 3), ("001", "applied", 1)]


def test_what_is_under_way_is_running_and_what_was_killed_is_not(project: Project) -> None:
    project.sql("001", "SELECT pg_sleep(60)")
    process = project.start("upgrade", "head")
    wait_until_it_sleeps(project)
    running = json.loads(project.rollout("history", "--json").stdout)
    assert [row["outcome"] for row in running] == ["running"]
    assert "upgrade 001 is under way since" in project.rollout("status").stdout
    process.kill()
    process.communicate(timeout=20)
    wait_until_nothing_sleeps(project)
    assert [row["outcome"] for row in json.loads(project.rollout("history", "--json").stdout)] == ["failed"]


def test_a_history_of_an_earlier_version_is_read_and_goes_on(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    project.database.execute(
        "ALTER TABLE alembic_rollout_history DROP COLUMN occurrences, DROP COLUMN last_started_at, DROP COLUMN cause,"
        " DROP COLUMN version_table"
    )
    [row] = json.loads(project.rollout("history", "--json").stdout)
    assert (row["occurrences"], row["cause"]) == (1, None)
    project.tables(2)
    project.upgrade()
    assert [row[:3] for row in project.database.rows(ROWS)] == [("001", "applied", 1), ("002", "applied", 1)]


SLEEPING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'SELECT pg_sleep(60)'"


def wait_until_it_sleeps(project: Project) -> None:
    deadline = time.monotonic() + 60
    while project.database.scalar(f"{SLEEPING} AND state = 'active'") == 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def wait_until_nothing_sleeps(project: Project) -> None:
    deadline = time.monotonic() + 60
    lock = (
        "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
        " WHERE locktype = 'advisory' AND datname = current_database()"
    )
    while project.database.scalar(f"SELECT ({SLEEPING}) + ({lock})") != 0:
        assert time.monotonic() < deadline
        time.sleep(0.02)
