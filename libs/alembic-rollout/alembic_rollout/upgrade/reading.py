"""Pending revisions with the SQL of both directions."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from alembic.script import Script

from alembic_rollout.project.alembic_private import upgrade_steps
from alembic_rollout.project.rendering import Rendered, render

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True, slots=True)
class RevisionReading:
    """A revision's file and its SQL."""

    revision: str
    path: Path
    doc: str
    upgrade: Rendered
    script: Script


def read_upgrade(environment: "Environment", to: str, current: Sequence[str]) -> list[RevisionReading]:
    """Return what `alembic upgrade TO` would run, in order."""
    scripts = [step.revision for step in upgrade_steps(environment.script, to, current)]
    return [
        RevisionReading(one.revision, Path(one.path), one.doc, render(environment, one, "upgrade"), one)
        for one in scripts
    ]
