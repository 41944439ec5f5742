"""Refusals of a tree that cannot be migrated along, each with its remedy."""

from alembic_rollout.errors import UsageError
from alembic_rollout.project.tree import Tree


def check_tree(tree: Tree) -> None:
    """Make sure that no two files have one revision id.

    Raises:
        UsageError: some have; the line names both files and the command that mends it.
    """
    for revision, files in tree.duplicates().items():
        names = " and ".join(file.path.name for file in files)
        raise UsageError(
            f"Two files are revision {revision}: {names}. Give the one that was merged second the next number:"
            " alembic-rollout renumber"
        )


def check_heads(tree: Tree, destination: str) -> None:
    """Make sure that `head` is one revision.

    Raises:
        UsageError: there are several; the line names their files.
    """
    if destination == "head" and len(tree.heads) > 1:
        names = ", ".join(tree.by_revision[head].path.name for head in tree.heads)
        raise UsageError(
            f"The tree has {len(tree.heads)} heads: {names}. Put one behind the other (alembic-rollout renumber),"
            ' merge them (alembic merge heads -m "..."), or upgrade to `heads`.'
        )
