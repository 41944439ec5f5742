"""`lint --base` and `rehearse --base`: the statements of the base are asked on what the new revisions leave."""

import subprocess
from pathlib import Path

import pytest
from rehearsal.rehearsed import rehearsal_databases
from sample_project import Project

ADD_PLAN = ("ALTER TABLE runs ADD COLUMN plan text NOT NULL", "ALTER TABLE runs DROP COLUMN plan")
INVENTORY = "-- A header.\n\nINSERT INTO runs (what) VALUES ($1);\n\nSELECT note\nFROM runs;\n"


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


def commit(project: Project) -> None:
    git(project.folder, "add", ".")
    git(project.folder, "commit", "-m", "a release")


@pytest.fixture
def release(project: Project) -> Project:
    """A project whose branch `main` is the release that runs, at 001, with its statements."""
    project.sql("001", "CREATE TABLE runs (what text, note text)", "DROP TABLE runs")
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(f'{pyproject.read_text()}statements = "statements.sql"\n')
    (project.folder / "statements.sql").write_text(INVENTORY)
    project.upgrade()
    git(project.folder, "init", "--initial-branch=main")
    commit(project)
    git(project.folder, "checkout", "-b", "feature")
    return project


def rollout(project: Project, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return project.rollout(*command, **({"ROLLOUT_ADMIN_URL": project.database.superuser_url} | variables))


def test_lint_names_the_statement_and_the_revision_that_breaks_it(release: Project) -> None:
    release.sql("002", "ALTER TABLE runs ADD COLUMN size int", "ALTER TABLE runs DROP COLUMN size")
    release.sql("003", *ADD_PLAN)

    done = rollout(release, "lint", "--base", "main", ROLLOUT_LINT_IGNORE="adding-required-field")

    assert done.returncode == 4, done.stderr
    assert "003_step.py" in done.stdout
    assert "breaks-previous-release" in done.stdout
    assert "The INSERT leaves out runs.plan, which is required." in done.stdout
    assert "INSERT INTO runs (what) VALUES ($1)" in done.stdout
    assert "002_step.py" not in done.stdout
    assert rehearsal_databases(release.database) == set()


def test_the_statements_of_the_base_are_asked_and_not_those_of_the_working_tree(release: Project) -> None:
    (release.folder / "statements.sql").write_text("SELECT what\nFROM runs;\n")
    commit(release)
    release.sql("002", "ALTER TABLE runs DROP COLUMN note", "ALTER TABLE runs ADD COLUMN note text")

    ignored = {"ROLLOUT_LINT_IGNORE": "contract-in-expand"}
    assert "SELECT note FROM runs" in rollout(release, "lint", "--base", "main", **ignored).stdout
    assert rollout(release, "lint", "--base", "feature", **ignored).returncode == 0


def test_a_statement_that_needs_a_held_contract_revision_is_a_finding(release: Project) -> None:
    (release.folder / "statements.sql").write_text("SELECT remark\nFROM runs;\n")
    rename = ("ALTER TABLE runs RENAME note TO remark", "ALTER TABLE runs RENAME remark TO note")
    release.sql("002", *rename, header='phase = "contract"')

    for command in ("lint", "rehearse"):
        done = rollout(release, command, "--base", "main")
        assert done.returncode == 4, done.stderr
        assert "needs-contract" in done.stdout + done.stderr


def test_a_reason_in_the_revision_accepts_it_everywhere(release: Project) -> None:
    release.sql("002", *ADD_PLAN, header='accepted = {"breaks-previous-release": "it is stopped first"}')

    for command in (("lint", "--base", "main"), ("lint",), ("rehearse", "--base", "main"), ("rehearse",)):
        done = rollout(release, *command, ROLLOUT_LINT_IGNORE="adding-required-field")
        assert done.returncode == 0, (command, done.stdout, done.stderr)
        assert "accepted-unused" not in done.stdout


def test_a_rehearsal_names_the_statement_too(release: Project) -> None:
    release.sql("002", *ADD_PLAN)

    done = rollout(release, "rehearse", "--base", "main")

    assert done.returncode == 4
    assert "002 breaks-previous-release: the INSERT leaves out runs.plan" in done.stdout
    assert "1 statement would not work beside 002 (breaks-previous-release)" in done.stderr
    assert rollout(release, "rehearse").returncode == 0


def test_what_cannot_be_asked_is_said_and_stops_nothing(release: Project) -> None:
    (release.folder / "statements.sql").write_text("SELECT a\nFROM of_the_session;\n")
    commit(release)
    release.sql("002", "SELECT 1")

    for command in ("lint", "rehearse"):
        done = rollout(release, command, "--base", "feature")
        assert done.returncode == 0, done.stderr
        assert "Not asked, because it cannot be prepared" in done.stderr
        assert "SELECT a FROM of_the_session" in done.stderr


def test_without_a_database_lint_says_that_nothing_was_asked(release: Project) -> None:
    release.sql("002", "SELECT 1")
    nowhere = "postgresql+psycopg2://nobody@127.0.0.1:1/nowhere"

    done = rollout(release, "lint", "--base", "main", MIGRATION_DATABASE_URL=nowhere)

    assert done.returncode == 0
    assert "The statements of main are not asked:" in done.stderr


def test_a_revision_that_cannot_be_read_leaves_the_statements_unasked(release: Project) -> None:
    release.revision(
        "002", "op.get_bind().execute(sa.text('SELECT 1')).scalar()", header="accepted = {'cannot-render': 'x'}"
    )

    done = rollout(release, "lint", "--base", "main")

    assert "what 002 runs cannot be seen" in done.stderr


def test_a_base_without_an_inventory_is_named(release: Project) -> None:
    git(release.folder, "rm", "statements.sql")
    commit(release)
    release.sql("002", "SELECT 1")

    done = rollout(release, "rehearse", "--base", "feature")

    assert done.returncode == 0, done.stderr
    assert "feature has no statements.sql: its statements are not asked." in done.stderr


def test_an_unknown_base_is_a_mistake_of_usage(release: Project) -> None:
    release.sql("002", "SELECT 1")
    done = rollout(release, "rehearse", "--base", "origin/nowhere")
    assert done.returncode == 2
    assert "git does not know origin/nowhere; fetch it first" in done.stderr
