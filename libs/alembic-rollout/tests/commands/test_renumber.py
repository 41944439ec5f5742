"""Two branches that took the same number: one command puts the second behind the first."""

import subprocess
from pathlib import Path

import pytest
from sample_project import Project


def git(folder: Path, *arguments: str, date: int = 0) -> None:
    moment = f"2026-01-01T00:00:{date:02d}Z"
    subprocess.run(
        ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments],
        cwd=folder,
        env={"PATH": "/usr/bin:/bin", "GIT_COMMITTER_DATE": moment, "GIT_AUTHOR_DATE": moment, "HOME": str(folder)},
        check=True,
        capture_output=True,
    )


def commit(project: Project, date: int) -> None:
    git(project.folder, "add", ".")
    git(project.folder, "commit", "-m", "more", date=date)


@pytest.fixture
def repository(project: Project) -> Project:
    """A project with revisions 001 and 002 in git."""
    git(project.folder, "init", "-q")
    project.tables(2)
    commit(project, 1)
    return project


def names(project: Project) -> list[str]:
    return sorted(path.name for path in project.versions.glob("*.py"))


def test_the_branch_that_was_merged_second_goes_behind_the_first(repository: Project) -> None:
    repository.sql("003", "SELECT 'one'", slug="z_first")
    commit(repository, 2)
    repository.sql("003", "SELECT 'two'", slug="a_second")
    repository.sql("004", "SELECT 'three'", slug="and_more")
    commit(repository, 3)

    assert "003_a_second.py -> 004_a_second.py, after 003" in repository.rollout("renumber").stdout
    assert "003_a_second.py" in names(repository), "nothing is changed without --yes"
    done = repository.rollout("renumber", "--yes")
    assert done.returncode == 0, done.stderr
    assert names(repository)[2:] == ["003_z_first.py", "004_a_second.py", "005_and_more.py"]
    assert repository.alembic("heads").stdout.strip() == "005 (head)"
    history = repository.alembic("history").stdout
    assert "004 -> 005 (head)" in history
    assert "003 -> 004" in history
    repository.upgrade()


def test_what_is_not_committed_yet_counts_as_second(repository: Project) -> None:
    repository.sql("003", "SELECT 1", slug="a_committed")
    commit(repository, 2)
    repository.sql("003", "SELECT 2", slug="b_mine")
    repository.rollout("renumber", "--yes")
    assert names(repository)[2:] == ["003_a_committed.py", "004_b_mine.py"]


def test_a_branch_that_was_begun_first_and_merged_second_goes_behind(repository: Project) -> None:
    git(repository.folder, "checkout", "-q", "-b", "feature")
    repository.sql("003", "SELECT 'begun first'", slug="a_feature")
    commit(repository, 2)
    git(repository.folder, "checkout", "-q", "-")
    repository.sql("003", "SELECT 'landed first'", slug="z_landed")
    commit(repository, 3)
    git(repository.folder, "merge", "-q", "-m", "merge", "feature", date=4)
    assert "003_a_feature.py -> 004_a_feature.py, after 003" in repository.rollout("renumber").stdout


def test_on_the_branch_what_is_upstream_stays(repository: Project) -> None:
    git(repository.folder, "checkout", "-q", "-b", "feature")
    repository.sql("003", "SELECT 'mine'", slug="a_feature")
    commit(repository, 2)
    git(repository.folder, "checkout", "-q", "-")
    repository.sql("003", "SELECT 'theirs'", slug="z_landed")
    commit(repository, 3)
    git(repository.folder, "update-ref", "refs/remotes/origin/HEAD", "HEAD")
    git(repository.folder, "checkout", "-q", "feature")
    git(repository.folder, "merge", "-q", "-m", "merge", "origin/HEAD", date=4)
    assert "003_a_feature.py -> 004_a_feature.py, after 003" in repository.rollout("renumber").stdout


def test_what_a_database_has_applied_stays(project: Project) -> None:
    project.tables(1)
    later = project.sql("002", "SELECT 'deployed'", slug="z_deployed")
    project.upgrade()
    project.sql("002", "SELECT 'mine'", slug="a_mine")
    assert "002_a_mine.py -> 003_a_mine.py, after 002" in project.rollout("renumber").stdout
    kept = project.rollout("renumber", "--keep", "002_a_mine.py").stdout
    assert "002_z_deployed.py -> 003_z_deployed.py, after 002" in kept
    assert later.exists()


def test_a_file_to_keep_stays_with_its_line(repository: Project) -> None:
    for number in ("003", "004"):
        repository.sql(number, "SELECT 'main'", slug="main")
    commit(repository, 2)
    for number in ("003", "004"):
        repository.sql(number, "SELECT 'mine'", slug="mine")
    for kept, other in (("main", "mine"), ("mine", "main")):
        for number in ("003", "004"):
            said = repository.rollout("renumber", "--keep", f"{number}_{kept}.py").stdout.splitlines()
            assert said[:2] == [
                f"003_{other}.py -> 005_{other}.py, after 004",
                f"004_{other}.py -> 006_{other}.py, after 005",
            ]


def test_what_is_not_committed_is_second_although_the_own_database_has_applied_it(repository: Project) -> None:
    repository.sql("003", "SELECT 'mine'", slug="a_mine")
    repository.upgrade()
    repository.sql("003", "SELECT 'landed'", slug="z_landed")
    git(repository.folder, "add", "migrations/versions/003_z_landed.py")
    git(repository.folder, "commit", "-m", "landed", date=2)
    assert "003_a_mine.py -> 004_a_mine.py, after 003" in repository.rollout("renumber").stdout


def test_a_file_to_keep_that_is_not_there_is_a_mistake(project: Project) -> None:
    project.tables(1)
    done = project.rollout("renumber", "--keep", "009_nothing.py")
    assert done.returncode == 2
    assert "there is no file 009_nothing.py" in done.stderr


def test_without_git_the_later_name_is_second(project: Project) -> None:
    project.tables(1)
    project.sql("002", "SELECT 1", slug="a")
    project.sql("002", "SELECT 2", slug="b")
    project.rollout("renumber", "--yes")
    assert names(project)[1:] == ["002_a.py", "003_b.py"]


def test_two_heads_of_different_numbers_are_put_in_line_too(project: Project) -> None:
    project.tables(1)
    project.sql("002", "SELECT 1", slug="a")
    project.sql("003", "SELECT 2", after="001", slug="b")
    project.rollout("renumber", "--yes")
    assert project.alembic("heads").stdout.strip() == "003 (head)"


def test_the_docstring_of_the_template_is_renumbered_as_well(project: Project) -> None:
    project.tables(1)
    project.sql("002", "SELECT 1", slug="a")
    path = project.sql("002", "SELECT 2", slug="b")
    path.write_text(path.read_text().replace('"""B."""', '"""B.\n\nRevision ID: 002\nRevises: 001\n"""'))
    project.rollout("renumber", "--yes")
    content = (project.versions / "003_b.py").read_text()
    assert "Revision ID: 003\nRevises: 002\n" in content


def test_a_tree_in_order_is_left_alone(project: Project) -> None:
    project.tables(2)
    done = project.rollout("renumber", "--yes")
    assert (done.returncode, done.stdout.strip()) == (
        0,
        "Every number is taken once, and there is one head: nothing to renumber.",
    )


def test_a_tree_of_random_ids_is_refused_with_what_to_do_instead(project: Project) -> None:
    project.revision("1a2b3c", after=None)
    done = project.rollout("renumber")
    assert done.returncode == 2
    assert "alembic merge heads" in done.stderr
