"""`alembic-rollout review`: what a branch adds, what its models say, and what to type."""

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from rehearsal.rehearsed import rehearsal_databases
from sample_project import Project

MODELS = """
from sqlalchemy import Column, MetaData, String, Table, Text

metadata = MetaData()
Table("runs", metadata, Column("what", Text), Column("note", Text))
"""
WITH_SIZE = MODELS.replace('"note", Text)', '"note", Text), Column("size", String(10))')
ADD_SIZE = ("ALTER TABLE runs ADD COLUMN size varchar(10)", "ALTER TABLE runs DROP COLUMN size")
UPDATE = "UPDATE runs SET note = what"


def git(folder: Path, *arguments: str) -> None:
    author = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *author, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def branch(project: Project) -> Project:
    """A branch of a project whose `main` has one revision and one statement; the database itself is empty."""
    project.sql("001", "CREATE TABLE runs (what text, note text)", "DROP TABLE runs")
    (project.folder / "models.py").write_text(MODELS)
    pyproject = project.folder / "pyproject.toml"
    pyproject.write_text(f'{pyproject.read_text()}statements = "statements.sql"\n')
    (project.folder / "statements.sql").write_text("SELECT note\nFROM runs;\n")
    git(project.folder, "init", "--initial-branch=main")
    git(project.folder, "add", ".")
    git(project.folder, "commit", "-m", "a release")
    git(project.folder, "checkout", "-b", "feature")
    return project


def review(project: Project, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
    admin = {"ROLLOUT_ADMIN_URL": project.database.superuser_url}
    return project.rollout("review", "--base", "main", *options, **(admin | variables))


def test_a_safe_revision_with_its_model_passes_and_its_sql_and_locks_are_shown(branch: Project) -> None:
    branch.sql("002", *ADD_SIZE, slug="add_size")
    (branch.folder / "models.py").write_text(WITH_SIZE)

    done = review(branch)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("### Migrations of shop: 1 revision, safe\n")
    assert re.search(
        r"\| 002 Add size\. \| expand \| 1 statement \| `runs` ACCESS EXCLUSIVE \| \d+ ms, \d+ ms \|", done.stdout
    )
    assert "ALTER TABLE runs ADD COLUMN size varchar(10);" in done.stdout
    assert "1 statement of the previous release asked. The models are what the revisions make." in done.stdout
    assert branch.database.scalar("SELECT to_regclass('runs') IS NULL"), "the project's database is left alone"
    assert rehearsal_databases(branch.database) == set()


def test_a_model_that_changed_without_a_revision_fails_and_the_command_is_named(branch: Project) -> None:
    (branch.folder / "models.py").write_text(WITH_SIZE)

    done = review(branch)

    assert done.returncode == 4
    assert "### Migrations of shop: 1 problem" in done.stdout
    assert "column size is in the models and not in the database" in done.stdout
    assert 'alembic revision --autogenerate -m "say what changes"' in done.stdout
    assert "alembic revision --autogenerate" in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 2  # a log line may precede the reason


def test_a_revision_that_breaks_the_previous_release_fails_with_the_rule_and_its_remedy(branch: Project) -> None:
    branch.sql("002", "ALTER TABLE runs DROP COLUMN note", "ALTER TABLE runs ADD COLUMN note text")
    (branch.folder / "models.py").write_text(MODELS.replace(', Column("note", Text)', ""))

    done = review(branch)

    assert done.returncode == 4
    assert "may destroy data" in done.stdout
    assert "002_step.py:7 contract-in-expand" in done.stdout
    assert "breaks-previous-release" in done.stdout
    assert 'accepted = {"breaks-previous-release": "why it is safe here"}' in done.stdout


def test_the_line_that_makes_it_a_contract_is_shown(branch: Project) -> None:
    branch.sql("002", "ALTER TABLE runs DROP COLUMN note", "ALTER TABLE runs ADD COLUMN note text")

    done = review(branch)

    assert '```python\nphase = "contract"\n```\n\nOr accept it in the file' in done.stdout
    assert 'phase = "contract"' in done.stderr


def test_the_command_that_is_shown_for_a_blocking_index_writes_what_passes(branch: Project) -> None:
    branch.upgrade("001")
    file = branch.sql("002", "CREATE INDEX runs_note ON runs (note)", "DROP INDEX runs_note", slug="index_notes")
    (branch.folder / "models.py").write_text(
        f'{MODELS}Index("runs_note", metadata.tables["runs"].c.note)\n'.replace("Column,", "Column, Index,")
    )

    done = review(branch)

    assert done.returncode == 4
    assert "require-concurrent-index-creation" in done.stdout
    [command] = re.findall(r"```sh\n(.*)\n```", done.stdout)
    assert command in done.stderr
    removed, upgraded, generated = command.split(" && ")
    assert removed == f"rm {file.relative_to(branch.folder)}"
    file.unlink()
    for typed in (upgraded, generated):
        ran = branch.alembic(*shlex.split(typed)[1:])
        assert ran.returncode == 0, ran.stderr
    again = review(branch)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "1 revision, safe" in again.stdout


def test_a_revision_that_others_follow_is_not_to_be_removed(branch: Project) -> None:
    branch.sql("002", "CREATE INDEX runs_note ON runs (note)", "DROP INDEX runs_note")
    branch.sql("003", "SELECT 1")
    assert "rm " not in review(branch).stdout


def test_of_several_findings_with_one_command_the_first_has_it(branch: Project) -> None:
    branch.sql("002", "CREATE INDEX a ON runs (note); ALTER TABLE runs ADD CHECK (what <> '')", "SELECT 1")

    done = review(branch)

    assert "require-concurrent-index-creation:" in done.stdout
    assert "check-scan:" in done.stdout
    assert done.stdout.count("```sh") == 1
    assert "this writes it so: see above." in done.stdout


def test_what_has_to_be_apart_names_the_command_for_a_second_revision(branch: Project) -> None:
    branch.sql("002", f"{ADD_SIZE[0]}; {UPDATE}", ADD_SIZE[1])
    assert '```sh\nalembic revision -m "say what it does"\n```' in review(branch).stdout


def test_a_downgrade_that_does_not_undo_fails(branch: Project) -> None:
    branch.sql("002", ADD_SIZE[0], "SELECT 1")
    (branch.folder / "models.py").write_text(WITH_SIZE)

    done = review(branch, ROLLOUT_LINT_IGNORE="downgrade-incomplete")

    assert "The downgrade of 002 does not undo what the upgrade did" in done.stdout
    assert "Not compared with the models." in done.stdout


def test_an_edited_and_a_missing_revision_of_the_base_fail_with_what_restores_them(branch: Project) -> None:
    branch.sql("002", "SELECT 2", slug="kept")
    branch.sql("003", "SELECT 3", slug="newest")
    git(branch.folder, "add", ".")
    git(branch.folder, "commit", "-m", "more")
    git(branch.folder, "branch", "-f", "main")
    branch.sql("002", "SELECT 22", slug="kept")
    (branch.versions / "003_newest.py").unlink()

    done = review(branch)

    assert done.returncode == 4
    assert "git checkout main -- migrations/versions/002_kept.py" in done.stdout
    assert "migrations/versions/003_newest.py is in main, and this branch does not have it." in done.stdout
    assert "git rebase main" in done.stdout


def test_nothing_that_changes_passes(branch: Project) -> None:
    done = review(branch)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("### Migrations of shop: nothing changes\n")


@pytest.mark.parametrize(
    ("options", "variables", "said"),
    [
        pytest.param(("--base", "gone"), {}, "git does not know gone; fetch it first", id="no base"),
        pytest.param(
            (),
            {"MIGRATION_DATABASE_URL": "postgresql+psycopg2://a@127.0.0.1:1/a", "ROLLOUT_WAIT": "0s"},
            "127.0.0.1:1",
            id="no database",
        ),
    ],
)
def test_what_cannot_be_reviewed_is_reported_with_the_reason(
    branch: Project, options: tuple[str, ...], variables: dict[str, str], said: str
) -> None:
    done = review(branch, *options, **variables)

    assert done.returncode in (1, 2)
    assert done.stdout.startswith("### Migrations of shop: not reviewed\n\n:x: ")
    assert said in done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
