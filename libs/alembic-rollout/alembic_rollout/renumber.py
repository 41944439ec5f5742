"""`alembic-rollout renumber`: puts the second of two branches that took the same numbers behind the first."""

import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config

from alembic_rollout.environment import Environment, load_environment
from alembic_rollout.errors import UsageError
from alembic_rollout.tree import RevisionFile


@dataclass(frozen=True, slots=True)
class Renumbering:
    """One file that gets a new place.

    Attributes:
        path: the file as it is.
        target: its new path.
        revision: its id as it is.
        new_revision: its new id.
        new_down_revision: what it follows from now on.
    """

    path: Path
    target: Path
    revision: str
    down_revision: str | None
    new_revision: str
    new_down_revision: str


def renumber_command(config: Config, *, yes: bool) -> None:
    """Give the file that was merged second, and what is built on it, the next free numbers.

    Which one was second: the one that git has known for less time (not committed yet is least), else the later name.

    Args:
        config: Alembic's.
        yes: do it; otherwise only say what would be done.

    Raises:
        UsageError: nothing is to be renumbered, or the tree is not one of three-digit numbers.
    """
    environment = load_environment(config)
    changes = renumberings(environment)
    if not changes:
        print("Every number is taken once, and there is one head: nothing to renumber.")
        return
    for change in changes:
        print(f"{change.path.name} -> {change.target.name}, after {change.new_down_revision}")
    if not yes:
        print("Nothing is changed yet. To do it: alembic-rollout renumber --yes")
        return
    # Two passes: a new name may be one that another of these files still has.
    contents = [(change, _rewritten(change)) for change in changes]
    for change, _ in contents:
        change.path.unlink()
    for change, content in contents:
        change.target.write_text(content)
    print(
        "Databases that have applied one of these under its old number are to be taken back before: alembic downgrade."
    )


def renumberings(environment: Environment) -> list[Renumbering]:
    """Return what has to change so that the tree is one line of descent again."""
    files = list(environment.tree.files)
    if any(not file.revision.isdigit() or len(file.down_revisions) > 1 for file in files):
        raise UsageError(
            "renumber needs a tree whose revisions are numbers in one line; use `alembic merge heads` here."
        )
    first, second = _lines(files)
    if not second:
        return []
    if not first:
        raise UsageError("No revision begins the tree: which one has down_revision None?")
    changes = []
    last, number = first[-1].revision, max(int(file.revision) for file in first)
    for file in second:
        number += 1
        new = f"{number:03d}"
        name = re.sub(rf"^{re.escape(file.revision)}_", f"{new}_", file.path.name)
        down = file.down_revisions[0] if file.down_revisions else None
        changes.append(Renumbering(file.path, file.path.with_name(name), file.revision, down, new, last))
        last = new
    return changes


def _lines(files: Sequence[RevisionFile]) -> tuple[list[RevisionFile], list[RevisionFile]]:
    """Split the files into the line of descent that stays and what has to go behind it, each in order."""
    ages = _ages(files)
    children: dict[Path | None, list[RevisionFile]] = {}
    for file in files:
        children.setdefault(_parent(file, files, ages), []).append(file)
    stays: list[RevisionFile] = []
    goes: list[RevisionFile] = []
    at: Path | None = None
    while followers := sorted(children.get(at, ()), key=lambda file: (-ages[file.path], file.path.name)):
        stays.append(followers[0])
        for second in followers[1:]:
            goes += _with_descendants(second, children)
        at = followers[0].path
    return stays, goes


def _parent(file: RevisionFile, files: Sequence[RevisionFile], ages: dict[Path, int]) -> Path | None:
    """Return the file that another one follows; of two with the same id, the younger that was there before it."""
    candidates = [other for other in files if other.revision in file.down_revisions and other is not file]
    if not candidates:
        return None
    older = [other for other in candidates if ages[other.path] >= ages[file.path]]
    return min(older or candidates, key=lambda other: (ages[other.path], other.path.name)).path


def _with_descendants(file: RevisionFile, children: dict[Path | None, list[RevisionFile]]) -> list[RevisionFile]:
    return [file, *(found for child in children.get(file.path, ()) for found in _with_descendants(child, children))]


def _ages(files: Sequence[RevisionFile]) -> dict[Path, int]:
    """Return how long git has known each file, seconds; 0 for one that it does not know."""
    ages = {}
    for file in files:
        done = subprocess.run(  # noqa: S603 - a fixed command
            ["git", "log", "--diff-filter=A", "--format=%ct", "--max-count=1", "--", file.path.name],  # noqa: S607
            cwd=file.path.parent,
            check=False,
            capture_output=True,
            text=True,
        )
        added = done.stdout.strip()
        ages[file.path] = 2**62 - int(added) if done.returncode == 0 and added else 0
    return ages


def _rewritten(change: Renumbering) -> str:
    content = change.path.read_text()
    content = re.sub(
        rf"^(revision\b[^=\n]*=\s*)(['\"]){re.escape(change.revision)}\2",
        rf"\g<1>\g<2>{change.new_revision}\g<2>",
        content,
        flags=re.MULTILINE,
    )
    old_down = re.escape(change.down_revision) if change.down_revision else ""
    content = re.sub(
        rf"^(down_revision\b[^=\n]*=\s*)(['\"]){old_down}\2",
        rf"\g<1>\g<2>{change.new_down_revision}\g<2>",
        content,
        flags=re.MULTILINE,
    )
    content = re.sub(
        rf"^(Revision ID:\s*){re.escape(change.revision)}\s*$",
        rf"\g<1>{change.new_revision}",
        content,
        flags=re.MULTILINE,
    )
    return re.sub(rf"^(Revises:\s*){old_down}\s*$", rf"\g<1>{change.new_down_revision}", content, flags=re.MULTILINE)
