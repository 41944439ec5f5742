"""`alembic-rollout renumber`: puts the second of two branches that took the same numbers behind the first."""

from alembic.config import Config

from alembic_rollout.errors import UsageError
from alembic_rollout.numbering.renumbering import move, renumberings
from alembic_rollout.project.environment import load_environment


def renumber_command(config: Config, *, keep: str | None, yes: bool) -> None:
    """Give the file that was merged second, and what is built on it, the next free numbers.

    First is the one that is upstream (`origin/HEAD`), else the one that is committed, else the one that the database
    has applied, else the one that came to the branch first. Where nothing tells them apart, the later name is second.

    Args:
        config: Alembic's.
        keep: name of a file that keeps its number in any case, with what it is built on.
        yes: do it; otherwise only say what would be done.

    Raises:
        UsageError: the tree is not one of three-digit numbers, or there is no file to keep.
    """
    environment = load_environment(config)
    if keep is not None and all(file.path.name != keep for file in environment.tree.files):
        raise UsageError(f"--keep: there is no file {keep} among the revisions.")
    changes = renumberings(environment, keep=keep)
    if not changes:
        print("Every number is taken once, and there is one head: nothing to renumber.")
        return
    for change in changes:
        print(f"{change.path.name} -> {change.target.name}, after {change.new_down_revision}")
    if not yes:
        print("Nothing is changed yet. To do it: alembic-rollout renumber --yes")
        return
    move(changes)
    print("Databases that have applied one of these under its old number must revert it before: alembic downgrade.")
