"""The sizes of production's tables in a file that may be committed: `alembic-rollout statistics` writes it.

It holds names and numbers, and no value of any row.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from alembic_rollout.errors import UsageError
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.project.tree import Tree
from alembic_rollout.settings import Settings

_FORMAT = 1


def as_document(sizes: Mapping[str, Size], *, service: str, revisions: list[str], tree: Tree) -> dict[str, Any]:
    """Return the content of a statistics file.

    Args:
        sizes: of tables, by name.
        service: whose database it is.
        revisions: those that the database is at.
        tree: has their files, whose checksums tell one schema from another.
    """
    return {
        "format": _FORMAT,
        "service": service,
        "revisions": {name: tree.by_revision[name].checksum() for name in revisions if name in tree.by_revision},
        "tables": {name: {"rows": size.rows, "bytes": size.bytes} for name, size in sorted(sizes.items())},
    }


def read_statistics(settings: Settings, folder: Path, tree: Tree) -> dict[str, Size]:
    """Return the sizes that the file of the setting `lint_statistics` has; none where the setting names no file.

    Args:
        settings: of the service whose database the file has to be of.
        folder: what the setting is relative to.
        tree: has to have the revisions that the database was at.

    Raises:
        UsageError: it is missing, is no statistics file, or is of another schema.
    """
    if not settings.lint_statistics:
        return {}
    path, service = folder / settings.lint_statistics, settings.service
    again = "Write it again: alembic-rollout statistics --output FILE"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        sizes = {str(name): Size(each["rows"], int(each["bytes"])) for name, each in document["tables"].items()}
        of, revisions = document["service"], dict(document["revisions"])
        is_known = document["format"] == _FORMAT
    except OSError as error:
        raise UsageError(f"lint_statistics: {path.name} cannot be read ({error.strerror}). {again}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(f"lint_statistics: {path.name} is no statistics file. {again}") from None
    if not is_known:
        raise UsageError(f"lint_statistics: {path.name} has a format that this version does not know. {again}")
    if of != service:
        raise UsageError(f"lint_statistics: {path.name} is of the service {of!r}, and this is {service!r}. {again}")
    for name, checksum in revisions.items():
        file = tree.by_revision.get(name)
        if file is None or file.checksum() != checksum:
            raise UsageError(
                f"lint_statistics: {path.name} is of another schema: it was written at revision {name},"
                f" which this tree {'does not have' if file is None else 'has with another content'}. {again}"
            )
    return sizes
