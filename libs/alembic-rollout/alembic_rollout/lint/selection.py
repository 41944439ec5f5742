"""Which revisions to judge: what is pending, what came after a revision, what differs from a git ref, or all."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_rollout.errors import DatabaseAheadError, UsageError
from alembic_rollout.git import check_ref, git
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.tree import Tree, version_folders

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def select_revisions(
    environment: "Environment", *, since: str | None, base: str | None, all_revisions: bool
) -> list[str]:
    """Return the revisions to judge, in the order in which they would run. No revision is imported.

    Args:
        environment: whose tree, and whose database where nothing else is asked for.
        since: only revisions that this one is not built on.
        base: only revisions whose files are new or changed against this git ref.
        all_revisions: every one.

    Raises:
        UsageError: more than one way was chosen, or the revision or ref is unknown.
        DatabaseAheadError: the database is at a revision that the tree does not have.
    """
    if sum((since is not None, base is not None, all_revisions)) > 1:
        raise UsageError("Choose one of --since, --base and --all.")
    tree = environment.tree
    if base is not None:
        changed = changed_files(version_folders(environment.script), base)
        return [revision for revision in tree.order if tree.by_revision[revision].path.resolve() in changed]
    if since is not None:
        return list(tree.pending(known_revisions(tree, since)))
    return list(tree.order) if all_revisions else pending_revisions(environment)


def pending_revisions(environment: "Environment") -> list[str]:
    """Return what the database has not applied yet, oldest first."""
    tree = environment.tree
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
    unknown = sorted(set(current) - tree.by_revision.keys())
    if unknown:
        raise DatabaseAheadError(f"The database is at {', '.join(unknown)}, which this code does not have.")
    return list(tree.pending(current))


def known_revisions(tree: Tree, name: str) -> tuple[str, ...]:
    """Return the revisions that `--since` names.

    Args:
        tree: whose.
        name: an id, the beginning of one, `base`, `head` or `heads`; a branch is named by its revision.

    Raises:
        UsageError: none has that name, or several have.
    """
    if name in ("head", "heads"):
        return tree.heads
    if name == "base":
        return ()
    if name in tree.by_revision:
        return (name,)
    found = sorted(revision for revision in tree.by_revision if name and revision.startswith(name))
    if len(found) == 1:
        return tuple(found)
    if found:
        raise UsageError(f"--since {name}: several revisions begin so: {', '.join(found)}.")
    close = get_close_matches(name, list(tree.by_revision), n=1)
    hint = f" Did you mean {close[0]!r}?" if close else ""
    raise UsageError(f"--since {name}: no file is revision {name!r}.{hint}")


def changed_files(folders: Sequence[Path], ref: str) -> set[Path]:
    """Return the files of folders that are new or differ from a git ref, committed or not.

    Raises:
        UsageError: the folders are in no git checkout, or it does not know the ref.
    """
    changed: set[Path] = set()
    for folder in folders:
        check_ref(folder, ref)
        names = git(
            folder, "diff", "--name-only", "--relative", "--no-renames", "--diff-filter=d", "-z", ref, "--", "."
        )
        names += git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
        changed |= {(folder / name).resolve() for name in names.split("\0") if name}
    return changed
