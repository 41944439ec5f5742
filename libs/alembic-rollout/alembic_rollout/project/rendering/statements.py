"""What a revision would run and what it declares, as values that pass from the child process to its parent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self

from alembic_rollout.checks.declared_checks import DeclaredChecks

HELPER_MARK = "-- alembic-rollout: "
"""In front of a statement, followed by the helper of `alembic_rollout.operations` that takes care of how it runs."""

Direction = Literal["upgrade", "downgrade"]
DIRECTIONS: tuple[Direction, ...] = ("upgrade", "downgrade")


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of a revision.

    Attributes:
        sql: as it would be sent.
        in_transaction: the revision's transaction is open; it is not in an autocommit block.
        line: of the revision's file, where it is issued; None where the file has no part in it.
    """

    sql: str
    in_transaction: bool
    line: int | None = None

    @property
    def helper(self) -> str | None:
        """The helper that has written it, and takes care of how it runs."""
        if not self.sql.startswith(HELPER_MARK):
            return None
        return self.sql.removeprefix(HELPER_MARK).partition("\n")[0].strip()


@dataclass(frozen=True, slots=True)
class Rendered:
    """What one direction of a revision would run.

    Attributes:
        revision: its id.
        direction: `upgrade` or `downgrade`.
        statements: in order, as far as they could be seen.
        error: why they may not be all, or not those of a real run; None where they are.
        error_line: of the revision's file, where that happened.
        is_missing: it is not defined, or raises NotImplementedError.
    """

    revision: str
    direction: Direction
    statements: tuple[Statement, ...]
    error: str | None = None
    error_line: int | None = None
    is_missing: bool = False

    def as_message(self) -> dict[str, Any]:
        """Return it as JSON can write it."""
        return {
            "revision": self.revision,
            "direction": self.direction,
            "statements": [(each.sql, each.in_transaction, each.line) for each in self.statements],
            "error": self.error,
            "error_line": self.error_line,
            "is_missing": self.is_missing,
        }

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Return what `as_message` wrote."""
        return cls(**{**message, "statements": tuple(Statement(*each) for each in message["statements"])})


@dataclass(frozen=True, slots=True)
class RevisionReading:
    """A revision as the child process read it.

    Attributes:
        revision: its id.
        path: its file.
        doc: the first paragraph of the file's docstring.
        phase: what the file declares, whatever that is; `expand` where it declares none.
        declared: the other names that this library reads of a file (`accepted`, `statement_timeout`, ...), as plain
            values: what JSON cannot write is its `repr`.
        upgrade: what `upgrade()` would run.
        downgrade: what `downgrade()` would run; without statements where only the upgrade was asked for.
        lines: the line at which each of the two functions begins.
        checks: what the file asks of the database, before the upgrade and after it.
    """

    revision: str
    path: Path
    doc: str
    phase: object
    declared: Mapping[str, Any]
    upgrade: Rendered
    downgrade: Rendered
    lines: Mapping[str, int] = field(default_factory=dict)
    checks: DeclaredChecks = field(default_factory=DeclaredChecks)

    @classmethod
    def from_message(cls, message: Mapping[str, Any]) -> Self:
        """Return what the child process wrote."""
        values = dict(message)
        for direction in DIRECTIONS:
            values[direction] = Rendered.from_message(message[direction])
        checks = DeclaredChecks.from_message(message["checks"])
        return cls(**{**values, "path": Path(message["path"]), "checks": checks})

    @property
    def accepted(self) -> object:
        """What the file declares, whatever that is."""
        return self.declared.get("accepted", {})
