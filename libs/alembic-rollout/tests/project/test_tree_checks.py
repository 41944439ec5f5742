"""Refusals of a tree, and of a way through it. No database: a tree is a value."""

from pathlib import Path

import pytest

from alembic_rollout.project.tree import RevisionFile, Tree
from alembic_rollout.project.tree_checks import ambiguous_downgrade, downgrade_targets


def tree(**revisions: tuple[str, ...]) -> Tree:
    """Return a tree of revisions named `r001`, ..., each with the ones that it follows."""
    return Tree(
        [
            RevisionFile(Path(f"{name[1:]}_.py"), name[1:], tuple(down[1:] for down in downs), (), "expand", "")
            for name, downs in revisions.items()
        ]
    )


MERGED = tree(r001=(), r002=("r001",), r003=("r001",), r004=("r002", "r003"), r005=("r004",))


@pytest.mark.parametrize(("current", "steps"), [("004", "-1"), ("004", "-2"), ("005", "-2"), ("005", "-9")])
def test_steps_through_a_merge_are_ambiguous(current: str, steps: str) -> None:
    assert ambiguous_downgrade(MERGED, (current,), steps) == (
        f"{steps} is ambiguous: 004_.py merges 002 and 003. Name a revision: `alembic downgrade 002` reverts 004 and"
        " leaves both branches applied, `alembic downgrade 001` reverts the branches as well."
    )


@pytest.mark.parametrize(
    ("current", "destination"),
    [
        (("005",), "-1"),  # not through the merge
        (("002",), "-1"),
        (("002",), "-2"),
        (("001",), "-5"),  # Alembic says that this is too far
        (("002", "003"), "-1"),  # not a merge
        (("004",), "002"),
        (("004",), "base"),
        (("009",), "-1"),  # unknown
        ((), "-1"),
    ],
)
def test_what_is_not_ambiguous_passes(current: tuple[str, ...], destination: str) -> None:
    assert ambiguous_downgrade(MERGED, current, destination) is None


def test_branches_that_never_met_are_reverted_to_base() -> None:
    assert downgrade_targets(tree(r001=(), r002=(), r003=("r001", "r002")), "003") == ("001", "002", "base")


def test_the_nearest_common_revision_is_named() -> None:
    deep = tree(r001=(), r002=("r001",), r003=("r002",), r004=("r002",), r005=("r003", "r004"))
    assert downgrade_targets(deep, "005") == ("003", "004", "002")
