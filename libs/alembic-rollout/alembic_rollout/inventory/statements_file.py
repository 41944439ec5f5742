"""Reads and writes the inventory: the statements of a release, sorted, in a file of SQL that is committed."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from alembic_rollout.git import file_at

RECORD = "pytest --record-statements"
"""What writes the file."""
SOMETIMES = "-- not in every run"
"""The line in front of a statement that a whole run of the tests need not send, such as one of a background task."""

_HEADER = f"""-- The statements that this service sends in its tests, without values. Written by `{RECORD}`.
-- Before a release, alembic-rollout asks them whether they still work on the schema of the next one.
"""


@dataclass(frozen=True, slots=True)
class Inventory:
    """The statements of a release.

    Attributes:
        statements: each in the form of `inventory.statement_text`.
        sometimes: those of them that a whole run of the tests need not send.
    """

    statements: frozenset[str] = frozenset()
    sometimes: frozenset[str] = frozenset()

    @property
    def in_order(self) -> tuple[str, ...]:
        """The statements as the file lists them."""
        return tuple(sorted(self.statements))


def read_inventory(path: Path) -> Inventory | None:
    """Return the inventory in a file; None where there is no such file."""
    return _parsed(path.read_text(encoding="utf-8")) if path.is_file() else None


def inventory_at(path: Path, ref: str) -> Inventory | None:
    """Return the inventory as a git ref has it; None where it has none.

    Args:
        path: of the file in the working tree.
        ref: such as `origin/main`.

    Raises:
        UsageError: the file is in no checkout, or git does not know the ref.
    """
    text = file_at(path, ref)
    return None if text is None else _parsed(text)


def write_inventory(path: Path, inventory: Inventory) -> None:
    """Write a file, whole or not at all."""
    lines = [_HEADER]
    for statement in inventory.in_order:
        mark = f"{SOMETIMES}\n" if statement in inventory.sometimes else ""
        lines.append(f"{mark}{statement};\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    written = path.with_suffix(".new")
    written.write_text("\n".join(lines), encoding="utf-8")
    written.replace(path)


def _parsed(text: str) -> Inventory:
    statements: set[str] = set()
    sometimes: set[str] = set()
    for block in _blocks(text):
        lines = block.splitlines()
        statement = "\n".join(line for line in lines if not line.startswith("--")).rstrip(";")
        if statement:
            statements.add(statement)
            if SOMETIMES in lines:
                sometimes.add(statement)
    return Inventory(frozenset(statements), frozenset(sometimes))


def _blocks(text: str) -> Iterable[str]:
    return (block.strip() for block in text.replace("\r\n", "\n").split("\n\n"))
