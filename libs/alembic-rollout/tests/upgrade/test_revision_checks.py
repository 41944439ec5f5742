"""Checks before a revision and verifications after it: what they refuse, when, and what is said of it."""

import json
from typing import Any

import pytest
from sample_project import Project

NO_DUPLICATES = (
    "SELECT id FROM people AS one WHERE EXISTS (SELECT FROM people WHERE email = one.email AND id <> one.id)"
)
ADD = ("ALTER TABLE people ADD COLUMN note text", "ALTER TABLE people DROP COLUMN note")


def declare(**declared: dict[str, str]) -> str:
    return "\n".join(f"{moment} = {entries!r}" for moment, entries in declared.items())


def plan(project: Project, status: int = 0) -> list[dict[str, Any]]:
    done = project.rollout("plan", "--json")
    assert done.returncode == status, done.stderr
    revisions: list[dict[str, Any]] = json.loads(done.stdout)["revisions"]
    return revisions


def note_exists(project: Project) -> bool:
    return bool(
        project.database.scalar("SELECT count(*) FROM pg_attribute WHERE attname = 'note' AND NOT attisdropped")
    )


@pytest.fixture
def shop(project: Project) -> Project:
    """A project at 001, with three people, two of whom share an address."""
    project.sql("001", "CREATE TABLE people (id bigint PRIMARY KEY, email text)", "DROP TABLE people")
    project.upgrade()
    project.database.execute("INSERT INTO people VALUES (1, 'secret@example.org'), (2, 'b'), (3, 'secret@example.org')")
    return project


def test_a_check_that_finds_rows_refuses_the_upgrade_before_anything_is_touched(shop: Project) -> None:
    shop.sql("002", *ADD, header=declare(checks={"no duplicate emails": NO_DUPLICATES}))
    done = shop.alembic("upgrade", "head", ROLLOUT_BACKUP="always")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        '002_step.py: check "no duplicate emails" found 2 rows: id 1, 3. Correct the rows, then start again.'
    )
    assert not note_exists(shop)
    assert not (shop.folder / "backups").exists()

    shop.database.execute("DELETE FROM people WHERE id = 3")
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 0
    assert "002_step.py: 1 check passed." in done.stderr
    assert note_exists(shop)


def test_a_refusal_is_in_history_and_status_under_its_revision(shop: Project) -> None:
    shop.sql("002", "CREATE TABLE a (id int)", "DROP TABLE a")
    shop.sql("003", *ADD, header=declare(checks={"no duplicate emails": NO_DUPLICATES}))
    for _ in range(2):
        assert shop.alembic("upgrade", "head").returncode == 1
    (row, *_) = json.loads(shop.rollout("history", "--json").stdout)
    assert (row["revision"], row["outcome"], row["occurrences"]) == ("003", "failed", 2)
    assert 'check "no duplicate emails" found 2 rows: id 1, 3' in row["error"]
    assert 'check "no duplicate emails"' in " ".join(shop.rollout("history").stdout.split())
    status = json.loads(shop.rollout("status", "--json").stdout)
    assert "found 2 rows: id 1, 3" in status["last"]["error"]


def test_plan_asks_and_shows_the_answers(shop: Project) -> None:
    checks = {"no duplicate emails": NO_DUPLICATES, "people are there": "SELECT count(*) > 0 FROM people"}
    shop.sql("002", *ADD, header=declare(checks=checks, verify={"no note": "SELECT id FROM people WHERE note <> ''"}))
    (revision,) = plan(shop, status=1)
    assert revision["checks"] == [
        {
            "name": "no duplicate emails",
            "sql": NO_DUPLICATES,
            "outcome": "failed",
            "text": "found 2 rows: id 1, 3",
            "rows": 2,
            "sample": [{"id": 1}, {"id": 3}],
            "certain": True,
        },
        {
            "name": "people are there",
            "sql": "SELECT count(*) > 0 FROM people",
            "outcome": "passed",
            "text": "",
            "rows": 0,
            "sample": [],
            "certain": True,
        },
    ]
    assert revision["verify"] == [{"name": "no note", "sql": "SELECT id FROM people WHERE note <> ''", "outcome": None}]
    done = shop.rollout("plan")
    assert done.returncode == 1
    assert '  Check "no duplicate emails" found 2 rows: id 1, 3.\n' in done.stdout
    assert '  Check "people are there" passed.\n' in done.stdout
    assert '  Verify "no note" is asked after the revision, before it is committed.\n' in done.stdout
    assert "The upgrade would be refused, and nothing would be changed." in done.stdout
    assert "secret" not in done.stdout + done.stderr
    assert not note_exists(shop)


def test_what_an_earlier_revision_may_mend_is_asked_again_just_before_the_revision(shop: Project) -> None:
    shop.sql("002", "DELETE FROM people WHERE id = 3")
    shop.sql("003", *ADD, header=declare(checks={"no duplicate emails": NO_DUPLICATES}))
    second = plan(shop)[1]
    assert (second["checks"][0]["outcome"], second["checks"][0]["certain"]) == ("failed", False)
    assert "found 2 rows: id 1, 3; asked again just before the revision.\n" in shop.rollout("plan").stdout
    shop.upgrade(ROLLOUT_LINT="off")
    assert note_exists(shop)


def test_what_an_earlier_revision_does_not_mend_ends_the_upgrade_there(shop: Project) -> None:
    shop.sql("002", "DELETE FROM people WHERE id = 2")
    shop.sql("003", *ADD, header=declare(checks={"no duplicate emails": NO_DUPLICATES}))
    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off")
    assert done.returncode == 1
    assert "Upgrading to 003 failed: 003_step.py: check " in done.stderr
    assert shop.database.scalar("SELECT version_num FROM alembic_version") == "002"
    assert not note_exists(shop)


def test_what_an_earlier_revision_makes_cannot_be_asked_about_before(shop: Project) -> None:
    shop.sql("002", *ADD)
    shop.sql(
        "003",
        "CREATE TABLE a (id int)",
        "DROP TABLE a",
        header=declare(checks={"no note": "SELECT note FROM people WHERE note <> ''"}),
    )
    (check,) = plan(shop)[1]["checks"]
    assert (check["outcome"], check["certain"]) == ("unanswered", False)
    shop.upgrade()


def test_a_new_database_is_asked_too_revision_by_revision(project: Project) -> None:
    project.sql("001", "CREATE TABLE people (id int)", header=declare(verify={"empty": "SELECT id FROM people"}))
    project.sql("002", "INSERT INTO people VALUES (1)", header=declare(checks={"empty": "TABLE people"}))
    project.sql("003", "SELECT 1", header=declare(checks={"empty": "SELECT count(*) = 0 FROM people"}))
    shown = project.rollout("plan")
    assert 'Check "empty" is asked before the revision.' in shown.stdout
    done = project.alembic("upgrade", "head")
    assert done.returncode == 1
    assert '003_step.py: check "empty" is false. Correct the rows, then start again.' in done.stderr
    assert project.database.scalar("SELECT version_num FROM alembic_version") == "002"


def test_a_verification_that_fails_undoes_the_revision(shop: Project) -> None:
    verify = {"every person has a note": "SELECT id FROM people WHERE note IS NULL", "true": "SELECT true"}
    shop.sql("002", *ADD, header=declare(verify=verify))
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        'Upgrading to 002 failed: 002_step.py: verify "every person has a note" found 3 rows: id 1, 2, 3.'
        " Correct the rows or the revision, then start again."
    )
    assert not note_exists(shop)
    assert shop.database.scalar("SELECT version_num FROM alembic_version") == "001"
    assert shop.rollout("plan").returncode == 0, "only the revision's own transaction sees it"
    outcomes = shop.database.rows("SELECT outcome FROM alembic_rollout_history WHERE revision = '002'")
    assert outcomes == [("failed",)]


def test_a_verification_sees_what_its_revision_has_done_and_the_rest_goes_on(shop: Project) -> None:
    shop.sql(
        "002",
        "; ".join((ADD[0], "UPDATE people SET note = 'x'")),
        ADD[1],
        header=declare(verify={"every person has a note": "SELECT id FROM people WHERE note IS NULL"}),
    )
    shop.sql("003", "CREATE TABLE a (id int)", "DROP TABLE a")
    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off")
    assert done.returncode == 0, done.stderr
    assert "002_step.py: 1 verification passed." in done.stderr
    assert shop.database.scalar("SELECT version_num FROM alembic_version") == "003"
    assert shop.alembic("downgrade", "001").returncode == 0


def test_a_helper_that_commits_is_verified_too(shop: Project) -> None:
    header = declare(
        checks={"no index yet": "SELECT to_regclass('ix') IS NULL"},
        verify={"the index is valid": "SELECT indisvalid FROM pg_index WHERE indexrelid = 'ix'::regclass"},
    )
    shop.revision("002", 'operations.create_index_concurrently("ix", "people", ["email"])', header=header)
    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off")
    assert done.returncode == 0, done.stderr


def test_reverting_and_stamping_ask_nothing(shop: Project) -> None:
    shop.sql("002", *ADD, header=declare(verify={"x": "SELECT true"}))
    shop.upgrade()
    shop.sql("002", *ADD, header=declare(checks={"x": "SELECT false"}, verify={"x": "SELECT false"}))
    assert shop.rollout("repair", "--yes").returncode == 0
    assert shop.alembic("downgrade", "001").returncode == 0
    assert shop.alembic("stamp", "002").returncode == 0


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("checks = ['SELECT 1']", "checks is no dict but list."),
        ("checks = {'x': 1}", 'checks["x"] is no string but int.'),
        ("checks = {'x': sa.text('SELECT true')}", 'checks["x"] is no string but TextClause.'),
        ("verify = {'x': ' '}", 'verify["x"] is empty.'),
        ("verify = {' ': 'SELECT 1'}", "verify has an entry without a name."),
        ("checks = {1: 'SELECT 1'}", "checks has an entry without a name."),
        ("checks = {'x': 'SELECT \\0'}", 'checks["x"] has a character that PostgreSQL cannot store.'),
        ("checks = {'x': 'SELECT \\ud800'}", 'checks["x"] has a character that PostgreSQL cannot store.'),
        (
            "checks = {'x': 'SELEC 1'}",
            'check "x" is no single query (syntax error at or near "SELEC"). Write one SELECT.',
        ),
        ("checks = {'x': 'DELETE FROM people RETURNING id'}", 'check "x" changes the database'),
        ("checks = {'x': 'SELECT count(*) FROM people'}", 'check "x" returns a number of rows, not rows.'),
    ],
)
def test_what_cannot_be_used_is_one_line_with_its_remedy(shop: Project, declared: str, said: str) -> None:
    shop.sql("002", *ADD, header=declared)
    for done in (shop.rollout("plan"), shop.alembic("upgrade", "head")):
        assert done.returncode == 2, done.stderr
        last = done.stderr.strip().splitlines()[-1]
        assert f"002_step.py: {said}" in last
        assert "Traceback" not in done.stderr
    assert not note_exists(shop)
    assert shop.database.scalar("SELECT count(*) FROM people") == 3


def test_a_check_that_takes_for_ever_is_ended_by_the_revisions_limit(shop: Project) -> None:
    checks = declare(checks={"x": "SELECT 1 FROM generate_series(1, 1e12)"})
    header = "\n".join(('statement_timeout = "200ms"', checks))
    shop.sql("002", *ADD, header=header)
    done = shop.alembic("upgrade", "head")
    assert done.returncode == 1
    assert '002_step.py: check "x" was not done after 200 ms. Ask for less, or set statement_timeout' in done.stderr


def test_a_check_that_waits_for_a_lock_is_asked_again_in_the_upgrade(shop: Project) -> None:
    header = declare(checks={"x": "SELECT id FROM people WHERE id > 3"})
    shop.sql("002", "CREATE TABLE a (id int)", "DROP TABLE a", header=header)
    with shop.database.engine().connect() as blocker:
        blocker.exec_driver_sql("LOCK TABLE people")
        impatient = {"ROLLOUT_LOCK_TIMEOUT": "100ms", "ROLLOUT_LOCK_RETRY_FOR": "300ms"}
        done = shop.alembic("upgrade", "head", **impatient, ROLLOUT_DRIFT="ignore", ROLLOUT_LINT="off")
        assert done.returncode == 1
        assert "002 waited 100 ms for a lock behind" in done.stderr
        assert "no lock after" in done.stderr.splitlines()[-1]
    shop.upgrade()
