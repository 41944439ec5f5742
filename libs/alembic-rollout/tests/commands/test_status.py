"""`status` and `history`: what an operator sees, and what a program reads."""

import json

from sample_project import Project


def test_status_of_a_database_that_nothing_was_applied_to(project: Project) -> None:
    project.tables(1)
    done = project.rollout("status")
    assert done.returncode == 0
    assert "empty: nothing is applied" in done.stdout
    assert "none is recorded" in done.stdout


def test_status_says_where_the_database_is_and_never_a_password(project: Project) -> None:
    project.tables(2)
    project.upgrade("001")
    done = project.rollout("status", "--json")
    status = json.loads(done.stdout)
    assert {name: status[name] for name in ("service", "current", "head", "required", "ready", "pending", "held")} == {
        "service": "shop",
        "current": "001",
        "head": "002",
        "required": "002",
        "ready": False,
        "pending": ["002"],
        "held": {},
    }
    assert status["last"]["revision"] == "001"
    password = project.database.url.split(":")[2].split("@")[0]
    assert password not in done.stdout


def test_status_names_who_migrates_now(project: Project) -> None:
    project.sql("001", "SELECT pg_sleep(60)")
    migrating = project.start("upgrade", "head")
    try:
        while (
            project.database.scalar(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%%pg_sleep(60)%%' AND wait_event = 'PgSleep'"
            )
            == 0
        ):
            assert migrating.poll() is None
        status = json.loads(project.rollout("status", "--json").stdout)
        assert status["migrating"].startswith("alembic-rollout (pid ")
        assert "upgrade 001 is under way since" in project.rollout("status").stdout
    finally:
        migrating.kill()
        migrating.communicate()


def test_status_names_files_that_changed_after_they_were_applied(project: Project) -> None:
    project.tables(1)
    project.upgrade()
    path = project.versions / "001_create_t001.py"
    path.write_text(path.read_text() + "# more\n")
    assert json.loads(project.rollout("status", "--json").stdout)["changed"] == ["001_create_t001.py"]


def test_history_lists_the_newest_attempts_first_with_what_went_wrong(project: Project) -> None:
    project.tables(1)
    project.sql("002", "SELECT 1 / 0")
    project.alembic("upgrade", "head")
    rows = json.loads(project.rollout("history", "--json").stdout)
    assert [(row["revision"], row["outcome"], row["error"]) for row in rows] == [
        ("002", "failed", "division by zero"),
        ("001", "applied", None),
    ]
    assert json.loads(project.rollout("history", "--json", "--limit", "1").stdout) == rows[:1]
    assert "division by zero" in project.rollout("history").stdout


def test_history_of_a_database_without_one_says_so(project: Project) -> None:
    done = project.rollout("history")
    assert (done.returncode, done.stdout.strip()) == (0, "No attempt is recorded in this database.")
    assert json.loads(project.rollout("history", "--json").stdout) == []


def test_an_unknown_verb_and_an_unknown_option_are_usage_errors(project: Project) -> None:
    assert project.rollout("frobnicate").returncode == 2
    assert project.rollout("status", "--frobnicate").returncode == 2


def test_alembics_own_commands_work_under_the_other_name(project: Project) -> None:
    project.tables(1)
    assert project.rollout("upgrade", "head").returncode == 0
    assert project.rollout("current").stdout.strip() == "001 (head)"
    done = project.rollout("upgrade", "nowhere")
    assert done.returncode == 2
    said = "Can't locate revision identified by 'nowhere'. `alembic history` lists the revisions of this tree."
    assert done.stderr.strip().splitlines()[-1] == said
