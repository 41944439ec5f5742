"""What a statement does, action by action: `DROP TABLE a, b` are two, and so is an ALTER TABLE with a comma."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.alter import alter_actions
from alembic_rollout.sql.expressions.dynamic import dynamic_texts, texts_of_variables
from alembic_rollout.sql.kinds import ON_TABLE, TABLES, read_created_kind, read_kind
from alembic_rollout.sql.maintenance import MAINTENANCE, maintenance_actions
from alembic_rollout.sql.rows import ROW_VERBS, copy_actions, nested_row_actions, row_actions, truncate_actions
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import (
    UNKNOWN_NAME,
    Tokens,
    enclosed,
    outermost,
    outermost_index,
    read_name,
    skip,
    skip_phrase,
    split,
    split_at_commas,
    unquote,
)

_RIGHTS_AND_COMMENTS = ("comment", "grant", "security", "reassign")
_BODY_OPENERS = ("begin", "then", "else", "loop")
_WITHOUT_A_NAME = frozenset({"user mapping", "cast", "operator", "transform", "default privileges"})
# Behind REVOKE ... ON; without one of these the objects are tables.
_KINDS_OF_RIGHTS = frozenset(
    "table sequence function procedure routine schema database type domain language tablespace parameter server".split()  # noqa: SIM905 - one word each
) | {"foreign data wrapper", "large object"}
_CLAUSES = ("where", "group", "order", "limit")
_REMEMBERED = 1024


@lru_cache(_REMEMBERED)
def actions_in(sql: str) -> tuple[Action, ...]:
    """Return what a text of one or more statements does; what a DO block does counts, a function's body does not."""
    return tuple(action for statement in split(tokenize(sql)) for action in _actions(statement))


def _actions(tokens: Tokens) -> Iterator[Action]:
    first = tokens[0]
    if first in _READERS:
        for action in _READERS[first](tokens):
            yield action if action.statement else replace(action, statement=tokens)
    elif first in _RIGHTS_AND_COMMENTS:
        yield Action(first, tokens=tokens, statement=tokens)


def _create(tokens: Tokens) -> Iterator[Action]:
    kind, position = read_created_kind(tokens)
    if kind == "index":
        position = skip(tokens, position, "concurrently")
    position = skip_phrase(tokens, position, "if", "not", "exists")
    name, table = "", ""
    # An index and statistics may have no name, a schema that of its owner.
    if kind not in _WITHOUT_A_NAME and tokens[position : position + 1] not in (("on",), ("authorization",)):
        name, position = read_name(tokens, position)
    if kind in TABLES:
        table = name
    elif kind == "index" or kind in ON_TABLE:
        table = _table_after("to" if kind == "rule" else "on", tokens, position)
    detail = "or replace" if tokens[1:3] == ("or", "replace") else ""
    yield Action("create", kind, name, table, detail, tokens=tokens)
    if kind in TABLES:
        yield from nested_row_actions(tokens)
        query = outermost_index(tokens, "as")
        if query > 0 and not any(tokens[at : at + 2] == ("no", "data") for at in range(query, len(tokens))):
            yield from (action for action in _rows(tokens[query + 1 :] or tokens) if action.verb == "query")


def _drop(tokens: Tokens) -> Iterator[Action]:
    kind, position = read_kind(tokens, 1)
    if kind in ("owned", *_WITHOUT_A_NAME):
        yield Action("drop", kind, tokens=tokens)
        return
    if kind == "index":
        position = skip(tokens, position, "concurrently")
    position = skip_phrase(tokens, position, "if", "exists")
    for part in split_at_commas(tokens[position:]):
        name, end = read_name(part)
        table = name if kind in TABLES else _table_after("on", part, end) if kind in ON_TABLE else ""
        yield Action("drop", kind, name, table, tokens=tokens)


def _explain(tokens: Tokens) -> Iterator[Action]:
    """Read an EXPLAIN: with ANALYZE the statement is run."""
    position, options = 1, tokens[1:3]
    if tokens[1:2] == ("(",):
        options = enclosed(tokens, 1)
        position += len(options) + 2
    if "analyze" in options or "analyse" in options:
        yield from _actions_of_rest(tokens[skip(tokens, position, "analyze", "analyse", "verbose") :])


def _prepare(tokens: Tokens) -> Iterator[Action]:
    """Read a PREPARE as what its statement does; EXECUTE runs it later."""
    if "as" in tokens:
        yield from _actions_of_rest(tokens[tokens.index("as") + 1 :])


def _actions_of_rest(tokens: Tokens) -> Iterator[Action]:
    if tokens:
        yield from _actions(tokens)


def actions_in_body(tokens: Tokens) -> Iterator[Action]:
    """Yield what the body of a DO block or of a function does when it runs.

    Args:
        tokens: of the statement; its last string that is no language's name is the body.
    """
    bodies = [word for word in tokens if word[:1] in "$'"]
    body = next((word for word in bodies if word[:1] == "$"), bodies[0] if bodies else "")
    statements = tuple(split(tokenize(unquote(body))))
    texts = texts_of_variables(statements)
    commits = any(statement[:1] == ("commit",) for statement in statements)
    loops: list[bool] = []
    for statement in statements:
        start = 0
        for position, word in enumerate(statement):
            if word == "loop":
                _enter_or_leave(loops, statement[start:position])
            if word in _BODY_OPENERS:
                start = position + 1
            if word in _IN_BODIES and (position == 0 or statement[position - 1] in _BODY_OPENERS):
                part = statement[position:]
                is_repeated = any(loops) and not commits
                for action in _execute(part, texts) if word == "execute" else _actions(part):
                    yield replace(action, in_body=True, is_repeated=is_repeated)


def _enter_or_leave(loops: list[bool], words: Tokens) -> None:
    """Count a LOOP in or an END LOOP out; True stands for a loop that may run any number of times."""
    if words[-1:] == ("end",):
        loops[-1:] = []
    else:
        loops.append(
            not (words[:1] == ("foreach",) or (words[:1] == ("for",) and ("." in words or "reverse" in words)))
        )


def _do(tokens: Tokens) -> Iterator[Action]:
    yield from actions_in_body(tokens)


def _execute(tokens: Tokens, texts: Mapping[str, Sequence[str]] | None = None) -> Iterator[Action]:
    """Read the dynamic SQL of a DO block, as far as it is written there."""
    found = [action for sql in dynamic_texts(tokens, texts or {}) for action in actions_in(sql)]
    is_read = bool(texts is None or dynamic_texts(tokens, texts))
    yield Action("execute", detail="" if is_read else UNKNOWN_NAME, tokens=tokens, statement=tokens)
    yield from found


def _revoke(tokens: Tokens) -> Iterator[Action]:
    """Read a REVOKE: of rights on objects, which are tables where no kind is named; of a role where there is no ON."""
    if "on" not in outermost(tokens):
        yield Action("revoke", "role", tokens=tokens)
        return
    objects = tokens[tokens.index("on") + 1 :]
    objects = objects[: objects.index("from")] if "from" in objects else objects
    kind, position = read_kind(objects, 0)
    if kind == "all":  # ALL TABLES IN SCHEMA name
        kind, position = "schema", len(objects) if "in" not in objects else objects.index("in") + 2
    elif not (kind in _KINDS_OF_RIGHTS and (read_name(objects, position)[0] or kind == "large object")):
        kind, position = "table", 0
    for part in split_at_commas(objects[position:]):
        name, _ = read_name(part)
        yield Action("revoke", kind, name, name if kind == "table" else "", tokens=tokens)


def _rows(tokens: Tokens) -> Iterator[Action]:
    """Read a query: what it does to rows, and the settings that it changes by `set_config`."""
    yield from row_actions(tokens)
    if tokens[0] == "select" and "from" in outermost(tokens) and "into" not in outermost(tokens):
        name, _ = read_name(tokens, skip(tokens, outermost_index(tokens, "from") + 1, "only"))
        if name and name not in _CLAUSES:
            yield Action("query", "", name, name, tokens=tokens)
    for place, word in enumerate(tokens):
        if word == "set_config" and tokens[place + 1 : place + 2] == ("(",):
            setting, value = ([*split_at_commas(enclosed(tokens, place + 1)), (), ()])[:2]
            detail = unquote(value[0]) if len(value) == 1 else UNKNOWN_NAME
            yield Action("set", "setting", unquote("".join(setting)).lower(), detail=detail, tokens=tokens)


def _set(tokens: Tokens) -> Iterator[Action]:
    """Read a SET or RESET of a setting; `SET CONSTRAINTS` and `SET TRANSACTION` are none."""
    position = skip(tokens, 1, "local", "session")
    name, position = read_name(tokens, position)
    if name == "schema" and tokens[position : position + 1] and tokens[position][:1] in ("'", "$"):
        yield Action("set", "setting", "search_path", detail=unquote(tokens[position]), tokens=tokens)
    elif tokens[position : position + 1] in (("=",), ("to",)) or tokens[0] == "reset":
        value = "".join(unquote(word) for word in tokens[position + 1 :])
        yield Action("set", "setting", name, detail=value or "default", tokens=tokens)


def _rollback(tokens: Tokens) -> Iterator[Action]:
    """Read ROLLBACK TO SAVEPOINT, which undoes what came behind the savepoint."""
    if "to" in tokens[1:3]:
        yield Action("rollback", "savepoint", tokens[-1], tokens=tokens)


def _table_after(preposition: str, tokens: Tokens, position: int) -> str:
    if preposition not in tokens[position:]:
        return ""
    return read_name(tokens, skip(tokens, tokens.index(preposition, position) + 1, "only"))[0]


_READERS: dict[str, Callable[[Tokens], Iterator[Action]]] = {
    "create": _create,
    "drop": _drop,
    "alter": alter_actions,
    **dict.fromkeys((*ROW_VERBS, "select", "with", "values", "("), _rows),
    "perform": _rows,
    **dict.fromkeys(MAINTENANCE, maintenance_actions),
    "truncate": truncate_actions,
    "copy": copy_actions,
    "revoke": _revoke,
    "explain": _explain,
    "prepare": _prepare,
    "do": _do,
    "execute": _execute,
    "set": _set,
    "reset": _set,
    "rollback": _rollback,
}
# A SELECT ... INTO of PL/pgSQL fills a variable.
_IN_BODIES = frozenset({*_READERS, *_RIGHTS_AND_COMMENTS}) - {"select", "values", "(", "explain", "prepare"}
