"""A revision as the linter sees it: its file, what it declares, and what both directions do, step by step."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.script import Script

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.rules import RULES
from alembic_rollout.lint.steps import Step, read_steps
from alembic_rollout.project.rendering import Rendered, Statement, render

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True)
class Revision:
    """A revision to judge.

    Attributes:
        script: Alembic's.
        upgrade: what it would run.
        downgrade: what taking it back would run.
    """

    script: Script
    upgrade: Rendered
    downgrade: Rendered

    @property
    def path(self) -> Path:
        """Its file."""
        return Path(self.script.path)

    @property
    def phase(self) -> object:
        """What it declares, whatever that is."""
        return getattr(self.script.module, "phase", "expand")

    @property
    def accepted(self) -> object:
        """What it declares, whatever that is."""
        return getattr(self.script.module, "accepted", {})

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """What `upgrade()` does."""
        return read_steps(self.upgrade.statements)

    @cached_property
    def undo_steps(self) -> tuple[Step, ...]:
        """What `downgrade()` does."""
        return read_steps(self.downgrade.statements)

    def line_of(self, function: str) -> int:
        """Return the line that a function begins at; the first one where there is none."""
        code = getattr(getattr(self.script.module, function, None), "__code__", None)
        return code.co_firstlineno if code else 1

    def line_of_name(self, name: str) -> int:
        """Return the line that assigns a name at the top level; the first one where none does."""
        lines = self.path.read_text(encoding="utf-8").splitlines()
        return next((number for number, line in enumerate(lines, start=1) if line.startswith(name)), 1)

    def finding(
        self,
        rule: str,
        message: str,
        *,
        statement: Statement | None = None,
        line: int | None = None,
        direction: str = "upgrade",
    ) -> Finding:
        """Return a finding, at its statement's line or at that of the function which it is about."""
        place = statement.line if statement else line
        return Finding(
            rule=rule,
            revision=self.script.revision,
            path=self.path,
            line=place or self.line_of(direction),
            message=message,
            remedy=RULES[rule].remedy,
            statement=statement.sql if statement else None,
        )


def read_revision(environment: "Environment", script: Script) -> Revision:
    """Render both directions of a revision."""
    return Revision(script, render(environment, script, "upgrade"), render(environment, script, "downgrade"))
