"""A tree with a merge in it: what `downgrade -1` and `renumber` say."""

import pytest
from sample_project import Project


@pytest.fixture
def merged(project: Project) -> Project:
    """001; 002 and 003 that follow it; 004 that merges them. Applied."""
    project.tables(2)
    project.sql("003", "CREATE TABLE other ()", "DROP TABLE other", after="001")
    assert project.alembic("merge", "heads", "-m", "both").returncode == 0
    project.upgrade()
    return project


def versions(project: Project) -> set[object]:
    return {row[0] for row in project.database.rows("SELECT version_num FROM alembic_version")}


@pytest.mark.parametrize(("destination", "left"), [("002", {"002", "003"}), ("003", {"002", "003"}), ("001", {"001"})])
def test_a_downgrade_says_where_it_can_go_and_goes_there(merged: Project, destination: str, left: set[object]) -> None:
    refused = merged.alembic("downgrade", "-1")
    assert refused.returncode == 2
    assert refused.stderr == (
        "-1 is ambiguous: 004_both.py merges 002 and 003. Name a revision: `alembic downgrade 002` reverts 004 and"
        " leaves both branches applied, `alembic downgrade 001` reverts the branches as well."
        "\n"
    )
    assert versions(merged) == {"004"}
    assert merged.alembic("downgrade", destination).returncode == 0
    assert versions(merged) == left


def test_renumber_leaves_a_tree_alone_whose_merge_is_its_head(merged: Project) -> None:
    done = merged.rollout("renumber")
    assert (done.returncode, done.stdout) == (
        0,
        "Every number is taken once, and there is one head: nothing to renumber.\n",
    )


def test_two_heads_after_a_merge_are_merged_too(merged: Project) -> None:
    merged.sql("005", "SELECT 1", after="004", slug="a")
    merged.sql("006", "SELECT 1", after="004", slug="b")
    done = merged.rollout("renumber")
    assert done.returncode == 2
    assert done.stderr == (
        "renumber puts revisions in one line, and 004_both.py merges two. Merge the heads 005 and 006 too:"
        ' alembic merge heads -m "..."'
        "\n"
    )
    assert merged.alembic("merge", "heads", "-m", "again").returncode == 0
    merged.upgrade()
    assert versions(merged) == {"007"}


def test_two_files_of_one_number_after_a_merge_are_named_with_the_number_that_is_free(merged: Project) -> None:
    merged.sql("005", "SELECT 1", after="004", slug="a")
    merged.sql("005", "SELECT 1", after="004", slug="b")
    done = merged.rollout("renumber")
    assert done.returncode == 2
    assert done.stderr == (
        "renumber puts revisions in one line, and 004_both.py merges two. Give one of 005_a.py and 005_b.py the number"
        " 006 by hand: in the file's name, in `revision`, and in the `down_revision` of what follows it instead of 005."
        "\n"
    )
