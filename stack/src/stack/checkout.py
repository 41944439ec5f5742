"""Which release a checkout is, as git has it: what an image is given by its build."""

import subprocess
from pathlib import Path


def checkout_version(root: Path) -> str:
    """Return the tag of a checkout, with the commits since and `-dirty` for changes; its short commit without a tag.

    Empty where the folder is no checkout, or git is not installed.
    """
    return _ask(root, "describe", "--tags", "--always", "--dirty")


def checkout_revision(root: Path) -> str:
    """Return the commit of a checkout; empty where the folder is none, or git is not installed."""
    return _ask(root, "rev-parse", "HEAD")


def _ask(root: Path, *arguments: str) -> str:
    if not (root / ".git").exists():  # git would answer for a checkout around it
        return ""
    try:
        done = subprocess.run(  # noqa: S603 - arguments of our own
            ["git", "-C", str(root), *arguments],  # noqa: S607 - the user's own git
            check=False,
            capture_output=True,
            text=True,
        )
    except FileNotFoundError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
