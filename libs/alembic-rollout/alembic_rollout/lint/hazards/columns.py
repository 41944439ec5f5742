"""New columns and new types of columns for which PostgreSQL rewrites the table, or which old inserts cannot fill."""

from collections.abc import Iterator

from alembic_rollout.lint.known.action_definitions import new_type
from alembic_rollout.lint.rules import RULES
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import ColumnDefinition, added_column
from alembic_rollout.sql.expressions.functions import NOT_VOLATILE, calls_in
from alembic_rollout.sql.expressions.types import is_catalogue_only
from alembic_rollout.sql.tokens import Tokens, split_name


def check_columns(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find columns whose values are written into every row, and those that an insert has to give."""
    if step.on_new or step.statement.helper or step.action.kind not in ("column", "domain", "domain constraint"):
        return
    action = step.action
    for rule in (*_new_column(action, now), _type(action, now), _domain(action)):
        if rule:
            known = RULES[rule]
            size = "" if rule == "adding-required-field" else action.table
            yield Hazard(rule, f"{known.meaning} {known.harm}", size)


def _new_column(action: Action, now: Situation) -> Iterator[str]:
    if action.verb != "create" or action.kind != "column":
        return
    column = added_column(action.tokens)
    if column.generated in ("stored", "always", "by default") or _is_volatile(column, now):
        yield "adding-field-with-default"
    if column.is_required and not column.has_value and not column.is_primary_key:
        yield "adding-required-field"


def _is_volatile(column: ColumnDefinition, now: Situation) -> bool:
    """Return True if a default differs from row to row, or may."""
    return any(_is_volatile_function(name, now) for name in calls_in(column.default or ()))


def _is_volatile_function(name: str, now: Situation) -> bool:
    if name in NOT_VOLATILE:
        return False
    known = {split_name(key)[1]: volatility for key, volatility in now.catalogue.functions.items()}
    return known.get(name, "volatile") == "volatile"


def _type(action: Action, now: Situation) -> str | None:
    if action.kind != "column" or action.detail != "type":
        return None
    return None if is_widening(action, now) else "changing-column-type"


def is_widening(action: Action, now: Situation) -> bool:
    """Return True if a column's new type takes every old value as it is stored, and nothing is read or built again."""
    old = _old_type(action, now)
    words = action.tokens
    catalogue = now.catalogue
    if old is None or catalogue.has_condition_on(action.table, action.name):
        return False  # a check is read again, and an index with a condition built again
    if "collate" in words and catalogue.is_indexed(action.table, action.name):
        return False
    if "using" in words:
        used = tuple(word for word in words[words.index("using") + 1 :] if word not in "()")
        if used != (action.name,) and used != (action.name, ":", ":", *new_type(action)):
            return False
    return is_catalogue_only(old, new_type(action))


def _old_type(action: Action, now: Situation) -> Tokens | None:
    """Return the type that a column has, as earlier revisions, the database or the downgrade say."""
    known = now.catalogue.column(action.table, action.name)
    if known is not None and known.type:
        domain = now.catalogue.domains.get(now.catalogue.key("".join(known.type)))
        return domain.base if domain is not None else known.type
    for undo in now.revision.undo_steps:
        again = undo.action
        if (again.kind, again.detail, again.name, again.table) == ("column", "type", action.name, action.table):
            return new_type(again)
    return None


def _domain(action: Action) -> str | None:
    reads = action.kind == "domain constraint" and action.verb == "create" and not action.has("not", "valid")
    requires = action.kind == "domain" and action.detail == "set not null"
    return "ban-alter-domain-with-add-constraint" if reads or requires else None
