"""A revision as the linter sees it: its file, what it declares, and what both directions do, step by step."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.named_objects import NamedObjects
from alembic_rollout.lint.rules import RULES
from alembic_rollout.lint.steps import Step, read_steps
from alembic_rollout.project.rendering import Rendered, RevisionReading, Statement


@dataclass(frozen=True)
class Revision:
    """A revision to judge.

    Attributes:
        reading: what the child process has read.
        exists: returns True if a table may be there when it begins.
    """

    reading: RevisionReading
    exists: Callable[[str], bool] = field(default=lambda _: True, compare=False, repr=False)

    @property
    def id(self) -> str:
        """Its id."""
        return self.reading.revision

    @property
    def path(self) -> Path:
        """Its file."""
        return self.reading.path

    @property
    def upgrade(self) -> Rendered:
        """What applying it would run."""
        return self.reading.upgrade

    @property
    def downgrade(self) -> Rendered:
        """What reverting it would run."""
        return self.reading.downgrade

    @property
    def phase(self) -> object:
        """What it declares, whatever that is."""
        return self.reading.phase

    @property
    def accepted(self) -> object:
        """What it declares, whatever that is."""
        return self.reading.accepted

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What `upgrade()` does."""
        return read_steps(self.upgrade.statements, self.exists)

    @cached_property
    def undo_steps(self) -> tuple[Step, ...]:
        """What `downgrade()` does."""
        return read_steps(self.downgrade.statements)

    @cached_property
    def created(self) -> NamedObjects:
        """What `upgrade()` creates."""
        return NamedObjects(step.action for step in self.steps if step.action.verb == "create")

    @cached_property
    def dropped(self) -> NamedObjects:
        """What `upgrade()` drops."""
        return NamedObjects(step.action for step in self.steps if step.action.verb == "drop")

    @cached_property
    def created_again(self) -> NamedObjects:
        """What `downgrade()` creates."""
        return NamedObjects(step.action for step in self.undo_steps if step.action.verb == "create")

    @cached_property
    def _by_statement(self) -> dict[int, list[Step]]:
        by_statement: dict[int, list[Step]] = {}
        for step in self.steps:
            by_statement.setdefault(id(step.statement), []).append(step)
        return by_statement

    def steps_of(self, statement: Statement) -> list[Step]:
        """Return the steps of one statement of `upgrade()`."""
        return self._by_statement.get(id(statement), [])

    def line_of_name(self, name: str) -> int:
        """Return the line that assigns a name at the top level; the first one where none does."""
        lines = self.path.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((number for number, line in enumerate(lines, start=1) if line.startswith(name)), 1)

    def finding(
        self,
        rule: str,
        message: str,
        *,
        statement: Statement | None = None,
        line: int | None = None,
        direction: str = "upgrade",
        remedy: str = "",
        warns: bool = False,
    ) -> Finding:
        """Return a finding, at its statement's line or at that of the function which it is about."""
        place = statement.line if statement else line
        return Finding(
            rule=rule,
            revision=self.id,
            path=self.path,
            line=place or self.reading.lines.get(direction, 1),
            message=message,
            remedy=remedy or RULES[rule].remedy,
            statement=statement.sql if statement else None,
            warns=warns,
        )
