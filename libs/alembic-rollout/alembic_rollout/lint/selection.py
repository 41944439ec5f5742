"""Which revisions to judge: what is pending, what came after a revision, what differs from a git ref, or all."""

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.script import Script
from alembic.util import CommandError

from alembic_rollout.errors import DatabaseAheadError, UsageError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.tree import version_folders

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def select_revisions(
    environment: "Environment", *, since: str | None, base: str | None, all_revisions: bool
) -> list[Script]:
    """Return the revisions to judge, in the order in which they would run.

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
    if base is not None:
        changed = changed_files(version_folders(environment.script), base)
        return [script for script in _after(environment, ()) if Path(script.path).resolve() in changed]
    if since is not None:
        return _after(environment, _known(environment, since))
    return _after(environment, ()) if all_revisions else pending_revisions(environment)


def pending_revisions(environment: "Environment") -> list[Script]:
    """Return what the database has not applied yet, oldest first."""
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
    unknown = set(current) - {script.revision for script in _after(environment, ())}
    if unknown:
        raise DatabaseAheadError(f"The database is at {', '.join(sorted(unknown))}, which this code does not have.")
    return _after(environment, current)


def changed_files(folders: Sequence[Path], ref: str) -> set[Path]:
    """Return the files of folders that are new or differ from a git ref, committed or not.

    Raises:
        UsageError: the folders are in no git checkout, or it does not know the ref.
    """
    changed: set[Path] = set()
    for folder in folders:
        _git(folder, "rev-parse", "--git-dir")
        _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", ref=ref)
        names = _git(
            folder, "diff", "--name-only", "--relative", "--no-renames", "--diff-filter=d", "-z", ref, "--", "."
        )
        names += _git(folder, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
        changed |= {(folder / name).resolve() for name in names.split("\0") if name}
    return changed


def _git(folder: Path, *arguments: str, ref: str | None = None) -> str:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - the user's own git
    except FileNotFoundError:
        raise UsageError("--base needs git, which is not on the PATH.") from None
    if done.returncode == 0:
        return done.stdout
    said = " ".join(done.stderr.split()) or f"git does not know {ref}; fetch it first (git fetch origin)"
    raise UsageError(f"--base cannot be used in {folder}: {said}")


def _known(environment: "Environment", revision: str) -> tuple[str, ...]:
    try:
        found = environment.script.get_revisions(revision)
    except CommandError as error:
        raise UsageError(f"--since {revision}: {error}") from None
    return tuple(script.revision for script in found if script is not None)


def _after(environment: "Environment", revisions: tuple[str, ...]) -> list[Script]:
    """Return the revisions that these are not built on, oldest first."""
    script = environment.script
    applied = {done.revision for done in script.iterate_revisions(revisions, "base")} if revisions else set()
    every = reversed(list(script.iterate_revisions("heads", "base")))
    return [candidate for candidate in every if candidate.revision not in applied]
