"""Reading or writing a whole table that is in use, under a lock that blocks its users."""

import re
from collections.abc import Iterator

from alembic_rollout.lint.known.action_definitions import constraint_of
from alembic_rollout.lint.known.known_catalogue import Column
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import ColumnDefinition, added_column
from alembic_rollout.sql.tokens import Tokens, enclosed, read_name

_REWRITING = re.compile(r"set (logged|unlogged|tablespace|access method|expression)\b")
# How long a lock or a view's query lasts does not depend on the table's size.
_OF_ANY_SIZE = ("explicit-lock", "refresh-under-lock", "attach-partition-scan")
_ALL = "Each of them"
_LETS_OTHERS_WRITE = ("access share", "row share", "row exclusive", "share update exclusive")


def check_locks(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find scans and rewrites of tables that are in use."""
    if step.on_new or step.statement.helper:
        return
    action = step.action
    for rule in (
        *_scans_of_column(action, now),
        *_scan_of_constraint(action, now),
        _not_null(action, now),
        _rewrite(action, now),
        _lock(action, now),
        _validation(step, now),
    ):
        if rule:
            message = _MESSAGES[rule].format(table=action.table or action.name or _ALL)
            yield Hazard(rule, message, "" if rule in _OF_ANY_SIZE else action.table)


def _not_null(action: Action, now: Situation) -> str | None:
    if (action.verb, action.kind, action.detail) == ("alter", "column", "set not null"):
        return None if _has_value(action, action.name, now) else "not-null-scan"
    if action.verb != "create" or action.kind != "constraint":
        return None
    if action.detail == "primary key" and action.has("using", "index"):
        words = action.tokens
        index = now.catalogue.index(read_name(words, words.index("index") + 1)[0], action.table)
        columns = index.columns if index else ()
        # Of a column that is unknown nothing is said: the index says that rows are told apart, and no more.
        known = [name for name in columns if now.catalogue.column(action.table, name)]
        return "not-null-scan" if any(not _has_value(action, name, now) for name in known) else None
    if action.detail == "not null" and not action.has("not", "valid"):
        return None if _has_value(action, constraint_of(action).columns[0], now) else "not-null-scan"
    return None


def _has_value(action: Action, column: str, now: Situation) -> bool:
    """Return True if a check proves that a column has a value in every row, when the rows would be read."""
    table = now.table(action.table)
    if table is None:
        return False
    known = table.columns.get(column)
    if known is not None and not known.is_nullable:
        return True
    dropped = {name for name in table.constraints if now.is_dropped_with(action, name)}
    left = type(table)(constraints={name: each for name, each in table.constraints.items() if name not in dropped})
    return left.has_value_in(column)


def _scan_of_constraint(action: Action, now: Situation) -> Iterator[str]:
    if action.kind != "constraint":
        return
    if action.verb == "alter" and _is_enforced_again(action.tokens):
        yield "foreign-key-scan"
    if action.verb != "create" or action.has("not", "valid") or action.has("not", "enforced"):
        return
    if action.detail == "exclude":
        yield "exclusion-build"
    elif action.detail == "foreign key":
        yield "foreign-key-scan"
    elif action.detail == "check":
        table = now.table(action.table)
        if table is None or not table.passes(constraint_of(action).condition):
            yield "check-scan"


def _is_enforced_again(tokens: Tokens) -> bool:
    return tokens[-1:] == ("enforced",) and tokens[-2:-1] != ("not",)


def _scans_of_column(action: Action, now: Situation) -> Iterator[str]:
    """Yield what PostgreSQL reads the table for when a column is added."""
    if action.verb != "create" or action.kind != "column":
        return
    column = added_column(action.tokens)
    # A new column that is all NULL refers to nothing: PostgreSQL does not look.
    if column.references and column.has_value and column.is_enforced:
        yield "foreign-key-scan"
    if (column.checks and column.is_enforced) or (column.generated == "virtual" and column.is_required):
        yield "check-scan"
    if column.is_serial or _is_constrained_domain(column, now):
        yield "table-rewrite"


def _is_constrained_domain(column: ColumnDefinition, now: Situation) -> bool:
    name, end = read_name(column.type)
    if not name or end != len(column.type):
        return False
    domain = now.catalogue.domains.get(now.catalogue.key(name))
    return domain is not None and domain.is_constrained


def _rewrite(action: Action, now: Situation) -> str | None:
    if action.verb == "cluster" or (action.verb == "vacuum" and "full" in action.tokens):
        return "table-rewrite"
    if action.verb != "alter" or not _REWRITING.match(action.detail):
        return None
    if action.detail == "set expression" and _is_virtual(now.catalogue.column(action.table, action.name)):
        return None
    return "table-rewrite"


def _is_virtual(column: Column | None) -> bool:
    return column is not None and column.generated == "virtual"


def _lock(action: Action, now: Situation) -> str | None:
    if action.verb == "lock":
        mode = " ".join(action.tokens).partition(" in ")[2]
        return None if mode.startswith(_LETS_OTHERS_WRITE) else "explicit-lock"
    if action.verb == "refresh" and not action.is_concurrent and not action.has("with", "no", "data"):
        return "refresh-under-lock"
    if action.verb == "alter" and action.kind == "table" and action.detail.startswith("attach partition"):
        return None if _is_partition_proven(action, now) else "attach-partition-scan"
    if action.verb == "create" and action.kind == "table" and action.has("partition", "of"):
        parent = now.table(_partitioned(action.tokens))
        return "attach-partition-scan" if parent is not None and parent.has_default_partition else None
    return None


def _partitioned(tokens: Tokens) -> str:
    place = next(at for at in range(len(tokens)) if tokens[at : at + 2] == ("partition", "of"))
    return read_name(tokens, place + 2)[0]


def _is_partition_proven(action: Action, now: Situation) -> bool:
    """Return True if a partition is new, or a validated check implies its bounds."""
    name, end = read_name(action.tokens, 2)
    if now.made.has_named(name, ("table",)):
        return True
    partition, parent = now.table(name), now.table(action.table)
    if partition is None or (parent is not None and parent.has_default_partition):
        return False
    keys = parent.partition_key if parent is not None else None
    wanted = bounds_of_partition(action.tokens[end:], keys or ())
    if not wanted:
        return False
    return all(partition.passes(condition) for condition in wanted) and all(map(partition.has_value_in, keys or ()))


def bounds_of_partition(tokens: Tokens, keys: tuple[str, ...]) -> list[Tokens]:
    """Return what a row of a partition meets: `FOR VALUES FROM (...) TO (...)` or `IN (...)`; none where it is unknown.

    Args:
        tokens: behind the partition's name.
        keys: the columns by which the table is partitioned; several are not understood.
    """
    if len(keys) != 1:
        return []
    [key] = keys
    if tokens[:3] == ("for", "values", "in"):
        return [(key, "in", *tokens[3:])]
    if tokens[:3] != ("for", "values", "from") or "to" not in tokens:
        return []
    low, high = enclosed(tokens, 3), enclosed(tokens, tokens.index("to") + 1)
    wanted = []
    if low != ("minvalue",):
        wanted.append((key, ">", "=", *low))
    if high != ("maxvalue",):
        wanted.append((key, "<", *high))
    return wanted


def _validation(step: Step, now: Situation) -> str | None:
    return "validate-under-lock" if step.action.verb == "validate" and step.transaction in now.locking else None


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
