"""Asks git about this checkout, and commits and tags a release."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from stack.errors import StackError


def git(root: Path, *arguments: str) -> str:
    """Run git in a checkout and return what it prints.

    Raises:
        StackError: git is not installed, or it refuses; the message is what it says.
    """
    try:
        done = subprocess.run(  # noqa: S603 - arguments of our own
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the user's own git
            check=False,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError as error:
        raise StackError("A release needs git, which is not on the PATH.") from error
    if done.returncode != 0:
        said = " ".join((done.stderr or done.stdout).split())
        raise StackError(f"git {arguments[0]} failed: {said}")
    return done.stdout.strip()


def commit_and_tag(root: Path, files: Sequence[Path], *, tag: str, message: str) -> None:
    """Commit files and tag the commit; leave the files as the last commit has them where that fails.

    Raises:
        StackError: git refused.
    """
    names = [str(file.relative_to(root)) for file in files]
    try:
        git(root, "commit", "--quiet", "--message", message, "--", *names)
    except StackError:
        git(root, "restore", "--staged", "--worktree", "--", *names)
        raise
    git(root, "tag", "--annotate", tag, "--message", message)
