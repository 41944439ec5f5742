"""Kinds of objects as CREATE, ALTER, DROP and REVOKE name them, of one word or several."""

from alembic_rollout.sql.tokens import Tokens

TABLES = ("table", "materialized view")
ON_TABLE = ("trigger", "policy", "rule")

_OF_SEVERAL_WORDS = (
    ("materialized", "view"),
    ("event", "trigger"),
    ("user", "mapping"),
    ("foreign", "data", "wrapper"),
    ("foreign", "server"),
    ("access", "method"),
    ("operator", "class"),
    ("operator", "family"),
    ("text", "search", "configuration"),
    ("text", "search", "dictionary"),
    ("text", "search", "parser"),
    ("text", "search", "template"),
    ("large", "object"),
    ("default", "privileges"),
)
# Kinds that are others with a word in front.
_SYNONYMS = {
    ("foreign", "table"): "table",
    ("procedural", "language"): "language",
    ("trusted", "language"): "language",
    ("trusted", "procedural", "language"): "language",
    ("default", "conversion"): "conversion",
    ("foreign", "server"): "server",
}
_MODIFIERS = frozenset({"global", "local", "temporary", "temp", "unlogged", "unique", "constraint", "recursive"})


def read_kind(tokens: Tokens, position: int) -> tuple[str, int]:
    """Read the kind of an object.

    Args:
        tokens: of a statement.
        position: where the kind begins.

    Returns:
        The kind, such as `materialized view`, empty at the end of the statement; and the position behind it.
    """
    for words, kind in _SYNONYMS.items():
        if tokens[position : position + len(words)] == words:
            return kind, position + len(words)
    for words in _OF_SEVERAL_WORDS:
        if tokens[position : position + len(words)] == words:
            return " ".join(words), position + len(words)
    return "".join(tokens[position : position + 1]), min(position + 1, len(tokens))


def read_created_kind(tokens: Tokens) -> tuple[str, int]:
    """Read the kind of what a CREATE makes, behind words such as OR REPLACE, TEMPORARY and UNIQUE."""
    position = 3 if tokens[1:3] == ("or", "replace") else 1
    while tokens[position : position + 1] and tokens[position] in _MODIFIERS:
        position += 1
    return read_kind(tokens, position)
