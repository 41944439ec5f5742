"""Changes of many rows of a table that is in use, in one transaction."""

import re
from collections.abc import Iterator

from alembic_rollout.lint.findings import Finding
from alembic_rollout.lint.revision import Revision
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import Tokens, nesting, outermost

# `id = 1`, `users.key = 'x'`, `id IN ('a', 'b')`, `id = ANY ('{a,b}')`: a key beside values that are written there.
# `user_id` is a key of `users`; elsewhere it refers to one, and any number of rows may have it.
_NAMES_ROWS = re.compile(
    r"(?:^|[ .(])\"?(?:(?:(?P<of>\w+)_)?(?:id|uuid)|key|code|slug|name|email)\"? "
    r"(?:= (?:any )?(?:\( )*(?:array \[ )?|in \( )(?:'|[\d$-]|cast \( ['\d])",
    re.IGNORECASE,
)


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
    """Whether the condition of an UPDATE or DELETE names rows by their key, or bounds their number."""
    if action.verb == "merge":
        return False
    condition = _condition(action.tokens)
    if "limit" in condition or condition[:2] == ("current", "of"):
        return True
    if "or" in outermost(condition) or _negates(condition):
        return False
    table = action.table.rpartition(".")[2]
    return any(not named["of"] or table.startswith(named["of"]) for named in _NAMES_ROWS.finditer(" ".join(condition)))


def _negates(condition: Tokens) -> bool:
    return any(word == "not" and condition[place - 1 : place] != ("is",) for place, word in enumerate(condition))


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
