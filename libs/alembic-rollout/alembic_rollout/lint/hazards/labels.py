"""Labels of enums that are used before the transaction that adds them is committed."""

from collections.abc import Iterator

from alembic_rollout.lint.known.action_definitions import new_label
from alembic_rollout.lint.known.known_catalogue import Catalogue
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import Tokens, split_name, unquote

_SILENT = ("comment", "create function", "create procedure", "alter type")


def check_labels(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find a label that is used in the transaction which adds it, which PostgreSQL refuses."""
    action = step.action
    added = now.labels.setdefault(step.transaction, [])
    if (action.verb, action.kind, action.detail) == ("alter", "type", "add value"):
        if not step.on_new:
            added.append((new_label(action), action.name))
        return
    if not added or f"{action.verb} {action.kind}".strip() in _SILENT:
        return
    words = action.tokens
    for label, enum in added:
        if any(word[:1] == "'" and unquote(word) == label for word in words) and _may_be_of(
            enum, action, now.catalogue
        ):
            yield Hazard(
                "enum-label-too-early",
                f"{label!r} is used in the transaction that adds it to {enum}: PostgreSQL refuses it (unsafe use of"
                " new value).",
            )


def _may_be_of(enum: str, action: Action, catalogue: Catalogue) -> bool:
    """Return True unless a table is known to have no column of an enum, and the statement does not name the enum."""
    name = split_name(enum)[1]
    if name in {unquote(word) for word in action.tokens}:
        return True
    table = catalogue.table(action.table)
    if table is None or not table.is_complete:
        return True
    types: list[Tokens] = [column.type for column in table.columns.values()]
    return any(name in {unquote(word) for word in words} for words in types)
