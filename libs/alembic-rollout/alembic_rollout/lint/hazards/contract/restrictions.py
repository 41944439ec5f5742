"""Which new constraints and unique indexes refuse nothing that the previous release writes."""

from collections.abc import Iterable, Mapping, Sequence

from alembic_rollout.lint.known.action_definitions import constraint_of, index_of
from alembic_rollout.lint.known.known_catalogue import Constraint
from alembic_rollout.lint.situation import Situation
from alembic_rollout.lint.steps import new_columns
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.comparisons import Value, comparison
from alembic_rollout.sql.expressions.conditions import implies, mentioned_in, refuses_row
from alembic_rollout.sql.expressions.definitions import added_column
from alembic_rollout.sql.expressions.functions import calls_in
from alembic_rollout.sql.tokens import enclosed, is_identifier, outermost, read_name, split_at_commas, unquote

_UNIQUE = ("unique", "primary key")
_FOR_EACH_ROW = "\0 for each row"


def is_harmless_restriction(action: Action, now: Situation) -> bool:
    """Return True if a constraint or unique index refuses nothing that the previous release writes.

    It is harmless on columns that are new, which that release leaves at their defaults, and in place of one that
    refused as much. One that does not stay is a means.
    """
    if _refuses_no_more(_as_constraint(action, now), _former(action, now)):
        return True
    if action.kind == "constraint" and action.name and now.revision.dropped.has(action):
        # Where the former one is unknown, it is replaced by a wider one as a rule: one more value in a list.
        return _is_gone_again(action, now) or _replaced(action, now) is None
    given = _values_of_new_columns(new_columns(now.revision.steps, action.table))
    return bool(given) and _spares_old_inserts(action, given)


def _as_constraint(action: Action, now: Situation) -> Constraint:
    """Return the constraint that an action makes; a unique index is one as well."""
    if action.kind == "constraint":
        return constraint_of(action)
    index = index_of(now.catalogue, action)
    is_plain = all(index.columns) and not action.has("nulls", "not", "distinct")
    return Constraint("unique", index.columns if is_plain else ())


def _spares_old_inserts(action: Action, given: Mapping[str, Value | None]) -> bool:
    """Return True if a constraint lets every row pass whose new columns hold some values."""
    if action.kind == "constraint" and action.detail == "check":
        condition = constraint_of(action).condition
        return bool(mentioned_in(condition, given)) and not refuses_row(condition, given)
    columns = _columns(action)
    own = [column for column in columns if column in given]
    if action.detail in ("not null", "primary key"):
        return bool(own) and all(given.get(column) is not None for column in columns)
    if action.detail == "foreign key":
        return bool(own) and (len(own) == len(columns) or not action.has("match", "full"))
    if action.has("nulls", "not", "distinct"):
        return False
    # NULL is equal to nothing, and a value that is made for each row is another one in each.
    return any(given[column] is None or given[column] == _FOR_EACH_ROW for column in own)


def _values_of_new_columns(columns: Sequence[Action]) -> Mapping[str, Value | None]:
    """Return what an insert of the previous release leaves in new columns: NULL, or the default."""
    values: dict[str, Value | None] = {}
    for action in columns:
        column = added_column(action.tokens)
        if not column.has_value:
            values[column.name] = None
        elif column.generated or column.is_serial or calls_in(column.default or ()):
            values[column.name] = _FOR_EACH_ROW
        else:
            compared = comparison(("x", "=", *(column.default or ())))
            value = compared.values[0] if compared else None
            values[column.name] = _FOR_EACH_ROW if value is None else value
    return values


def _columns(action: Action) -> list[str]:
    """Return the names within the parentheses of a key."""
    tokens = action.tokens
    if action.detail == "not null":
        return list(constraint_of(action).columns)
    if "(" not in outermost(tokens):
        return []
    parts = split_at_commas(enclosed(tokens, tokens.index("(")))
    found = []
    for part in parts:
        found += [unquote(word) for word in part if is_identifier(word)] if "(" in part else [read_name(part)[0]]
    return found


def _is_gone_again(action: Action, now: Situation) -> bool:
    """Return True if the constraint is dropped again behind the step that makes it."""
    steps = [step.action for step in now.revision.steps]
    later = steps[steps.index(action) + 1 :] if action in steps else []
    return any(
        other.verb == "drop" and other.kind == "constraint" and (other.name, other.table) == (action.name, action.table)
        for other in later
    )


def _refuses_no_more(new: Constraint, others: Iterable[Constraint]) -> bool:
    """Return True if one of some constraints that new rows had to meet refuses whatever a new one does."""
    for old in others:
        if new.kind == "check" and old.kind == "check" and implies(old.condition, new.condition):
            return True
        if new.kind == "unique" and old.kind in _UNIQUE and old.columns and set(old.columns) <= set(new.columns):
            return True
        if new.kind == "foreign key" and (old.kind, old.columns, old.target) == (new.kind, new.columns, new.target):
            return True
    return False


def _replaced(action: Action, now: Situation) -> Constraint | None:
    """Return the constraint of that name which the revision has dropped, as is known or as the downgrade makes it."""
    known = now.dropped_constraints(action.table).get(action.name)
    if known is not None:
        return known
    again = [
        undo
        for undo in now.revision.created_again.called(action.name)
        if undo.kind == "constraint" and undo.table == action.table
    ]
    return constraint_of(again[0]) if again else None


def _former(action: Action, now: Situation) -> list[Constraint]:
    """Return the constraints of a table that were there when the revision began, as far as they are known."""
    table, replaced = now.table(action.table), _replaced(action, now)
    known = [*(table.constraints.values() if table else ()), *now.dropped_constraints(action.table).values()]
    known += [Constraint("unique", columns) for columns in now.catalogue.unique_keys(action.table)]
    return [*known, replaced] if replaced else known
