"""What a direction of a revision does, each action with what the revision has made before it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from alembic_rollout.lint.named_objects import NamedObjects
from alembic_rollout.project.rendering import Statement
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.meaning import same_object

_TABLES = ("table", "materialized view")
_TYPES = ("type", "domain")
_PARTS_OF_TYPES = ("value", "attribute", "domain constraint")


@dataclass(frozen=True, slots=True)
class Step:
    """One action of a revision.

    Attributes:
        action: what is done.
        statement: by which statement.
        transaction: numbers the transactions of the direction; each statement in autocommit is one of its own.
        on_new: what it touches was made earlier in the same direction, so that it is not in use yet.
    """

    action: Action
    statement: Statement
    transaction: int
    on_new: bool


def read_steps(statements: Sequence[Statement]) -> tuple[Step, ...]:
    """Return the actions of statements, in order."""
    made = NamedObjects()
    steps: list[Step] = []
    for statement, transaction in zip(statements, _transactions(statements), strict=True):
        for action in actions_in(statement.sql):
            steps.append(Step(action, statement, transaction, on_new=_is_on_new(action, made)))
            if action.verb == "create" or (action.verb == "rename" and steps[-1].on_new):
                made.add(action)
                if action.new_name:
                    made.add(action, action.new_name)
    return tuple(steps)


def created(steps: Iterable[Step], kind: str) -> list[Action]:
    """Return the actions that create objects of a kind."""
    return [step.action for step in steps if step.action.verb == "create" and step.action.kind == kind]


def dropped(steps: Iterable[Step], kind: str) -> list[Action]:
    """Return the actions that drop objects of a kind."""
    return [step.action for step in steps if step.action.verb == "drop" and step.action.kind == kind]


def new_columns(steps: Sequence[Step], table: str) -> set[str]:
    """Return the columns that steps add to a table."""
    return {column.name for column in created(steps, "column") if same_object(column.table, table)}


def _transactions(statements: Sequence[Statement]) -> Iterator[int]:
    number, open_ = 0, True
    for statement in statements:
        if not statement.in_transaction or not open_:
            number += 1
        open_ = statement.in_transaction
        yield number


def _is_on_new(action: Action, made: NamedObjects) -> bool:
    if action.verb == "create" and action.kind in _TABLES:
        return False
    if action.table and made.has_named(action.table, _TYPES if action.kind in _PARTS_OF_TYPES else _TABLES):
        return True
    # A new column or constraint of an old table is new, what is then said of it concerns the table's rows.
    replaces = action.verb in ("drop", "rename") or (action.verb == "alter" and action.kind != "column")
    return replaces and made.has(action)
