"""What a direction of a revision does, each action with what the revision has made before it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from alembic_rollout.lint.new_objects import Made
from alembic_rollout.project.rendering import Statement
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.actions import actions_in
from alembic_rollout.sql.calls import actions_of_calls
from alembic_rollout.sql.meaning import same_object
from alembic_rollout.sql_objects.rights import is_restoring_rights

_WITH_BODIES = ("function", "procedure")
_TEMPORARY = ("temp", "temporary")


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


def read_steps(statements: Sequence[Statement], exists: Callable[[str], bool] = lambda _: True) -> tuple[Step, ...]:
    """Return the actions of statements, in order.

    Args:
        statements: of one direction.
        exists: returns True if a table may be there before; asked of those that are made IF NOT EXISTS.
    """
    made = Made(exists)
    steps: list[Step] = []
    functions: list[Action] = []
    for statement, transaction in zip(statements, _transactions(statements), strict=True):
        actions = () if is_restoring_rights(statement.sql) else actions_in(statement.sql)
        functions += [
            action for action in actions if action.verb == "create" and action.kind in ("function", "procedure")
        ]
        for action in (*actions, *actions_of_calls(statement.sql, functions)):
            steps.append(Step(action, statement, transaction, on_new=made.has_target_of(action)))
            made.add(action)
    return tuple(steps)


def is_temporary(action: Action) -> bool:
    """Return True if an action makes a table that ends with the session."""
    return action.verb == "create" and any(word in _TEMPORARY for word in action.tokens[:4])


def created(steps: Iterable[Step], kind: str) -> list[Action]:
    """Return the actions that create objects of a kind."""
    return [step.action for step in steps if step.action.verb == "create" and step.action.kind == kind]


def dropped(steps: Iterable[Step], kind: str) -> list[Action]:
    """Return the actions that drop objects of a kind."""
    return [step.action for step in steps if step.action.verb == "drop" and step.action.kind == kind]


def new_columns(steps: Sequence[Step], table: str) -> list[Action]:
    """Return the actions that add columns to a table."""
    return [column for column in created(steps, "column") if same_object(column.table, table)]


def _transactions(statements: Sequence[Statement]) -> Iterator[int]:
    number, open_ = 0, True
    for statement in statements:
        if not statement.in_transaction or not open_:
            number += 1
        open_ = statement.in_transaction
        yield number
