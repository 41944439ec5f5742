"""Puts the second of two branches that took the same numbers behind the first."""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from alembic_rollout.errors import UsageError
from alembic_rollout.numbering.merge_order import Rank, ranks
from alembic_rollout.numbering.next_number import next_number
from alembic_rollout.project.environment import Environment
from alembic_rollout.project.tree import RevisionFile, Tree


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


def move(changes: Sequence[Renumbering]) -> None:
    """Give the files their new names and numbers.

    Every file is written before any is removed: a new name may be one that another still has.
    """
    written = [(change, change.target.with_suffix(".renumbered")) for change in changes]
    for change, new in written:
        with new.open("w", encoding="utf-8", newline="") as file:
            file.write(_rewritten(change))
            file.flush()
            os.fsync(file.fileno())
    for change, new in written:
        new.replace(change.target)
    for path in {change.path for change in changes} - {change.target for change in changes}:
        path.unlink()


def renumberings(environment: Environment, *, keep: str | None = None) -> list[Renumbering]:
    """Return what has to change so that the tree is one line of descent again.

    Args:
        environment: whose tree, and whose database tells which of two files it has applied.
        keep: the name of a file that keeps its number.

    Raises:
        UsageError: the revisions are not numbers, or a merge is among them; the line says what to do instead.
    """
    tree = environment.tree
    files = list(tree.files)
    if any(not file.revision.isdigit() for file in files):
        raise UsageError('renumber needs revisions that are numbers; use `alembic merge heads -m "..."` here.')
    merges = [file for file in files if len(file.down_revisions) > 1]
    if merges and not tree.duplicates() and len(tree.heads) == 1:
        return []
    if merges:
        raise UsageError(_refusal(tree, merges[0]))
    first, second = _lines(files, ranks(environment, files), keep=keep)
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


def _refusal(tree: Tree, merge: RevisionFile) -> str:
    """Return why a tree with a merge is not renumbered, and what to do instead."""
    why = f"renumber puts revisions in one line, and {merge.path.name} merges two."
    for revision, files in tree.duplicates().items():
        names = " and ".join(file.path.name for file in files)
        return (
            f"{why} Give one of {names} the number {next_number(tree.by_revision)} by hand: in the file's name, in"
            f" `revision`, and in the `down_revision` of what follows it instead of {revision}."
        )
    return f'{why} Merge the heads {" and ".join(tree.heads)} too: alembic merge heads -m "..."'


def _lines(
    files: Sequence[RevisionFile], rank: Mapping[Path, Rank], *, keep: str | None
) -> tuple[list[RevisionFile], list[RevisionFile]]:
    """Split the files into the line of descent that stays and what has to go behind it, each in order."""

    def place(file: RevisionFile) -> tuple[bool, Rank, str]:
        is_kept = keep is not None and any(one.path.name == keep for one in _with_descendants(file, children))
        return not is_kept, rank[file.path], file.path.name

    children: dict[Path | None, list[RevisionFile]] = {}
    for file in files:
        children.setdefault(_parent(file, files, rank), []).append(file)
    stays: list[RevisionFile] = []
    goes: list[RevisionFile] = []
    at: Path | None = None
    while followers := sorted(children.get(at, ()), key=place):
        stays.append(followers[0])
        for second in followers[1:]:
            goes += _with_descendants(second, children)
        at = followers[0].path
    return stays, goes


def _parent(file: RevisionFile, files: Sequence[RevisionFile], rank: Mapping[Path, Rank]) -> Path | None:
    """Return the file that another one follows; of two with the same id, the later that was there before it."""
    candidates = [other for other in files if other.revision in file.down_revisions and other is not file]
    if not candidates:
        return None
    before = [other for other in candidates if rank[other.path] <= rank[file.path]] or candidates
    last = max(rank[other.path] for other in before)
    return min((other.path for other in before if rank[other.path] == last), key=lambda path: path.name)


def _with_descendants(file: RevisionFile, children: dict[Path | None, list[RevisionFile]]) -> list[RevisionFile]:
    found, waiting = [], [file]
    while waiting:
        found.append(waiting.pop())
        waiting += reversed(children.get(found[-1].path, []))
    return found


def _rewritten(change: Renumbering) -> str:
    with change.path.open(encoding="utf-8", newline="") as file:  # line ends stay as they are
        content = file.read()
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
        rf"^(Revision ID:[ \t]*){re.escape(change.revision)}[ \t]*(?=\r?$)",
        rf"\g<1>{change.new_revision}",
        content,
        flags=re.MULTILINE,
    )
    return re.sub(
        rf"^(Revises:[ \t]*){old_down}[ \t]*(?=\r?$)",
        rf"\g<1>{change.new_down_revision}",
        content,
        flags=re.MULTILINE,
    )
