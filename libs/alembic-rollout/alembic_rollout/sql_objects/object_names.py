"""How an object is called in a revision, and in DROP: `VIEW v`, `FUNCTION f(integer)`, `TRIGGER t ON profiles`.

One object has one name, however a statement writes it: types have one synonym, quotes stand where they must, and the
schema `public` is left out.
"""

from collections.abc import Sequence

from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.sql.expressions.types import read_type
from alembic_rollout.sql.kinds import read_kind
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    is_identifier,
    outermost,
    read_name,
    split_at_commas,
    split_name,
    unquote,
)

CODE = ("function", "procedure")
VIEWS = ("view", "materialized view")
ON_TABLE = ("trigger", "policy")
COMMENT = "COMMENT ON "
ROW_SECURITY = "ROW LEVEL SECURITY ON "
FORCED = "FORCE "

_DEFAULT_SCHEMAS = ("public", "pg_catalog")
_MODES = ("in", "out", "inout", "variadic")
# Types of two words, of which the first is no parameter's name.
_TWO_WORDS = {
    ("double", "precision"),
    ("character", "varying"),
    ("char", "varying"),
    ("bit", "varying"),
    ("national", "character"),
    ("national", "char"),
    ("timestamp", "with"),
    ("timestamp", "without"),
    ("time", "with"),
    ("time", "without"),
    *(("interval", unit) for unit in ("year", "month", "day", "hour", "minute", "second")),
}


def sql_name(name: str) -> str:
    """Return a name that `read_name` has read as SQL, without the schema `public`."""
    schema, bare = split_name(name)
    return qualified(None if schema in _DEFAULT_SCHEMAS else schema or None, unquote(bare))


def object_name(kind: str, tokens: Tokens) -> str:
    """Return what an object is called.

    Args:
        kind: as `read_kind` returns it.
        tokens: from its name on.

    Raises:
        UsageError: no name stands there, or what it is on is missing.
    """
    name, end = read_name(tokens)
    if not name:
        raise UsageError(f"{kind} without a name. Write it behind {kind.upper()}.")
    written = f"{kind.upper()} {sql_name(name)}"
    if kind in CODE:
        return f"{written}({', '.join(argument_types(tokens, end))})"
    if kind not in ON_TABLE:
        return written
    words = tokens[end:]
    table = read_name(words, words.index("on") + 1)[0] if "on" in words else ""
    if not table:
        raise UsageError(f"{kind} {name} is on no table. Write ON and the table behind it.")
    return f"{written} ON {sql_name(table)}"


def read_object_name(text: str) -> str:
    """Return a name as it is compared, from one that a revision writes or PostgreSQL returns: `trigger t on public.u`.

    Raises:
        UsageError: it is no object's name.
    """
    tokens = tokenize(text)
    forced = 1 if tokens[:1] == ("force",) else 0
    if tokens[forced : forced + 4] == ("row", "level", "security", "on"):
        return f"{FORCED if forced else ''}{ROW_SECURITY}{sql_name(read_name(tokens, forced + 4)[0])}"
    if tokens[:2] == ("comment", "on"):
        return COMMENT + _commented(tokens[2:])
    kind, position = read_kind(tokens, 0)
    return object_name(kind, tokens[position:])


def drop_statement(name: str) -> str:
    """Return SQL that takes an object away, by what it is called."""
    if name.startswith(COMMENT):
        return f"{name} IS NULL"
    if name.startswith(FORCED):
        return f"ALTER TABLE {name.removeprefix(FORCED + ROW_SECURITY)} NO FORCE ROW LEVEL SECURITY"
    if name.startswith(ROW_SECURITY):
        return f"ALTER TABLE {name.removeprefix(ROW_SECURITY)} DISABLE ROW LEVEL SECURITY"
    return f"DROP {name}"


def argument_types(tokens: Tokens, opening: int) -> list[str]:
    """Return the types that make a function another than those of its name, without those that it only returns."""
    if tokens[opening : opening + 1] != ("(",):
        return []
    types = [_argument_type(part) for part in split_at_commas(enclosed(tokens, opening)) if part]
    return [type_ for type_ in types if type_]


def _argument_type(part: Tokens) -> str:
    outside = outermost(part)
    defaults = [part.index(word) for word in ("default", "=") if word in outside]
    words = part[: min(defaults)] if defaults else part
    if words[-1:] == (":",):
        words = words[:-1]
    mode = words[0] if words[0] in _MODES and len(words) > 1 else ""
    if mode == "out":
        return ""
    words = words[1:] if mode else words
    if len(words) > 1 and is_identifier(words[1]) and words[:2] not in _TWO_WORDS and words[1] != "array":
        words = words[1:]  # behind its name
    return _type(words)


def _type(words: Sequence[str]) -> str:
    type_ = read_type(tuple(words))
    brackets = "[]" if type_.is_array else ""
    name, end = read_name(words)
    schema = split_name(name)[0]
    if "%" in words:
        return "".join(words)
    if schema and schema not in _DEFAULT_SCHEMAS:
        return sql_name(name) + brackets
    is_own = end == len(words) and words[-1].startswith('"')
    return (sql_name(type_.name) if is_own else type_.name) + brackets


def _commented(tokens: Tokens) -> str:
    kind, position = read_kind(tokens, 0)
    if kind == "column":
        relation, column = split_name(read_name(tokens, position)[0])
        return f"COLUMN {sql_name(relation)}.{qualified(None, unquote(column))}"
    return object_name(kind, tokens[position:])
