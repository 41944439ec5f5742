"""Changes of many rows of a table that is in use, in one transaction."""

import re
from collections.abc import Iterator

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import Tokens, enclosed, nesting, outermost

# `id = 1`, `users.key = 'x'`, `id IN ('a', 'b')`, `id = ANY ('{a,b}')`: a key beside values that are written there.
# `user_id` is a key of `users`; elsewhere it refers to one, and any number of rows may have it.
_NAMES_ROWS = re.compile(
    r"(?:^|[ .(])\"?(?:(?:(?P<of>\w+)_)?(?:id|uuid)|key|code|slug|name|email)\"? "
    r"(?:= (?:any )?(?:\( )*(?:array \[ )?|in \( )(?:'|[\d$-]|cast \( ['\d])",
    re.IGNORECASE,
)

_NOT_AFTER_VALUE = (("in",), ("like",), ("ilike",), ("between",), ("similar",), ("null",))


def check_backfills(revision: Revision) -> Iterator[Finding]:
    """Find an UPDATE, DELETE or MERGE that touches more of a table in use than rows that its key names."""
    for step in revision.steps:
        action = step.action
        if action.verb not in ("update", "delete", "merge") or step.on_new or step.statement.helper:
            continue
        if not names_its_rows(action):
            verb = action.verb.upper()
            message = f"{verb} of {action.table} locks every row that it touches until the revision ends."
            yield revision.finding("backfill-in-transaction", message, statement=step.statement)


def names_its_rows(action: Action) -> bool:
    """Return True if the condition of an UPDATE or DELETE names rows by their key, or bounds their number."""
    if action.verb == "merge":
        return False
    condition = _condition(action.tokens)
    if "limit" in condition or condition[:2] == ("current", "of"):
        return True
    if "or" in outermost(condition):
        return False
    keys = _NAMES_ROWS.finditer(" ".join(_without_negations(condition)))
    return any(not key["of"] or key["of"].casefold() in _singulars(action.table) for key in keys)


def _without_negations(condition: Tokens) -> Tokens:
    """Return a condition without what its NOTs negate; `IS NOT` and `NOT IN` say nothing of a key as it is."""
    kept: list[str] = []
    position = 0
    while position < len(condition):
        word, following = condition[position], condition[position + 1 : position + 2]
        if word != "not" or following[0:1] in _NOT_AFTER_VALUE or kept[-1:] == ["is"]:
            kept.append(word)
            position += 1
            continue
        position += 1 + (following == ("exists",))
        if condition[position : position + 1] == ("(",):
            position += len(enclosed(condition, position)) + 2
        else:
            while position < len(condition) and condition[position] != "and":
                position += 1
    return tuple(kept)


def _singulars(table: str) -> set[str]:
    """Return what a row of a table may be called: `order_item` and `item` for `order_items`."""
    name = table.rpartition(".")[2].casefold()
    one = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return {name, one, one.rpartition("_")[2]}


def _condition(tokens: Tokens) -> Tokens:
    """Return what stands behind the statement's own WHERE, parentheses and all."""
    depth = 0
    start = len(tokens)
    for position, word in enumerate(tokens):
        depth += nesting(word)
        if depth == 0 and word == "where":
            start = position + 1
        elif depth == 0 and word == "returning":
            return tokens[start:position]
    return tokens[start:]
