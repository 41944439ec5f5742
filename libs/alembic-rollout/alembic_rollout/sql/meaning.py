"""What a statement means for a rollout, told by its words: whether it destroys data, whether the previous release
survives it, whether it may take as long as it likes.

The core asks this of every statement that it runs, so a statement without the words that matter is not even read.
"""

import re
from collections.abc import Iterable
from functools import cache

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import split_name

_CODE = ("function", "procedure", "routine", "aggregate")
_RELATIONS = ("table", "view", "materialized view", "sequence", "column")
_TYPES = ("type", "domain", "attribute")
_USED_BY_RELEASES = frozenset({*_CODE, *_RELATIONS, *_TYPES, "schema", "extension", "operator", "database", "owned"})
_HOLDS_DATA = frozenset({"table", "column", "materialized view", "schema", "database", "type", "attribute", "owned"})
_ENDS_TRANSACTION = frozenset({"commit", "rollback", "begin", "end", "abort"})
_CONTROLS_TRANSACTION = (("start", "transaction"), ("prepare", "transaction"))
_OF_THE_SERVER = frozenset({"role", "user", "group", "database", "tablespace", "system", "owned"})
_WITH_COLUMNS_OF_ITS_TYPE = ("domain", "extension")
_ROLES = ("role", "user", "group")
_RULES_OF_ACCESS = ("policy", "rule")
_LEAVES_ROWS = frozenset({"create", "comment", "grant", "revoke", "validate"})
_NARROWING = {
    "type": "changes the type of column",
    "set not null": "refuses NULL in column",
    "drop default": "takes the default from column",
}


def is_unbounded(sql: str) -> bool:
    """Return True if a statement may run without limits, because it lets reads and writes go on meanwhile.

    So are concurrent builds, rebuilds and removals of indexes, detaching a partition concurrently, refreshing a
    materialized view concurrently, VALIDATE CONSTRAINT. A text that does anything else besides is not.
    """
    if not _may_take_long().search(sql):
        return False
    actions = _actions(sql)
    return bool(actions) and all(action.verb == "validate" or action.is_concurrent for action in actions)


def may_change_rows(sql: str) -> bool:
    """Return False if a statement leaves the rows that are there as they are, in every table.

    So do statements that create, comment, grant, revoke and validate, or drop an index. A function that is called, a DO
    block and an ALTER may change rows.
    """
    actions = _actions(sql)
    return not actions or not all(
        action.verb in _LEAVES_ROWS or (action.verb == "drop" and action.kind == "index") for action in actions
    )


def transaction_control(sql: str) -> str | None:
    """Return the first words in a text that begin or end a transaction, as `COMMIT`; None where there are none.

    Savepoints do neither, and a body of a function or a DO block is not the text's own.
    """
    if not _may_control().search(sql):
        return None
    from alembic_rollout.sql.scanner import tokenize  # noqa: PLC0415 - most starts have no statement to read
    from alembic_rollout.sql.tokens import split  # noqa: PLC0415 - most starts have no statement to read

    for statement in split(tokenize(sql)):
        if statement[0] in _ENDS_TRANSACTION and "to" not in statement[1:3]:  # ROLLBACK TO SAVEPOINT
            return statement[0].upper()
        if statement[:2] in _CONTROLS_TRANSACTION:
            return " ".join(statement[:2]).upper()
    return None


def changes_whole_server(sql: str) -> bool:
    """Return True if a statement changes what a server's databases share: roles, databases, tablespaces, settings."""
    is_candidate = _may_concern_server().search(sql) or _may_hide_words().search(sql)
    return bool(is_candidate) and any(_concerns_server(action) for action in _actions(sql))


def is_named(name: str, names: Iterable[str]) -> bool:
    """Return True if an object is one of these; a name without a schema may be in any."""
    return any(same_object(name, other) for other in names)


def same_object(one: str, other: str) -> bool:
    """Return True if two names, qualified or not, can be one object's."""
    schema, name = split_name(one)
    other_schema, other_name = split_name(other)
    return name == other_name and (not schema or not other_schema or schema == other_schema)


def contract_reason(action: Action) -> str | None:
    """Say why the previous release may not survive an action, as `drops table orders`; None where it does.

    Taking away or renaming what its statements name breaks it: tables, columns, views, functions, types and what they
    live in. So does taking rights away, and narrowing what it may write: another type (whether the new one takes every
    old value cannot be seen), NOT NULL, a column that has to be given, a default that is gone, row level security, and
    new constraints and unique indexes on columns that it writes, NOT VALID or not. It survives what only costs time or
    a guarantee: a dropped index, constraint, trigger or NOT NULL.
    """
    if action.verb in ("drop", "rename"):
        return _removal(action)
    if action.verb in ("alter", "revoke"):
        return _narrowing(action)
    return _addition(action) if action.verb == "create" else None


def _removal(action: Action) -> str | None:
    if action.kind in (*_USED_BY_RELEASES, *_ROLES):
        return f"{action.verb}s {action}".replace("drops owned", "drops everything a role owns")
    if action.verb == "rename" and action.kind == "value":
        return f"renames the value {action.name} of type {action.table}"
    if action.verb == "drop" and action.kind in _RULES_OF_ACCESS:
        return f"drops {action}, by which rows are shown or changed"
    return None


def _addition(action: Action) -> str | None:
    if action.kind == "rule" or (action.kind == "policy" and action.has("restrictive")):
        return f"changes what statements on {action.table} do by {action.kind} {action.name}"
    if action.kind == "column":
        return f"adds {action}, which every insert has to give" if is_required_column(action) else None
    return f"refuses rows that break the new {action}".replace("  ", " ") if is_restriction(action) else None


def is_required_column(action: Action) -> bool:
    """Return True if an added column is NOT NULL, or part of the primary key, and has no value of its own."""
    from alembic_rollout.sql.expressions.definitions import added_column  # noqa: PLC0415 - most starts have no statement to read

    column = added_column(action.tokens)
    return column.is_required and not column.has_value


def is_restriction(action: Action) -> bool:
    """Return True if an action makes a constraint or a unique index, which refuses rows from then on."""
    if action.verb != "create":
        return False
    if action.kind == "index":
        return action.has("create", "unique", "index")
    if action.kind in ("constraint", "domain constraint") and action.has("not", "enforced"):
        return False
    if action.kind == "constraint":
        # The index that a constraint is put on has refused such rows since it was made.
        return not (action.detail == "unique" and action.has("using", "index"))
    return action.kind == "domain constraint"


def _narrowing(action: Action) -> str | None:
    if action.verb == "revoke":
        return f"takes rights on {action} away" if action.name else "takes a role's rights away"
    if action.kind == "column":
        return _column_change(action)
    if action.kind == "domain" and action.detail == "set not null":
        return f"refuses NULL in domain {action.name}"
    if action.kind == "attribute":
        return f"changes {action}"
    return _change_of_object(action)


def _change_of_object(action: Action) -> str | None:
    if action.kind == "sequence" and _begins_again(action):
        return f"lets {action} give numbers that are taken"
    if action.detail in ("enable row level", "force row level"):
        return f"hides rows of table {action.table} until a policy shows them"
    return None


def _column_change(action: Action) -> str | None:
    column = f"{action.name} of {action.table}"
    if action.detail in _NARROWING:
        return f"{_NARROWING[action.detail]} {column}"
    if action.detail.startswith("restart") and _begins_again(action):
        return f"lets column {column} give numbers that are taken"
    if action.detail == "drop identity":
        return f"takes the identity from column {column}, which inserts then have to give"
    if action.detail == "drop expression":
        return f"leaves column {column} empty, which was computed"
    if action.detail in ("add generated", "set generated") and "always" in action.tokens:
        return f"refuses values that are given for column {column}"
    return None


def _begins_again(action: Action) -> bool:
    words = action.tokens
    at = words.index("restart") if "restart" in words else len(words)
    return at < len(words) and (words[at + 1 : at + 2] in ((), (",",)) or words[-1] in ("0", "1"))


def destroys(action: Action) -> bool:
    """Return True if data may be lost by an action that only a backup can restore.

    So are: dropping a table, a column, a materialized view, a schema or a type; TRUNCATE; DELETE; changing a column's
    type, because a cast can cut. An UPDATE is none: backfills would otherwise need a backup each.
    """
    if action.verb == "drop":
        return action.kind in _HOLDS_DATA or (action.kind in _WITH_COLUMNS_OF_ITS_TYPE and action.has("cascade"))
    if action.verb == "alter":
        return action.detail == "type"
    return action.verb in ("delete", "truncate") or (action.verb == "merge" and "delete" in action.tokens)


def _concerns_server(action: Action) -> bool:
    if action.verb in ("create", "drop", "rename", "alter"):
        return action.kind in _OF_THE_SERVER
    is_membership = (action.verb == "grant" and "on" not in action.tokens) or action.kind == "role"
    return action.verb == "reassign" or is_membership


def _actions(sql: str) -> tuple[Action, ...]:
    from alembic_rollout.sql.actions import actions_in  # noqa: PLC0415 - most starts have no statement to read

    return actions_in(sql)


@cache
def _may_hide_words() -> re.Pattern[str]:
    return re.compile(r"execute|\\|u&", re.IGNORECASE)


@cache
def _may_take_long() -> re.Pattern[str]:
    return re.compile(r"concurrently|validate", re.IGNORECASE)


@cache
def _may_control() -> re.Pattern[str]:
    return re.compile(r"commit|rollback|begin|end|abort|start|prepare", re.IGNORECASE)


@cache
def _may_concern_server() -> re.Pattern[str]:
    return re.compile(r"role|user|group|database|tablespace|system|owned|grant|revoke", re.IGNORECASE)
