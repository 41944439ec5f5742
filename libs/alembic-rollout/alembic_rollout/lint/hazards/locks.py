"""Reading or writing a whole table that is in use, under a lock that blocks its users."""

import re
from collections.abc import Iterator

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.named_objects import NamedObjects
from alembic_rollout.lint.not_null_checks import CHANGE_CHECKS, EarlierChecks, NotNullCheck, after, has_check
from alembic_rollout.lint.revision import Revision
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.alter import column_definition
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
    before = _Before()
    for step in revision.steps:
        if not step.on_new and not step.statement.helper:
            rule = (
                _scan(step.action) or _rewrite(step.action) or _lock(step.action, before) or _validation(step, before)
            )
            if rule == "not-null-scan" and _is_checked_before(revision, step.action, before, earlier_checks):
                rule = None
            if rule:
                yield revision.finding(rule, _MESSAGES[rule].format(table=step.action.table), statement=step.statement)
        before.add(step)


class _Before:
    """What a revision has done before a step.

    Attributes:
        made: what it has created.
        checks: the checks that a column is not null.
        locking: the transactions that have locked a table in use.
    """

    def __init__(self) -> None:
        self.made = NamedObjects()
        self.checks: tuple[NotNullCheck, ...] = ()
        self.locking: set[int] = set()

    def add(self, step: Step) -> None:
        """Count a step in."""
        if step.action.verb == "create":
            self.made.add(step.action)
        if step.action.kind in CHANGE_CHECKS:
            self.checks = after([step.action], self.checks)
        if step.statement.in_transaction and step.action.is_structure and _locks_a_table_in_use(step):
            self.locking.add(step.transaction)


def _is_checked_before(revision: Revision, action: Action, before: _Before, earlier_checks: EarlierChecks) -> bool:
    column = (action.table, action.name)
    return has_check(column, before.checks) or earlier_checks.covers(revision.id, column)


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


def _lock(action: Action, before: _Before) -> str | None:
    if action.verb == "lock":
        mode = " ".join(action.tokens).partition(" in ")[2]
        return None if mode.startswith(_LETS_OTHERS_WRITE) else "explicit-lock"
    if action.verb == "refresh" and not action.is_concurrent:
        return "refresh-under-lock"
    if action.verb == "alter" and action.kind == "table" and action.detail.startswith("attach partition"):
        partition = read_name(action.tokens, 2)[0]
        is_new = before.made.has_named(partition, ("table",))
        return None if is_new else "attach-partition-scan"
    return None


def _locks_a_table_in_use(step: Step) -> bool:
    action = step.action
    if action.verb in _WITHOUT_LOCKS or step.on_new or not action.table:
        return False
    # A new table locks only those that it refers to.
    return action.verb != "create" or action.table != action.name or "references" in action.tokens


def _validation(step: Step, before: _Before) -> str | None:
    return "validate-under-lock" if step.action.verb == "validate" and step.transaction in before.locking else None


_MESSAGES = {
    "not-null-scan": "Every row of {table} is read under ACCESS EXCLUSIVE, which blocks reads and writes.",
    "foreign-key-scan": "Every row of {table} is read under a lock that blocks writes to it and to what it refers to.",
    "check-scan": "Every row of {table} is read under ACCESS EXCLUSIVE, which blocks reads and writes.",
    "exclusion-build": "The index of the constraint is built under a lock that blocks reads and writes of {table}.",
    "explicit-lock": "LOCK TABLE {table} blocks writes, or all use, until the revision ends.",
    "refresh-under-lock": "{table} cannot be read while its query runs.",
    "attach-partition-scan": "Every row of the partition is read under a lock that blocks its use.",
    "table-rewrite": "{table} is rewritten under ACCESS EXCLUSIVE, which blocks reads and writes.",
    "validate-under-lock": "Every row of {table} is read while the locks of what the transaction did before are held.",
}
