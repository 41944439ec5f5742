"""Finds the parts of a statement in its tokens: clauses, the tables of a FROM, the sides of a comparison, queries."""

from collections.abc import Iterator, Sequence

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.comparisons import without_casts, without_parentheses
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    is_identifier,
    nesting,
    outermost,
    read_name,
    skip,
    split_at_commas,
    split_name,
    unquote,
)

CLAUSES = ("group", "having", "window", "order", "limit", "offset", "fetch", "for", "union", "intersect", "except")


ENDS_OF_FROM = ("where", "returning", "on", "when", "set", *CLAUSES)


def clause(tokens: Tokens, word: str, ends: Sequence[str]) -> Tokens:
    """Return what stands behind a word of the statement itself, up to one that begins another clause."""
    depth, start = 0, None
    for position, token in enumerate(tokens):
        depth += nesting(token)
        if depth == 0 and start is None and token == word:
            start = position + 1
        elif depth == 0 and start is not None and token in ends:
            return tokens[start:position]
    return tokens[start:] if start is not None else ()


def names_of_target(action: Action) -> tuple[str, ...]:
    """Return the names by which a condition may call the table that is changed: its alias, or its own."""
    tokens = action.tokens
    own, end = read_name(tokens, skip(tokens, 1, "into", "from", "only"))
    end = skip(tokens, end, "*", "as")
    alias = (
        unquote(tokens[end])
        if tokens[end : end + 1] and is_identifier(tokens[end]) and tokens[end] not in ("set", *ENDS_OF_FROM, "using")
        else ""
    )
    return (alias or split_name(own)[1],)


def is_of(qualifier: str, names: Sequence[str]) -> bool:
    """Return True if a column with this qualifier, which may be empty, is one of a table with these names."""
    return not qualifier or qualifier in names


def columns_of(tokens: Tokens, names: Sequence[str]) -> list[str]:
    """Return the columns that an expression consists of: one, or those of a row; none where it is something else."""
    words = without_parentheses(without_casts(tokens))
    found = []
    for part in split_at_commas(words):
        name, end = read_name(part)
        qualifier, own = split_name(name)
        if not name or end != len(part) or (names and not is_of(split_name(qualifier)[1], names)):
            return []
        found.append(own)
    return found


def query_of(tokens: Tokens) -> Tokens:
    """Return the query in `(SELECT ...)`, `ANY (SELECT ...)` or `ANY (ARRAY(SELECT ...))`; nothing elsewhere."""
    words = tokens[1:] if tokens[:1] in (("any",), ("some",)) else tokens
    words = without_parentheses(words)
    if words[:1] == ("array",):
        words = without_parentheses(words[1:])
    return words if words[:1] in (("select",), ("values",), ("with",)) else ()


def at_operator(words: Tokens) -> tuple[Tokens, str, Tokens] | None:
    """Return the left side, the operator and the right side of a comparison; None where it is something else."""
    depth = 0
    for position, word in enumerate(words):
        depth += nesting(word)
        if depth == 0 and word in ("not", "is", "exists"):
            return None
        if depth == 0 and word in ("in", "=", "<", ">"):
            end = position + 1
            while word != "in" and words[end : end + 1] and words[end] in ("=", ">"):
                end += 1
            sign = "".join(words[position:end])
            return (words[:position], sign, words[end:]) if sign in ("in", "=", "<", ">", "<=", ">=") else None
    return None


def items_of_from(items: Tokens) -> Iterator[tuple[str, str]]:
    """Yield the alias and the table of each part of a FROM; several that are joined are one that is unknown."""
    for part in split_at_commas(items) if items else ():
        if "join" in outermost(part):
            yield "", ""
            continue
        if part[:1] == ("(",) or part[1:2] == ("(",):
            start = len(enclosed(part, part.index("("))) + part.index("(") + 2
            yield unquote("".join(part[skip(part, start, "as") :][:1]) or part[0]), ""
            continue
        name, end = read_name(part, skip(part, 0, "only"))
        yield unquote("".join(part[skip(part, end, "as", "*") :][:1]) or split_name(name)[1]), name


def behind_with(query: Tokens) -> Tokens:
    """Return the SELECT or VALUES that follows the CTEs of a query."""
    return next((query[at:] for at, word in outer_words(query) if word in ("select", "values")), ())


def outer_words(tokens: Tokens) -> Iterator[tuple[int, str]]:
    """Yield the words that no parenthesis encloses, with their positions."""
    depth = 0
    for position, word in enumerate(tokens):
        if depth == 0:
            yield position, word
        depth += nesting(word)
