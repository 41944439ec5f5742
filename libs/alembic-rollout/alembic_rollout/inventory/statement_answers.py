"""Asks the statements of a release before revisions and after each of them.

What PostgreSQL refuses to begin with is not held against a revision: a temporary table may be missing, or a type that
only the driver knows. It is named, because it was not asked.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.inventory.index_use import lost_indexes, read_indexes
from alembic_rollout.inventory.preparation import Preparation, begin_preparing, prepare


@dataclass(frozen=True, slots=True)
class BrokenStatement:
    """A statement that works on one side of a revision only.

    Attributes:
        statement: without values.
        revision: the id of the revision.
        reason: what PostgreSQL says, or would say, where it does not work.
    """

    statement: str
    revision: str
    reason: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What PostgreSQL makes of statements on the schema of one moment.

    Attributes:
        by_statement: the answer to each.
        indexes: those of the schema.
    """

    by_statement: dict[str, Preparation]
    indexes: Collection[str]

    def loss(self, statement: str, since: Preparation) -> str:
        """Return what a statement has lost since it was asked before; empty where it works as it did."""
        now = self.by_statement[statement]
        if now.refusal:
            return now.refusal
        missing = sorted(now.missing - since.missing)
        if missing:
            return f"the INSERT leaves out {', '.join(missing)}, which is required"
        lost = lost_indexes(since.indexes, now.indexes, self.indexes)
        return f"no index takes the place of {', '.join(lost)}, which found its rows" if lost else ""


class Asking:
    """Asks statements on one database while revisions are applied to it.

    Args:
        connection: in autocommit, for nothing else.
    """

    def __init__(self, connection: Connection) -> None:
        begin_preparing(connection)
        self._connection = connection

    def ask(self, statements: Iterable[str]) -> Answers:
        """Ask statements on the schema of now."""
        indexes = read_indexes(self._connection)
        answers = {statement: prepare(self._connection, statement, indexes) for statement in statements}
        return Answers(answers, indexes.keys())
