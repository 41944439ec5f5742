"""Indexes that are built, rebuilt or dropped while others have to wait, and constraints that build one."""

from collections.abc import Iterator

from alembic_rollout.lint.named_objects import is_about_same
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.rules import RULES
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import added_column
from alembic_rollout.sql.tokens import read_name


def check_indexes(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find builds of indexes on tables that are in use, and removals, that are not concurrent."""
    if step.on_new or step.statement.helper:
        return
    action = step.action
    for rule in (_index(action, now), _detach(action, now), *_constraint(action, now)):
        if rule:
            known = RULES[rule]
            yield Hazard(rule, f"{known.meaning} {known.harm}", action.table or _table_of(action, now))


def _index(action: Action, now: Situation) -> str | None:
    if action.is_concurrent:
        return None
    if action.verb == "reindex":
        return "require-concurrent-reindex"
    if action.kind != "index":
        return None
    if action.verb == "create":
        return None if _is_on_parent_only(action, now) else "require-concurrent-index-creation"
    if action.verb == "drop":
        return None if _goes_with_its_table(action, now.revision) else "require-concurrent-index-deletion"
    return None


def _detach(action: Action, now: Situation) -> str | None:
    if not action.detail.startswith("detach partition") or action.is_concurrent or action.tokens[-1:] == ("finalize",):
        return None
    partition = read_name(action.tokens, 2)[0]
    return None if now.made.has_named(partition, ("table",)) else "require-concurrent-partition-detach"


def _constraint(action: Action, now: Situation) -> Iterator[str]:
    """Yield the rules about an index that an ALTER TABLE builds."""
    if action.verb != "create":
        return
    if action.kind == "column":
        column = added_column(action.tokens)
        if column.is_primary_key:
            yield "adding-serial-primary-key-field"
        if column.is_unique:
            yield "disallowed-unique-constraint"
    elif action.kind == "constraint" and not action.has("using", "index") and not _is_on_parent_only(action, now):
        if action.detail == "primary key":
            yield "adding-serial-primary-key-field"
        elif action.detail == "unique":
            yield "disallowed-unique-constraint"


def _is_on_parent_only(action: Action, now: Situation) -> bool:
    """Return True if an index is made ON ONLY a partitioned table, which has no rows of its own."""
    words = action.statement
    if "only" not in words[: words.index("(") if "(" in words else len(words)]:
        return False
    table = now.table(action.table)
    return table is None or table.partition_key is not None


def _goes_with_its_table(action: Action, revision: Revision) -> bool:
    # Only the downgrade, which makes the index again, tells of which table it is.
    again = [undo for undo in revision.created_again.called(action.name) if undo.kind == "index"]
    return any(is_about_same(undo, action) and revision.dropped.has_named(undo.table, ("table",)) for undo in again)


def _table_of(action: Action, now: Situation) -> str:
    if action.kind != "index" or action.verb == "drop":
        return ""  # dropping waits for its lock, whatever the size
    index = now.catalogue.index(action.name)
    return index.table if index else ""
