"""Writes the files of a chain: all of them, or none.

One process writes into a folder at a time. A file that another one has written since the tree was read is noticed under
that lock: the comparison was made without it.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import util
from alembic.operations import MigrationScript
from alembic.script import Script, ScriptDirectory

from alembic_rollout.autogenerate.chain import Link
from alembic_rollout.autogenerate.revision_text import Style, body, finished, title, why
from alembic_rollout.errors import UsageError
from alembic_rollout.numbering.next_number import next_number
from alembic_rollout.project.tree import Tree, version_folders


def write_chain(
    script: ScriptDirectory,
    tree: Tree,
    chain: Sequence[Link],
    *,
    directive: MigrationScript,
    imports: Sequence[str],
    style: Style,
    template_args: dict[str, Any],
) -> list[Script]:
    """Write the files of a chain, each built on the one before.

    Args:
        script: the project's script directory.
        tree: its revisions as they were when models and database were compared.
        chain: what to write, in order.
        directive: Alembic's description of the first revision: its id, what it is built on, where it belongs.
        imports: statements that Alembic's renderers ask for.
        style: of the project.
        template_args: what the template gets besides.

    Raises:
        UsageError: another process has written a revision meanwhile, or a file cannot be written; none is left.
    """
    if not re.search(r"\w", chain[0].message):
        raise UsageError(f"-m {chain[0].message!r} has no letter or digit for a file's name. No revision was written.")
    folder = Path(directive.version_path or version_folders(script)[0])
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Script] = []
    before = _files(folder)
    with _only_writer(folder):
        _check_unchanged(tree, folder)
        try:
            for link, revision in zip(chain, _ids(tree, len(chain), str(directive.rev_id)), strict=True):
                head = written[-1].revision if written else directive.head
                first = not written
                found = script.generate_revision(
                    revision,
                    title(link.message),
                    refresh=True,
                    head=head,
                    splice=directive.splice if first else False,
                    branch_labels=directive.branch_label if first else None,
                    version_path=directive.version_path,
                    depends_on=directive.depends_on if first else None,
                    **template_args,
                    why=why(link, style),
                    upgrades=body(link.upgrade, style),
                    downgrades=body(link.downgrade, style),
                    imports="",
                )
                assert found is not None  # noqa: S101 - a file that was just written by the template is a revision
                written.append(found)
                path = Path(found.path)
                path.write_text(finished(path.read_text(encoding="utf-8"), link, imports, style), encoding="utf-8")
        except BaseException as error:
            for name in _files(folder) - before:
                (folder / name).unlink()
            if isinstance(error, OSError):
                raise UsageError(
                    f"{error.filename or folder} cannot be written: {error.strerror}. No revision was written."
                ) from error
            raise
    return written


@contextmanager
def _only_writer(folder: Path) -> Iterator[None]:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _check_unchanged(tree: Tree, folder: Path) -> None:
    known = {file.path.resolve() for file in tree.files}
    new = sorted(name for name in _files(folder) if (folder / name).resolve() not in known and name[:1].isdigit())
    if new:
        raise UsageError(
            f"Another process has written {', '.join(new)} meanwhile: apply it, then run this command again."
            " No revision was written."
        )


def _files(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.py")}


def _ids(tree: Tree, count: int, first: str) -> Iterator[str]:
    """Yield the ids of a chain: numbers behind a number, else Alembic's random ones."""
    used = [*tree.by_revision, first]
    yield first
    for _ in range(count - 1):
        used.append(next_number(used) if first.isdigit() else util.rev_id())
        yield used[-1]
