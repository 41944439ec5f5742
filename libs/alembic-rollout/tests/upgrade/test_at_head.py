""" "At head" is a fact: every command and the readiness check compare the files with what the history says ran."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sample_project import Project

from alembic_rollout import Schema

Break = Callable[[Project], None]


def rewrite(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def another_branchs_revision(project: Project) -> None:
    (project.versions / "003_create_t003.py").unlink()
    project.sql("003", "CREATE TABLE ours (id int)", "DROP TABLE ours", slug="ours")


def a_file_between_applied_ones(project: Project) -> None:
    project.sql("002a", "CREATE TABLE between (id int)", "DROP TABLE between", after="002", slug="between")
    rewrite(project.versions / "003_create_t003.py", "down_revision = '002'", "down_revision = '002a'")


def a_file_that_follows_itself(project: Project) -> None:
    rewrite(project.versions / "003_create_t003.py", "down_revision = '002'", "down_revision = '003'")


def a_circle(project: Project) -> None:
    rewrite(project.versions / "002_create_t002.py", "down_revision = '001'", "down_revision = '003'")


def a_typing_error(project: Project) -> None:
    rewrite(project.versions / "003_create_t003.py", "down_revision = '002'", "down_revision = '0002'")


def an_edited_file(project: Project) -> None:
    rewrite(project.versions / "002_create_t002.py", "t002", "t2")


def two_rows_of_one_line(project: Project) -> None:
    project.database.execute("INSERT INTO alembic_version VALUES ('001')")


def a_history_that_lacks_one(project: Project) -> None:
    project.database.execute("DELETE FROM alembic_rollout_history WHERE revision = '002'")


BROKEN: dict[Break, str] = {
    another_branchs_revision: "Not what was applied: 003_ours.py.",
    a_file_between_applied_ones: "Not what was applied: 003_create_t003.py.",
    a_file_that_follows_itself: "003_create_t003.py names itself as its down_revision",
    a_circle: "These files are built on each other in a circle",
    a_typing_error: "003_create_t003.py: down_revision names '0002', and no file is that revision. Did you mean '002'?",
    an_edited_file: "Not what was applied: 002_create_t002.py.",
    two_rows_of_one_line: "The version table holds 001 and 003, and 003 is built on 001",
    a_history_that_lacks_one: "Never applied, or reverted since, although the database is at 003: 002_create_t002.py.",
}


@pytest.fixture
def migrated(project: Project) -> Project:
    project.tables(3)
    project.upgrade()
    return project


@pytest.mark.parametrize("breaks", BROKEN, ids=lambda breaks: breaks.__name__)
def test_no_command_calls_it_fine(migrated: Project, breaks: Break, monkeypatch: pytest.MonkeyPatch) -> None:
    breaks(migrated)
    for done in (
        migrated.alembic("upgrade", "head"),
        migrated.alembic("downgrade", "-1"),
        migrated.rollout("wait", "--timeout", "0s"),
        migrated.rollout("plan"),
    ):
        assert done.returncode in (1, 2), done
        assert BROKEN[breaks] in done.stderr.splitlines()[-1]
        assert "nothing to do" not in done.stderr
    status = migrated.rollout("status")
    assert status.returncode == 2 or (
        "not ready" in status.stdout and BROKEN[breaks] in " ".join(status.stdout.split())
    )
    assert BROKEN[breaks] in readiness(migrated, monkeypatch)
    assert migrated.database.scalar("SELECT max(version_num) FROM alembic_version") == "003", "nothing was changed"


def readiness(project: Project, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("MIGRATION_DATABASE_URL", project.database.url)
    try:
        with project.database.connect(project.database.app_url) as connection:
            state = Schema(project.ini).state(connection)
    except Exception as error:  # whatever a service would end with
        return str(error)
    assert not state.sufficient
    return state.reason


def test_a_file_that_was_never_applied_stays_refused_after_repair_until_it_is_recorded(migrated: Project) -> None:
    a_file_between_applied_ones(migrated)
    assert migrated.rollout("repair", "--yes").returncode == 0
    refused = migrated.alembic("upgrade", "head")
    assert refused.returncode == 1
    assert "Never applied, or reverted since, although the database is at 003: 002a_between.py." in refused.stderr
    assert migrated.rollout("repair", "--applied", "001").returncode == 2
    recorded = migrated.rollout("repair", "--applied", "002a", "--yes")
    assert "002a_between.py: recorded as applied; it was not run." in recorded.stdout
    migrated.upgrade()
    note = "SELECT error FROM alembic_rollout_history WHERE revision = '002a'"
    assert migrated.database.scalar(note) == "recorded by repair: not applied by alembic-rollout"


def test_what_plain_alembic_applied_before_is_known_from_the_first_migration_on(project: Project) -> None:
    project.tables(2)
    project.upgrade()
    project.database.execute("DROP TABLE alembic_rollout_history")
    assert "At 002 already: nothing to do." in project.alembic("upgrade", "head").stderr
    project.tables(3)
    project.upgrade()
    rows = "SELECT revision, direction, error LIKE 'adopted:%%' FROM alembic_rollout_history ORDER BY id"
    assert project.database.rows(rows) == [
        ("001", "stamp", True),
        ("002", "stamp", True),
        ("003", "upgrade", None),
    ]
    an_edited_file(project)
    assert "Not what was applied: 002_create_t002.py." in project.alembic("upgrade", "head").stderr


def test_an_upgrade_to_a_revision_that_is_behind_says_so(migrated: Project) -> None:
    done = migrated.alembic("upgrade", "001")
    assert done.returncode == 0
    assert "At 003, which is past 001: nothing to do. To go back: alembic downgrade 001" in done.stderr


def test_a_relative_downgrade_from_two_branches_says_where_it_can_go(project: Project) -> None:
    project.tables(2)
    project.sql("100", "CREATE TABLE branch (id int)", "DROP TABLE branch", after="001")
    project.upgrade("heads")
    done = project.alembic("downgrade", "-1")
    assert done.returncode == 1
    assert "alembic downgrade 002@-1 or alembic downgrade 100@-1" in done.stderr.splitlines()[-1]
    assert project.alembic("downgrade", "100@-1").returncode == 0
    assert project.database.rows("SELECT version_num FROM alembic_version") == [("002",)]


def test_a_database_of_another_branch_is_not_taken_for_one_that_is_only_ahead(project: Project) -> None:
    project.tables(1)
    other = project.sql("002b", "CREATE TABLE other (id int)", "DROP TABLE other", after="001")
    project.upgrade()
    other.unlink()
    project.sql("002", "CREATE TABLE ours (id int)", "DROP TABLE ours")
    done = project.alembic("upgrade", "head")
    assert done.returncode == 3
    assert "002 of this code is not applied: the database is on another branch" in done.stderr


def test_a_role_that_may_not_read_the_history_is_told_what_to_grant(
    migrated: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = migrated.database
    database.execute(f"REVOKE ALL ON alembic_rollout_history FROM {database.name}_app")
    assert "Grant it SELECT on the table" in readiness(migrated, monkeypatch)
