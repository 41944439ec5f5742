"""Which commit is taken for the release that still runs, whose statements the pending revisions have to survive."""

import os
import subprocess
from pathlib import Path

VARIABLE = "BASE"
"""The environment variable that names another commit, such as the tag of what is deployed."""
_MAIN = "origin/main"


def previous_release(checkout: Path) -> str | None:
    """Return a git ref; None where there is none: no git, a clone without a remote, or a shallow one.

    Args:
        checkout: a folder in it.

    Returns:
        What `BASE` names, else `origin/main`; its parent where `origin/main` itself is checked out.
    """
    named = os.environ.get(VARIABLE)
    if named:
        return named
    main, head, parent = (_commit(checkout, ref) for ref in (_MAIN, "HEAD", "HEAD^"))
    if main is None:
        return None
    return parent if main == head else _MAIN


def _commit(checkout: Path, ref: str) -> str | None:
    """Return the commit that a ref names; None where git does not know it, or is not there."""
    command = ["git", "-C", str(checkout), "rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}"]
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603 - fixed refs
    except FileNotFoundError:
        return None
    return done.stdout.strip() if done.returncode == 0 else None
