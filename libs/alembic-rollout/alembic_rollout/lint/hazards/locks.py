"""Reading or writing a whole table that is in use, under a lock that stops whoever uses it."""

import re
from collections.abc import Iterator, Sequence

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.not_null_checks import EarlierChecks, after, has_check
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import Step, created
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.alter import column_definition
from alembic_rollout.sql.meaning import same_object
from alembic_rollout.sql.tokens import read_name

SERIAL_TYPES = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})

_REWRITING = re.compile(r"set (logged|unlogged|tablespace|access method)\b")

_SCANS_OF_CONSTRAINTS = {
    "foreign key": "foreign-key-scan",
    "check": "check-scan",
    "not null": "not-null-scan",
    "exclude": "exclusion-build",
}
_LETS_OTHERS_WRITE = ("access share", "row share", "row exclusive", "share update exclusive")
_WITHOUT_LOCKS = ("validate", "comment", "grant", "revoke", "security", "reassign")


def check_locks(revision: Revision, earlier_checks: EarlierChecks) -> Iterator[Finding]:
    """Find scans and rewrites of tables that are in use.

    Args:
        revision: which.
        earlier_checks: the checks that it finds when it begins.
    """
    for place, step in enumerate(revision.steps):
        if step.on_new or step.statement.helper:
            continue
        earlier = revision.steps[:place]
        rule = _scan(step.action) or _rewrite(step.action) or _lock(step.action, earlier) or _validation(step, earlier)
        if rule == "not-null-scan" and _is_checked_before(revision, step.action, earlier, earlier_checks):
            continue
        if rule:
            yield revision.finding(rule, _MESSAGES[rule].format(table=step.action.table), statement=step.statement)


def _is_checked_before(
    revision: Revision, action: Action, earlier: Sequence[Step], earlier_checks: EarlierChecks
) -> bool:
    column = (action.table, action.name)
    own = after(step.action for step in earlier)
    return has_check(column, own) or earlier_checks.covers(revision.id, column)


def _scan(action: Action) -> str | None:
    if action.verb == "alter" and action.detail == "set not null" and action.kind == "column":
        return "not-null-scan"
    if action.verb != "create" or action.has("not", "valid"):
        return None
    if action.kind == "constraint":
        return _SCANS_OF_CONSTRAINTS.get(action.detail)
    if action.kind == "column":
        definition = column_definition(action)
        # A new column that is all NULL refers to nothing: PostgreSQL does not look.
        if "references" in definition and "default" in definition:
            return "foreign-key-scan"
        return "check-scan" if "check" in definition else None
    return None


def _rewrite(action: Action) -> str | None:
    if action.verb == "cluster" or (action.verb == "vacuum" and "full" in action.tokens):
        return "table-rewrite"
    if action.verb == "alter" and _REWRITING.match(action.detail):
        return "table-rewrite"
    if action.verb == "create" and action.kind == "column" and SERIAL_TYPES.intersection(column_definition(action)[:1]):
        return "table-rewrite"
    return None


def _lock(action: Action, earlier: Sequence[Step]) -> str | None:
    if action.verb == "lock":
        mode = " ".join(action.tokens).partition(" in ")[2]
        return None if mode.startswith(_LETS_OTHERS_WRITE) else "explicit-lock"
    if action.verb == "refresh" and not action.is_concurrent:
        return "refresh-under-lock"
    if action.verb == "alter" and action.kind == "table" and action.detail.startswith("attach partition"):
        partition = read_name(action.tokens, 2)[0]
        is_new = any(same_object(partition, made.name) for made in created(earlier, "table"))
        return None if is_new else "attach-partition-scan"
    return None


def _locks_a_table_in_use(step: Step) -> bool:
    action = step.action
    if action.verb in _WITHOUT_LOCKS or step.on_new or not action.table:
        return False
    # A new table locks only those that it refers to.
    return action.verb != "create" or action.table != action.name or "references" in action.tokens


def _validation(step: Step, earlier: Sequence[Step]) -> str | None:
    if step.action.verb != "validate":
        return None
    altered = any(
        other.transaction == step.transaction
        and other.statement.in_transaction
        and other.action.is_structure
        and _locks_a_table_in_use(other)
        for other in earlier
    )
    return "validate-under-lock" if altered else None


_MESSAGES = {
    "not-null-scan": "Every row of {table} is read under ACCESS EXCLUSIVE, which stops reads and writes.",
    "foreign-key-scan": "Every row of {table} is read while nobody may write to it, nor to what it refers to.",
    "check-scan": "Every row of {table} is read under ACCESS EXCLUSIVE, which stops reads and writes.",
    "exclusion-build": "The index of the constraint is built while nobody may read or write {table}.",
    "explicit-lock": "LOCK TABLE {table} stops those who write, or everybody, until the revision ends.",
    "refresh-under-lock": "{table} cannot be read while its query runs.",
    "attach-partition-scan": "Every row of the partition is read while nobody may use it, unless a check spares that.",
    "table-rewrite": "{table} is written anew under ACCESS EXCLUSIVE, which stops reads and writes.",
    "validate-under-lock": "Every row of {table} is read while the locks of what the transaction did before are held.",
}
