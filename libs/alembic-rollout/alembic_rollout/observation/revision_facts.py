"""What there is to know of one revision before it runs: its SQL, the locks that it takes, what the linter finds.

Read from the file, in a child process, without a database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.linter import judge_files
from alembic_rollout.lint.steps import read_steps
from alembic_rollout.project.rendering import Rendered
from alembic_rollout.redaction.sql_values import without_passwords
from alembic_rollout.sql.lock_modes import lock_of

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.project.tree import Phase


@dataclass(frozen=True, slots=True)
class TableLock:
    """A lock that a statement takes on a table that was there before the revision.

    Attributes:
        table: its name.
        mode: as PostgreSQL calls it.
    """

    table: str
    mode: str


@dataclass(frozen=True, slots=True)
class StatementFacts:
    """A statement of a revision.

    Attributes:
        sql: as it would be sent, without passwords.
        in_transaction: it runs in the revision's transaction.
        line: of the revision's file; None where the file has no part in it.
        locks: which it takes.
    """

    sql: str
    in_transaction: bool
    line: int | None
    locks: tuple[TableLock, ...]


@dataclass(frozen=True, slots=True)
class DirectionFacts:
    """An upgrade or a downgrade.

    Attributes:
        statements: in order, as far as they can be seen without a database.
        note: why a real run may do more or something else; empty where it does not.
    """

    statements: tuple[StatementFacts, ...]
    note: str


@dataclass(frozen=True, slots=True)
class RevisionFacts:
    """One revision.

    Attributes:
        revision: its id.
        down_revision: what it is built on; None for the first, ids joined by commas for a merge.
        phase: expand or contract.
        file: the name of its file.
        text: the first paragraph of the file's docstring.
        upgrade: what applying it runs.
        downgrade: what reverting it runs.
        findings: what the linter finds, with the reason of each that is accepted.
    """

    revision: str
    down_revision: str | None
    phase: Phase
    file: str
    text: str
    upgrade: DirectionFacts
    downgrade: DirectionFacts
    findings: tuple[Finding, ...]


def read_revision(environment: Environment, revision: str) -> RevisionFacts:
    """Read a revision.

    Args:
        environment: whose tree it is in.
        revision: its id.

    Raises:
        KeyError: the tree has no such revision.
        UsageError: a setting names a rule or a revision that does not exist.
    """
    file = environment.tree.by_revision[revision]
    judged = judge_files(environment, [revision])
    reading = judged.readings[0]
    return RevisionFacts(
        revision=revision,
        down_revision=",".join(file.down_revisions) or None,
        phase=file.phase,
        file=file.path.name,
        text=reading.doc,
        upgrade=_facts(reading.upgrade),
        downgrade=_facts(reading.downgrade),
        findings=tuple(judged.findings),
    )


def _facts(rendered: Rendered) -> DirectionFacts:
    locks: dict[int, list[TableLock]] = {}
    for step in read_steps(rendered.statements):
        mode = lock_of(step.action)
        if mode is not None and not step.on_new:
            locks.setdefault(id(step.statement), []).append(TableLock(step.action.table, mode))
    return DirectionFacts(
        tuple(
            StatementFacts(
                without_passwords(statement.sql),
                statement.in_transaction,
                statement.line,
                tuple(dict.fromkeys(locks.get(id(statement), ()))),
            )
            for statement in rendered.statements
        ),
        rendered.error or ("the file does not say how to do it" if rendered.is_missing else ""),
    )
