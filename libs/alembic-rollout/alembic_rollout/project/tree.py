"""Reads an Alembic tree as text: ids, descent, phases and checksums, without importing a single revision.

A start that has nothing to do must be fast, and importing 500 files takes longer than reading them. Where one of them
cannot be read with certainty (an id that is computed, say), Alembic imports them all.
"""

import ast
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

from alembic.script import Script, ScriptDirectory
from alembic.script.revision import RevisionError
from alembic.util import CommandError

from alembic_rollout.errors import UsageError
from alembic_rollout.project.alembic_private import resolved_dependencies
from alembic_rollout.project.import_guard import connections_refused

Phase = Literal["expand", "contract"]

_NAMES = ("revision", "down_revision", "depends_on", "phase")
_SIMPLE = {
    name: re.compile(
        rb"^%s\b[^=\n]*=[ \t]*(?:\"([^\"\\\n]*)\"|'([^'\\\n]*)'|(None))[ \t]*(?:#.*)?\r?$" % name.encode(), re.MULTILINE
    )
    for name in _NAMES
}
_ASSIGNED = {name: re.compile(rb"^[ \t]*%s\b[^=\n]*=(?!=)" % name.encode(), re.MULTILINE) for name in _NAMES}


@dataclass(frozen=True, slots=True)
class RevisionFile:
    """One file of the tree.

    Attributes:
        path: where it is.
        revision: its id.
        down_revisions: the ids that it follows.
        depends_on: the ids that it needs besides.
        phase: `contract` when the previous release would not survive it, else `expand`.
        digest: SHA-256 of the content as it was read.
    """

    path: Path
    revision: str
    down_revisions: tuple[str, ...]
    depends_on: tuple[str, ...]
    phase: Phase
    digest: str

    @property
    def built_on(self) -> tuple[str, ...]:
        """The ids that have to be applied before it."""
        return self.down_revisions + self.depends_on

    def checksum(self) -> str:
        """Return the SHA-256 of the content; line endings do not count, because git changes them."""
        return self.digest


class Tree:
    """The revisions of a project.

    Args:
        files: every revision file.
    """

    def __init__(self, files: Sequence[RevisionFile]) -> None:
        self.files = files
        self.by_revision = {file.revision: file for file in files}

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The revisions that nothing follows."""
        followed = {down for file in self.files for down in file.down_revisions}
        return tuple(sorted(file.revision for file in self.files if file.revision not in followed))

    def duplicates(self) -> dict[str, list[RevisionFile]]:
        """Return the ids that more than one file has, with those files."""
        by_revision: dict[str, list[RevisionFile]] = {}
        for file in self.files:
            by_revision.setdefault(file.revision, []).append(file)
        return {revision: files for revision, files in by_revision.items() if len(files) > 1}

    def ancestors(self, revisions: Iterable[str]) -> set[str]:
        """Return the revisions that these are built on, themselves included; unknown ones are left out."""
        found: set[str] = set()
        waiting = [revision for revision in revisions if revision in self.by_revision]
        while waiting:
            revision = waiting.pop()
            if revision not in found:
                found.add(revision)
                waiting += self._known_below(revision)
        return found

    def line_of(self, revision: str) -> set[str]:
        """Return a revision and what it follows by down_revision alone; unknown ones are left out."""
        found: set[str] = set()
        waiting = [revision]
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.by_revision:
                found.add(name)
                waiting += self.by_revision[name].down_revisions
        return found

    @cached_property
    def order(self) -> tuple[str, ...]:
        """Every revision, each after those that it is built on; what is in a circle is left out: see `circle`."""
        ordered: dict[str, None] = {}
        opened: set[str] = set()
        waiting = list(reversed(self.heads))
        while waiting:
            revision = waiting[-1]
            missing = [below for below in self._known_below(revision) if below not in ordered]
            if missing and revision not in opened:
                opened.add(revision)
                waiting += missing
                continue
            waiting.pop()
            if not missing:
                ordered.setdefault(revision)
        return tuple(ordered)

    @cached_property
    def circle(self) -> tuple[str, ...]:
        """Revisions that are built on each other, so that none of them can ever be applied; empty in a sound tree."""
        left = self.by_revision.keys() - set(self.order)
        for first in sorted(left):
            way = [first]
            while below := next((name for name in self._known_below(way[-1]) if name in left), None):
                if below in way:
                    return tuple(way[way.index(below) :])
                way.append(below)
        return ()

    @cached_property
    def unknown_below(self) -> tuple[tuple[RevisionFile, str], ...]:
        """What files name as their down_revision or in depends_on, and no file is."""
        return tuple((file, below) for file in self.files for below in file.built_on if below not in self.by_revision)

    def pending(self, current: Iterable[str]) -> tuple[str, ...]:
        """Return what a database at these revisions has not applied yet, oldest first."""
        applied = self.ancestors(current)
        return tuple(revision for revision in self.order if revision not in applied)

    @property
    def required(self) -> tuple[str, ...]:
        """The revisions that this code cannot do without: the heads, without the contract revisions at the end.

        A contract revision only takes away what this code no longer uses, so the code runs before it as well as after.
        """
        left = set(self.by_revision)
        while droppable := [
            revision for revision in self._heads_of(left) if self.by_revision[revision].phase == "contract"
        ]:
            left -= set(droppable)
        return tuple(sorted(self._heads_of(left)))

    def _heads_of(self, revisions: set[str]) -> set[str]:
        return revisions - {below for revision in revisions for below in self.by_revision[revision].built_on}

    def _known_below(self, revision: str) -> tuple[str, ...]:
        return tuple(below for below in self.by_revision[revision].built_on if below in self.by_revision)


def read_tree(script: ScriptDirectory) -> Tree:
    """Read the tree of a script directory.

    Raises:
        UsageError: a file has a syntax error; the line says where.
    """
    files: list[RevisionFile] = []
    for path in _paths(script):
        content = path.read_bytes()
        if b"revision" not in content:
            continue  # Alembic passes over files without an id as well
        file = _read_simple(path, content) or _read_literal(path, content)
        if file is None:
            return _import_tree(script)
        files.append(file)
    revisions = {file.revision for file in files}
    if all(revisions.issuperset(file.depends_on) for file in files):
        return Tree(files)
    return _import_tree(script, files)  # one depends on the label of a branch: Alembic knows which revision that is


def _import_tree(script: ScriptDirectory, files: Sequence[RevisionFile] | None = None) -> Tree:
    """Let Alembic import the files, for what their text does not say.

    Args:
        script: the script directory.
        files: what their text tells, where that is enough to say what is wrong with the tree.
    """
    try:
        with connections_refused():
            return Tree([_imported(found) for found in script.walk_revisions()])
    except SyntaxError as error:
        raise UsageError(f"{error.filename}:{error.lineno}: {error.msg}. Correct the file.") from error
    except (CommandError, RevisionError, KeyError):
        if files is None:
            raise
        return Tree(files)


def _imported(script: Script) -> RevisionFile:
    names = {name: getattr(script.module, name, None) for name in _NAMES}
    names |= {"revision": script.revision, "depends_on": resolved_dependencies(script)}
    path = Path(script.path)
    file = _revision_file(path, names, path.read_bytes())
    assert file is not None  # noqa: S101 - for the type checker: Alembic takes no revision without an id
    return file


def version_folders(script: ScriptDirectory) -> tuple[Path, ...]:
    """Return the folders that hold revisions."""
    return tuple(Path(location) for location in script.version_locations) or (Path(script.dir, "versions"),)


def _paths(script: ScriptDirectory) -> Iterator[Path]:
    for folder in version_folders(script):
        found = folder.rglob("*.py") if script.recursive_version_locations else folder.glob("*.py")
        yield from (path for path in sorted(found) if not path.name.startswith((".#", "__init__")))


def _read_simple(path: Path, content: bytes) -> RevisionFile | None:
    """Read a file whose four names are each assigned one string or None on one line, once."""
    values: dict[str, str | None] = {}
    for name in _NAMES:
        assigned = _ASSIGNED[name].findall(content)
        if not assigned and name not in ("revision", "down_revision"):
            values[name] = None
            continue
        match = _SIMPLE[name].search(content)
        if len(assigned) != 1 or match is None:
            return None
        text = match[1] if match[1] is not None else match[2]
        values[name] = text.decode() if text is not None else None
    return _revision_file(path, dict(values), content)


def _read_literal(path: Path, content: bytes) -> RevisionFile | None:
    """Read a file whose names are assigned literals anywhere at its top level; None where they are computed."""
    values: dict[str, object] = {}
    try:
        for statement in ast.parse(content).body:
            if not isinstance(statement, ast.Assign | ast.AnnAssign) or statement.value is None:
                continue
            targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
            for target in targets:
                if isinstance(target, ast.Name) and target.id in _NAMES:
                    values[target.id] = ast.literal_eval(statement.value)
    except (SyntaxError, ValueError):
        return None
    return _revision_file(path, values, content)


def _revision_file(path: Path, values: dict[str, object], content: bytes) -> RevisionFile | None:
    revision = values.get("revision")
    if not isinstance(revision, str):
        return None
    return RevisionFile(
        path=path,
        revision=revision,
        down_revisions=_ids(values.get("down_revision")),
        depends_on=_ids(values.get("depends_on")),
        phase="contract" if values.get("phase") == "contract" else "expand",
        digest=hashlib.sha256(content.replace(b"\r\n", b"\n")).hexdigest(),
    )


def _ids(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(item) for item in value) if isinstance(value, (tuple, list, set, frozenset)) else ()
