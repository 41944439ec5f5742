"""Commands that read, with the code of an older release than the one that migrated the database."""

import pytest
from sample_project import Project


@pytest.fixture
def older(project: Project) -> Project:
    """A project whose database is at 003, and whose files end at 002."""
    project.tables(3)
    project.upgrade()
    (project.versions / "003_create_t003.py").unlink()
    return project


def test_current_prints_a_revision_that_this_code_does_not_have(older: Project) -> None:
    done = older.alembic("current")
    assert (done.returncode, done.stdout) == (0, "003 (unknown to this code)\n")
    assert "The database is at 003, which this code does not have: a newer release has applied it." in done.stderr
    assert older.rollout("current").stdout == done.stdout


def test_verbose_current_prints_it_too(older: Project) -> None:
    done = older.alembic("current", "-v")
    assert done.returncode == 0
    assert done.stdout.splitlines()[0].startswith("Current revision(s) for postgresql")
    assert done.stdout.splitlines()[1] == "003 (unknown to this code)"


def test_current_prints_what_it_knows_besides(older: Project) -> None:
    older.sql("004", "CREATE TABLE other ()", "DROP TABLE other", after="001")
    older.database.execute("INSERT INTO alembic_version VALUES ('004')")
    assert older.alembic("current").stdout == "004 (head)\n003 (unknown to this code)\n"


def test_current_is_as_before_where_the_code_is_not_older(project: Project) -> None:
    project.tables(2)
    assert project.alembic("current").stdout == ""
    project.upgrade("001")
    done = project.alembic("current")
    assert (done.returncode, done.stdout, done.stderr) == (0, "001\n", "")
    project.upgrade()
    assert project.alembic("current", "--check-heads").stdout == "002 (head)\n"


def test_history_marks_nothing_and_says_why(older: Project) -> None:
    done = older.alembic("history", "-i")
    assert done.returncode == 0
    assert "001 -> 002 (head), Create t002." in done.stdout
    assert "The database is at 003, which this code does not have" in done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("current", "--check-heads"),
        ("history", "-r", "current:"),
        ("history", "-r", ":current"),
        ("show", "current"),
        ("check",),
        ("revision", "--autogenerate", "-m", "more"),
    ],
    ids=" ".join,
)
def test_what_needs_the_missing_file_is_refused_in_one_line(older: Project, command: tuple[str, ...]) -> None:
    done = older.alembic(*command)
    assert done.returncode == 3
    assert done.stderr.splitlines() == [
        "The database is at 003, which this code does not have: use the code of the release that applied it."
    ]


@pytest.mark.parametrize("command", [("heads",), ("show", "head"), ("history",)], ids=" ".join)
def test_what_reads_files_only_is_as_before(older: Project, command: tuple[str, ...]) -> None:
    done = older.alembic(*command)
    assert done.returncode == 0
    assert "002" in done.stdout


def test_reading_creates_no_table(project: Project) -> None:
    project.tables(1)
    for command in (("current",), ("history", "-i"), ("show", "current"), ("check",)):
        project.alembic(*command)
    assert project.database.scalar("SELECT to_regclass('alembic_version')") is None
