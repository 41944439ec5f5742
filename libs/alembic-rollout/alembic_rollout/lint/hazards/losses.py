"""Rows and values that a revision removes and only a backup restores."""

from collections.abc import Iterator

from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import added_column
from alembic_rollout.sql.meaning import same_object
from alembic_rollout.sql.tokens import split_name


def check_losses(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find TRUNCATE, and what is dropped and made again in one revision."""
    action = step.action
    if step.on_new:
        return
    if action.verb == "truncate":
        yield Hazard("rows-lost", f"TRUNCATE removes every row of {action.table}, under ACCESS EXCLUSIVE.")
        if action.has("cascade"):
            message = f"TRUNCATE {action.table} CASCADE empties every table that refers to it."
            yield Hazard("ban-truncate-cascade", message)
    elif action.verb == "drop" and action.kind in ("column", "table") and _is_made_again(step, now):
        what = "values" if action.kind == "column" else "rows"
        yield Hazard("rows-lost", f"Drops {action} and makes it again: its {what} are lost.")


def _is_made_again(step: Step, now: Situation) -> bool:
    steps = now.revision.steps
    dropped = step.action
    for later in steps[steps.index(step) + 1 :]:
        if _is_same(dropped, later.action):
            return not (later.action.verb == "create" and _is_computed(later.action))
    return False


def _is_same(dropped: Action, other: Action) -> bool:
    if other.verb not in ("create", "rename") or other.kind != dropped.kind:
        return False
    name = other.new_name or other.name
    if dropped.kind == "column":
        return split_name(name)[1] == dropped.name and same_object(dropped.table, other.table)
    # A table that takes the dropped one's name may have been filled from it.
    return other.verb == "create" and same_object(name, dropped.name)


def _is_computed(action: Action) -> bool:
    return action.kind == "column" and added_column(action.tokens).generated in ("stored", "virtual")
