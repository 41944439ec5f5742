"""The actions of ALTER statements."""

from collections.abc import Iterator

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.kinds import ON_TABLE, TABLES, read_kind
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    is_identifier,
    outermost,
    read_name,
    skip,
    skip_phrase,
    split_at_commas,
    split_name,
)

# An ALTER VIEW or ALTER SEQUENCE takes actions of an ALTER TABLE.
_LIKE_TABLES = ("table", "view", "materialized view", "index", "sequence")
_WITH_COMMAS = (*_LIKE_TABLES, "type")
_CONSTRAINTS = ("check", "unique", "primary", "foreign", "not")
_PARTS = ("column", "constraint", "attribute", "value")
_WITHOUT_A_NAME = ("default privileges", "user mapping", "system", "operator", "large object")
_VERBS = {"add": "create", "drop": "drop"}


def alter_actions(tokens: Tokens) -> Iterator[Action]:
    """Yield the actions of one ALTER statement."""
    kind, position = read_kind(tokens, 1)
    position = skip(tokens, skip_phrase(tokens, position, "if", "exists"), "only")
    if tokens[position : position + 3] == ("all", "in", "tablespace"):
        yield Action("alter", kind, detail="set tablespace", tokens=tokens)
        return
    if kind in _WITHOUT_A_NAME or tokens[position : position + 1] == ("all",):
        yield Action("alter", kind, tokens=tokens)
        return
    name, position = read_name(tokens, position)
    rest, table = _behind_arguments(tokens[position:]), ""
    if kind in ON_TABLE and rest[:1] == ("on",):
        table, position = read_name(rest, 1)
        rest = rest[position:]
    if not name or not rest:
        yield Action("alter", kind, tokens=tokens)
    elif rest[0] == "rename" or _sets_schema(rest):
        yield _rename(kind, name, rest, table)
    elif kind in _WITH_COMMAS:
        read = _of_table if kind in _LIKE_TABLES else _of_other
        for part in split_at_commas(rest):
            yield read(kind, name, part)
    else:
        yield Action("alter", kind, name, table, _detail(rest), tokens=rest) if table else _of_other(kind, name, rest)


def column_definition(action: Action) -> Tokens:
    """Return what an ADD COLUMN says about its column, behind the name, outside parentheses."""
    return outermost(action.tokens)[_column_name(action.tokens)[1] :]


def _behind_arguments(rest: Tokens) -> Tokens:
    # A function's argument types, or the star behind a table's name.
    return rest[len(enclosed(rest, 0)) + 2 :] if rest[:1] == ("(",) else rest[skip(rest, 0, "*") :]


def _sets_schema(rest: Tokens) -> bool:
    return rest[:2] == ("set", "schema") and bool(rest[2:]) and is_identifier(rest[2])


def _rename(kind: str, name: str, rest: Tokens, table: str) -> Action:
    """Read a RENAME or SET SCHEMA: of the object itself, or of a part of it."""
    table = name if kind in TABLES else table
    schema, own = split_name(name)
    if rest[0] == "set":
        return Action("rename", kind, name, table, "set schema", f"{read_name(rest, 2)[0]}.{own}", rest)
    if rest[1:2] == ("to",):
        new_name = read_name(rest, 2)[0]
        return Action("rename", kind, name, table, "", f"{schema}.{new_name}" if schema else new_name, rest)
    word = "".join(rest[1:2])
    part, position = (word, 2) if word in _PARTS and rest[2:3] != ("to",) else ("column", 1)
    if part == "value":
        return Action("rename", "value", "".join(rest[position : position + 1]), name, tokens=rest)
    old, position = read_name(rest, position)
    return Action("rename", part, old, name, "", read_name(rest, position + 1)[0], rest)


def _of_table(kind: str, table: str, part: Tokens) -> Action:
    """Read one action of an ALTER TABLE."""
    first, second = (*part[:2], "", "")[:2]
    if kind == "index" or first not in ("add", "drop", "alter", "validate"):
        return Action("alter", kind, table, "" if kind == "index" else table, " ".join(part[:3]), tokens=part)
    if first == "validate":
        return Action("validate", "constraint", read_name(part, 2)[0], table, tokens=part)
    if second == "constraint" or (first == "add" and _begins_constraint(part)):
        return _of_constraint(table, part)
    name, position = _column_name(part)
    detail = _detail(part[position:]) if first == "alter" else ""
    return Action(_VERBS.get(first, "alter"), "column", name, table, detail, tokens=part)


def _begins_constraint(part: Tokens) -> bool:
    # A column may be called exclude.
    word = "".join(part[1:2])
    return word in _CONSTRAINTS or (word == "exclude" and part[2:3] in (("(",), ("using",)))


def _of_constraint(table: str, part: Tokens) -> Action:
    name, position = "", 1
    if part[1] == "constraint":
        name, position = read_name(part, skip_phrase(part, 2, "if", "exists"))
    words = part[position : position + 2] if part[0] == "add" else ()
    detail = words[0] if words[:1] in (("check",), ("unique",), ("exclude",)) else " ".join(words)
    return Action(_VERBS.get(part[0], "alter"), "constraint", name, table, detail, tokens=part)


def _column_name(part: Tokens) -> tuple[str, int]:
    position = skip(part, 1, "column")
    return read_name(part, skip_phrase(part, skip_phrase(part, position, "if", "not", "exists"), "if", "exists"))


def _detail(rest: Tokens) -> str:
    if rest[:1] == ("type",) or rest[:3] == ("set", "data", "type"):
        return "type"
    return " ".join(rest[: 3 if rest[1:2] == ("not",) else 2])


def _of_other(kind: str, name: str, part: Tokens) -> Action:
    """Read one action of an ALTER of something that has no rows of its own."""
    if part[1:2] == ("attribute",):
        attribute = read_name(part, skip_phrase(part, 2, "if", "exists"))[0]
        return Action(_VERBS.get(part[0], "alter"), "attribute", attribute, name, tokens=part)
    if kind == "domain" and part[:1] == ("add",):
        constraint = read_name(part, 2)[0] if part[1:2] == ("constraint",) else ""
        return Action("create", "domain constraint", constraint, name, tokens=part)
    return Action("alter", kind, name, "", _detail(part), tokens=part)
