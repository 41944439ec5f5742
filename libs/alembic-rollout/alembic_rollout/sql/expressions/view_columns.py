"""The columns that a view has, as far as its definition names them."""

from alembic_rollout.sql.expressions.comparisons import without_casts
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    is_identifier,
    outermost_index,
    read_name,
    skip,
    split_at_commas,
    split_name,
    unquote,
)


def view_columns(tokens: Tokens) -> tuple[str, ...] | None:
    """Return the columns of a CREATE VIEW; None where one of them has no written name, as `*` or a calculation.

    Args:
        tokens: of the statement.
    """
    start = outermost_index(tokens, "view")
    if start < 0:
        return None
    _, position = read_name(tokens, skip(tokens, start + 1, "if", "not", "exists"))
    if tokens[position : position + 1] == ("(",):
        return tuple(read_name(part)[0] for part in split_at_commas(enclosed(tokens, position)))
    query = tokens[outermost_index(tokens, "as") + 1 :]
    if query[:1] != ("select",):
        return None
    end = outermost_index(query, "from")
    names = [_name(part) for part in split_at_commas(query[1 : end if end > 0 else len(query)])]
    known = [name for name in names if name]
    return tuple(known) if len(known) == len(names) else None


def _name(part: Tokens) -> str:
    """Return the name of one column of a SELECT; empty where it is not written."""
    if part[-2:-1] == ("as",) and is_identifier(part[-1]):
        return unquote(part[-1])
    words = without_casts(part)
    name, end = read_name(words)
    return split_name(name)[1] if name and end == len(words) else ""
