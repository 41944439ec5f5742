"""What is checked before Alembic writes a new revision, while it can still be refused in one line."""

import os
from pathlib import Path

from alembic.script import ScriptDirectory

from alembic_rollout.errors import UsageError
from alembic_rollout.project.tree import Tree, version_folders
from alembic_rollout.project.tree_checks import check_tree


def check_new_revision(script: ScriptDirectory, tree: Tree, *, version_path: str | None = None) -> None:
    """Make sure that the folder of revisions can be written, and that the present ones can be imported.

    Alembic does both after its environment has ended, where an error would be a traceback.

    Args:
        script: the project's script directory.
        tree: its revisions, as they were read.
        version_path: the folder that the command names; the project's first one by default.

    Raises:
        UsageError: the folder cannot be written, or the tree is broken; the line has the remedy.
        Exception: what importing a revision raises.
    """
    folder = Path(version_path) if version_path else version_folders(script)[0]
    if folder.is_dir() and not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(
            f"{folder} cannot be written by this user (uid {os.getuid()}): a new revision is a file of the source code."
            " Run `alembic revision` in the checkout, outside of the container."
        )
    check_tree(tree)
    script.get_heads()
