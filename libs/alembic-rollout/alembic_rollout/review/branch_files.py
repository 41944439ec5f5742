"""Which revision files a branch adds, which released ones it changes, and which it does not have."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic_rollout.git import file_at, git
from alembic_rollout.lint.selection import select_revisions
from alembic_rollout.project.tree import version_folders

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True, slots=True)
class BranchFiles:
    """The revision files of a branch, compared with its base.

    Attributes:
        added: the revisions that only the branch has, in the order in which they would run.
        edited: files of the base that are not what they were; relative to the project's folder.
        missing: files of the base that the branch does not have; likewise.
    """

    added: tuple[str, ...] = ()
    edited: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def branch_files(environment: "Environment", base: str) -> BranchFiles:
    """Compare the working tree with a git ref. No revision is imported.

    Args:
        environment: whose tree.
        base: a branch, a tag or a commit.

    Raises:
        UsageError: the project is in no git checkout, or it does not know the ref.
    """
    files = environment.tree.by_revision
    changed = select_revisions(environment, since=None, base=base, all_revisions=False)
    edited = [revision for revision in changed if file_at(files[revision].path.resolve(), base) is not None]
    missing = [file for folder in version_folders(environment.script) for file in _missing(folder.resolve(), base)]
    return BranchFiles(
        added=tuple(revision for revision in changed if revision not in edited),
        edited=tuple(_shown(files[revision].path.resolve(), environment.folder) for revision in edited),
        missing=tuple(_shown(file, environment.folder) for file in missing),
    )


def _missing(folder: Path, base: str) -> list[Path]:
    names = git(folder, "diff", "--name-only", "--relative", "--no-renames", "--diff-filter=D", "-z", base, "--", ".")
    return [folder / name for name in names.split("\0") if name.endswith(".py")]


def _shown(file: Path, folder: Path) -> str:
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
