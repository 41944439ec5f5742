"""Refusals of a tree that cannot be migrated along, each with its remedy."""

import re
from collections.abc import Sequence

from alembic_rollout.errors import UsageError
from alembic_rollout.project.tree import Tree


def check_tree(tree: Tree) -> None:
    """Make sure that every file of a tree can be reached, and that each revision is one file.

    Raises:
        UsageError: see `tree_problem`.
    """
    problem = tree_problem(tree)
    if problem is not None:
        raise UsageError(problem)


def tree_problem(tree: Tree) -> str | None:
    """Return what is wrong with a tree, with the files and the remedy; None where nothing is."""
    return _duplicates(tree) or _circle(tree) or _unknown_below(tree)


def _duplicates(tree: Tree) -> str | None:
    for revision, files in tree.duplicates().items():
        names = " and ".join(file.path.name for file in files)
        return (
            f"Two files are revision {revision}: {names}. Give the one that was merged second the next number:"
            " alembic-rollout renumber"
        )
    return None


def _circle(tree: Tree) -> str | None:
    circle = tree.circle
    if not circle:
        return None
    files = [tree.by_revision[revision].path.name for revision in circle]
    if len(circle) == 1:
        return f"{files[0]} names itself as its down_revision or in depends_on. Name the revision that it follows."
    return (
        f"These files are built on each other in a circle, so that none can be applied: {', '.join(files)}."
        " Correct the down_revision or depends_on of one of them."
    )


def _unknown_below(tree: Tree) -> str | None:
    if not tree.unknown_below:
        return None
    from difflib import get_close_matches  # noqa: PLC0415 - every start comes here, and most trees know all they name

    for file, below in tree.unknown_below:
        name = "down_revision" if below in file.down_revisions else "depends_on"
        close = get_close_matches(below, [known for known in tree.by_revision if known != file.revision], n=1)
        hint = f" Did you mean {close[0]!r}?" if close else " Correct it, or restore the file that is missing."
        return f"{file.path.name}: {name} names {below!r}, and no file is that revision.{hint}"
    return None


def check_id_lengths(tree: Tree, longest: int | None) -> None:
    """Make sure that the version table can hold every id.

    Args:
        tree: the revisions.
        longest: of `VersionTable.longest_id`.

    Raises:
        UsageError: it cannot hold one.
    """
    for file in tree.files:
        if longest is not None and len(file.revision) > longest:
            length = len(file.revision)
            raise UsageError(
                f"{file.path.name}: the id {file.revision!r} has {length} characters, and version_num of"
                f" the version table holds {longest}. Shorten it there and in every down_revision that names it,"
                f" or widen the column first: ALTER TABLE ... ALTER version_num TYPE varchar({length})"
            )


def check_heads(tree: Tree, destination: str) -> None:
    """Make sure that `head` is one revision.

    Raises:
        UsageError: there are several; the line names their files.
    """
    if destination == "head" and len(tree.heads) > 1:
        names = ", ".join(tree.by_revision[head].path.name for head in tree.heads)
        are_numbers = all(revision.isdecimal() for revision in tree.by_revision)
        in_line = "Put one behind the other (alembic-rollout renumber), merge" if are_numbers else "Merge"
        raise UsageError(
            f"The tree has {len(tree.heads)} heads: {names}. {in_line}"
            ' them (alembic merge heads -m "..."), or upgrade to `heads`.'
        )


def ambiguous_downgrade(tree: Tree, current: Sequence[str], destination: str) -> str | None:
    """Return why a number of steps, such as `-1`, leads to no one revision, and what to name instead; None if it does.

    Args:
        tree: of this code.
        current: the revisions of the database.
        destination: as it was typed.
    """
    steps = re.fullmatch(r"-(\d+)", destination)
    if steps is None or len(current) != 1:
        return None
    revision = current[0]
    for _ in range(int(steps[1])):
        file = tree.by_revision.get(revision)
        if file is None or not file.down_revisions:
            return None
        if len(file.down_revisions) > 1:
            *parents, branch_point = downgrade_targets(tree, revision)
            return (
                f"{destination} is ambiguous: {file.path.name} merges {' and '.join(parents)}. Name a revision:"
                f" `alembic downgrade {parents[0]}` reverts {revision} and leaves both branches applied,"
                f" `alembic downgrade {branch_point}` reverts the branches as well."
            )
        revision = file.down_revisions[0]
    return None


def downgrade_targets(tree: Tree, merge: str) -> tuple[str, ...]:
    """Return what a downgrade from a merge can name: each revision that it merges, and last where they parted.

    Args:
        tree: of this code.
        merge: a revision of it that has more than one `down_revision`.
    """
    parents = tree.by_revision[merge].down_revisions
    common = set.intersection(*(tree.ancestors([parent]) for parent in parents))
    parted_at = [revision for revision in tree.order if revision in common]
    return (*parents, parted_at[-1] if parted_at else "base")
