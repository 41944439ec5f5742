"""A tree of revisions that is judged without a database."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from alembic.config import Config
from sample_project import Project

from alembic_rollout.lint.findings import Finding, unaccepted
from alembic_rollout.lint.linter import lint_revisions
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.project.rendering import DIRECTIONS, RevisionReading
from alembic_rollout.project.rendering.loading import LoadedRevision

DOWNGRADE_RULES = ("downgrade-missing", "downgrade-incomplete")

Judge = Callable[..., list[str]]
"""Judges one revision behind the first; returns the names of the rules that it breaks, those of downgrades left out."""


@dataclass
class Shop:
    """A project whose first revision creates `orders` and `users`.

    Attributes:
        project: its folder.
    """

    project: Project

    def environment(self, **settings: object) -> Environment:
        """The environment, as a command would load it."""
        config = Config(self.project.ini)
        config.attributes["rollout"] = settings
        return load_environment(config)

    def lint(self, **settings: object) -> list[Finding]:
        """Judge every revision."""
        environment = self.environment(**settings)
        return lint_revisions(readings_of(environment), environment.settings, environment.tree)

    def sql(self, number: str, upgrade: str, downgrade: str = "", *, header: str = "") -> Path:
        """Write a revision whose directions are statements, with an empty line between two of them."""
        return self.project.revision(number, _body(upgrade), _body(downgrade), header=header)


def readings_of(environment: Environment) -> list[RevisionReading]:
    """Read every revision in this process: a child for each of some hundred cases would take minutes."""
    readings = []
    for revision in environment.tree.order:
        file = LoadedRevision(environment.tree.by_revision[revision].path)
        upgrade, downgrade = (file.render(environment, revision, direction) for direction in DIRECTIONS)
        readings.append(
            RevisionReading.from_message(
                file.as_message()
                | {"revision": revision, "upgrade": upgrade.as_message(), "downgrade": downgrade.as_message()}
            )
        )
    return readings


def rules(findings: Iterable[Finding]) -> list[str]:
    return [finding.rule for finding in unaccepted(findings)]


def _body(statements: str) -> str:
    return "\n".join(f"op.execute({sql.strip()!r})" for sql in statements.split("\n\n") if sql.strip()) or "pass"
