"""Asks git about the files of a project."""

import subprocess
from pathlib import Path

from alembic_rollout.errors import UsageError


def check_ref(folder: Path, ref: str) -> None:
    """Make sure that a folder is in a checkout which knows a ref.

    Raises:
        UsageError: it is in none, or git does not know the ref.
    """
    git(folder, "rev-parse", "--git-dir")
    git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}", ref=ref)


def file_at(path: Path, ref: str) -> str | None:
    """Return a file as a ref has it; None where the ref has no such file.

    Args:
        path: of the working tree; it need not exist there.
        ref: a branch, a tag or a commit.

    Raises:
        UsageError: the file's folder is in no checkout, or git does not know the ref.
    """
    folder = next(parent for parent in path.parents if parent.is_dir())
    check_ref(folder, ref)
    name = path.relative_to(folder).as_posix()
    listed = git(folder, "ls-tree", "--name-only", "-z", ref, "--", name)
    return git(folder, "show", "--end-of-options", f"{ref}:./{name}") if listed else None


def git(folder: Path, *arguments: str, ref: str | None = None) -> str:
    """Run git in a folder and return what it prints.

    Args:
        folder: where.
        arguments: of git.
        ref: what the arguments ask for, for the message.

    Raises:
        UsageError: git is not installed, or refuses.
    """
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False)  # noqa: S603, S607 - the user's own git
    except FileNotFoundError:
        raise UsageError("--base needs git, which is not on the PATH.") from None
    if done.returncode == 0:
        return done.stdout
    said = " ".join(done.stderr.split()) or f"git does not know {ref}; fetch it first (git fetch origin)"
    raise UsageError(f"--base cannot be used in {folder}: {said}")
