"""Unique keys that the previous release names in ON CONFLICT, and that go."""

from alembic_rollout.lint.situation import Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.meaning import same_object

_UNIQUE = ("unique", "primary key")
_ENDINGS = ("_pkey", "_key", "_pk", "_uq", "_uniq", "_unique", "_ux")
_BEGINNINGS = ("pk_", "uq_", "ux_", "uniq_", "unique_")


def lost_key(step: Step, now: Situation) -> str | None:
    """Say that a step drops a unique key; None where it does not, or where another on the same columns stays."""
    action = step.action
    if action.verb != "drop" or action.kind not in ("constraint", "index") or not action.name:
        return None
    columns, is_unique = _columns(action, now)
    if not is_unique or _is_replaced(step, columns, now):
        return None
    return f"drops unique {action}, which ON CONFLICT may name"


def _columns(action: Action, now: Situation) -> tuple[tuple[str, ...], bool]:
    """Return the columns of what is dropped, and True if it is unique, as is known or as the downgrade makes it."""
    catalogue = now.catalogue
    if action.kind == "constraint":
        constraint = catalogue.constraint(action.table, action.name)
        if constraint is not None:
            return constraint.columns, constraint.kind in _UNIQUE
    index = catalogue.index(action.name, action.table)
    if index is not None:
        return index.columns, index.is_unique
    for undo in now.revision.created_again.called(action.name):
        if undo.kind == action.kind:
            return (), undo.detail in _UNIQUE or undo.has("create", "unique", "index")
    table = catalogue.table(action.table) if action.table else None
    is_known = table is not None and table.is_complete
    return (), (not is_known and action.name.startswith(_BEGINNINGS)) or (
        not is_known and action.name.endswith(_ENDINGS)
    )


def _is_replaced(step: Step, columns: tuple[str, ...], now: Situation) -> bool:
    """Return True if another unique key on the same columns is there, or is made in this revision."""
    action, catalogue = step.action, now.catalogue
    table = action.table
    if not table:
        index = catalogue.index(action.name)
        table = index.table if index else ""
    if columns and table:
        found = catalogue.table(table)
        others = [
            constraint.columns
            for name, constraint in (found.constraints.items() if found else ())
            if constraint.kind in _UNIQUE and name != action.name
        ]
        others += [
            index.columns
            for name, index in catalogue.indexes.items()
            if index.table == catalogue.key(table) and index.is_unique and not index.is_partial and name != action.name
        ]
        if any(set(other) == set(columns) for other in others):
            return True
    later = now.revision.steps[now.revision.steps.index(step) + 1 :]
    return any(_makes_key(each.action, table, columns) for each in later)


def _makes_key(action: Action, table: str, columns: tuple[str, ...]) -> bool:
    is_key = (action.kind == "constraint" and action.detail in _UNIQUE) or action.has("create", "unique", "index")
    if action.verb != "create" or not is_key or not (table and same_object(action.table, table)):
        return False
    return not columns or set(columns) <= set(action.tokens) or "using" in action.tokens
