"""What a statement does, action by action: `DROP TABLE a, b` are two, and so is an ALTER TABLE with a comma."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import groupby

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.alter import alter_actions
from alembic_rollout.sql.tokens import (
    UNKNOWN_NAME,
    Tokens,
    enclosed,
    nesting,
    outermost,
    read_name,
    skip,
    split,
    split_at_commas,
    tokenize,
    unquote,
)

_ROWS = ("insert", "update", "delete", "merge")
_MAINTENANCE = ("vacuum", "analyze", "cluster", "reindex", "refresh", "lock")
_RIGHTS_AND_COMMENTS = ("comment", "grant", "revoke", "security", "reassign")
_BODY_OPENERS = ("begin", "then", "else", "loop")
_ON_TABLE = ("trigger", "policy", "rule")
_TABLES = ("table", "materialized view")
_MAINTAINED = ("index", "table", "schema", "database", "view")
_KINDS = frozenset(
    "table index view function procedure aggregate trigger type domain schema sequence extension policy rule role user"  # noqa: SIM905 - one word each
    " group database publication subscription statistics server collation operator cast language tablespace".split()
)
_KINDS_OF_RIGHTS = ("routine", "parameter")
_FURTHEST_KIND = 8
_REMEMBERED = 1024


@lru_cache(_REMEMBERED)
def actions_in(sql: str) -> tuple[Action, ...]:
    """Return what a text of one or more statements does; what a DO block does counts, a function's body does not."""
    return tuple(action for statement in split(tokenize(sql)) for action in _actions(statement))


def _actions(tokens: Tokens) -> Iterator[Action]:
    first = tokens[0]
    if first in _READERS:
        yield from _READERS[first](tokens)
    elif first in _MAINTENANCE:
        yield _maintenance(tokens)
    elif first == "revoke":
        yield from _revoke(tokens)
    elif first in _RIGHTS_AND_COMMENTS:
        yield Action(first, tokens=tokens)
    elif first == "select" and "into" in outermost(tokens):
        name, _ = read_name(tokens, tokens.index("into") + 1)
        yield Action("create", "table", name, name, tokens=tokens)


def _create(tokens: Tokens) -> Iterator[Action]:
    kind, position = _kind_of_created(tokens)
    position = skip(tokens, position, "concurrently", "if", "not", "exists")
    name, table = "", ""
    if kind and tokens[position : position + 1] != ("on",):  # an index may have no name
        name, position = read_name(tokens, position)
    if kind in _TABLES:
        table = name
    elif kind == "index" or kind in _ON_TABLE:
        table = _table_after("to" if kind == "rule" else "on", tokens, position)
    detail = "or replace" if tokens[1:3] == ("or", "replace") else ""
    yield Action("create", kind, name, table, detail, tokens=tokens)


def _kind_of_created(tokens: Tokens) -> tuple[str, int]:
    """Return the kind of what a CREATE makes, and the position behind it; the words in front of it are passed over."""
    for position in range(1, min(len(tokens), _FURTHEST_KIND)):
        if tokens[position] in _KINDS:
            return _materialized(tokens, position), position + 1
    return "", 0


def _drop(tokens: Tokens) -> Iterator[Action]:
    position = skip(tokens, 1, "materialized", "foreign", "event")
    kind = _materialized(tokens, position)
    if kind == "owned":
        yield Action("drop", "owned", tokens=tokens)
        return
    position = skip(tokens, position + 1, "concurrently", "if", "exists")
    for part in split_at_commas(tokens[position:]):
        name, end = read_name(part)
        table = name if kind in _TABLES else _table_after("on", part, end) if kind in _ON_TABLE else ""
        yield Action("drop", kind, name, table, tokens=tokens)


def _rows(tokens: Tokens) -> Iterator[Action]:
    name, _ = read_name(tokens, skip(tokens, 1, "into", "from", "only"))
    yield Action(tokens[0], "", name, name, tokens=tokens)


def _truncate(tokens: Tokens) -> Iterator[Action]:
    for part in split_at_commas(tokens[skip(tokens, 1, "table") :]):
        name, _ = read_name(part, skip(part, 0, "only"))
        yield Action("truncate", "table", name, name, tokens=tokens)


def _copy(tokens: Tokens) -> Iterator[Action]:
    name, _ = read_name(tokens, 1)
    if "from" in outermost(tokens):
        yield Action("copy", "", name, name, tokens=tokens)


def _with(tokens: Tokens) -> Iterator[Action]:
    """Read a statement with CTEs: those that change rows, then the statement itself."""
    for position, word in enumerate(tokens[:-1]):
        if word == "(" and tokens[position + 1] in _ROWS:
            yield from _rows(enclosed(tokens, position))
    depth = 0
    for position, word in enumerate(tokens):
        depth += nesting(word)
        if depth == 0 and word in ("select", "values", *_ROWS):
            if word in _ROWS:
                yield from _rows(tokens[position:])
            return


def _do(tokens: Tokens) -> Iterator[Action]:
    body = next((word for word in tokens if word[:1] in "$'"), "")
    for statement in split(tokenize(unquote(body))):
        for position, word in enumerate(statement):
            if word in _IN_BODIES and (position == 0 or statement[position - 1] in _BODY_OPENERS):
                yield from _actions(statement[position:])


def _execute(tokens: Tokens) -> Iterator[Action]:
    """Read the dynamic SQL of a DO block, as far as it is written there."""
    yield Action("execute", tokens=tokens)
    texts = [word for word in tokens if word[:1] in "$'"]
    unknown = f'"{UNKNOWN_NAME}"'
    if texts and tokens[1] == "format":
        yield from actions_in(re.sub(r"%(?:\d+\$)?-?\d*[IsL]", unknown, unquote(texts[0])))
    elif texts:
        # What stands between the texts and is no operator is put together while the block runs.
        parts = [unquote(word) if word in texts else unknown for word in tokens[1:] if word not in "|()"]
        yield from actions_in("".join(part for part, _ in groupby(parts)))


def _maintenance(tokens: Tokens) -> Action:
    kind = next((word for word in outermost(tokens)[1:] if word in _MAINTAINED), "")
    position = tokens.index(kind) + 1 if kind else 1
    if tokens[position : position + 1] == ("(",):
        position += len(enclosed(tokens, position)) + 2
    position = skip(tokens, position, "concurrently", "full", "freeze", "verbose", "analyze", "only")
    name, _ = read_name(tokens, position)
    kind = "materialized view" if kind == "view" else kind
    return Action(tokens[0], kind, name, "" if kind == "index" else name, tokens=tokens)


def _revoke(tokens: Tokens) -> Iterator[Action]:
    """Read a REVOKE: of rights on objects, which are tables where no kind is named; of a role where there is no ON."""
    if "on" not in outermost(tokens):
        yield Action("revoke", "role", tokens=tokens)
        return
    objects = tokens[tokens.index("on") + 1 :]
    kind = objects[0] if objects[0] in _KINDS or objects[0] in _KINDS_OF_RIGHTS else "table"
    if objects[:1] == ("all",):  # ALL TABLES IN SCHEMA name
        kind, objects = "schema", objects[objects.index("in") + 1 :]
    objects = objects[objects[0] == kind : objects.index("from")] if "from" in objects else objects
    for part in split_at_commas(objects):
        name, _ = read_name(part)
        yield Action("revoke", kind, name, name if kind == "table" else "", tokens=tokens)


def _materialized(tokens: Tokens, position: int) -> str:
    kind = "".join(tokens[position : position + 1])
    return "materialized view" if kind == "view" and tokens[position - 1] == "materialized" else kind


def _table_after(preposition: str, tokens: Tokens, position: int) -> str:
    if preposition not in tokens[position:]:
        return ""
    return read_name(tokens, skip(tokens, tokens.index(preposition, position) + 1, "only"))[0]


_READERS: dict[str, Callable[[Tokens], Iterator[Action]]] = {
    "create": _create,
    "drop": _drop,
    "alter": alter_actions,
    "insert": _rows,
    "update": _rows,
    "delete": _rows,
    "merge": _rows,
    "truncate": _truncate,
    "copy": _copy,
    "with": _with,
    "do": _do,
    "execute": _execute,
}
_IN_BODIES = frozenset({*_READERS, *_MAINTENANCE, *_RIGHTS_AND_COMMENTS})
