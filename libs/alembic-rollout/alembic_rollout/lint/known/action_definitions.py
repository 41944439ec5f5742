"""Reads what an action defines: a column, a constraint, an index, a type, a label."""

from alembic_rollout.lint.known.known_catalogue import Catalogue, Column, Constraint, Index
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import ColumnDefinition
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    outermost,
    outermost_index,
    read_name,
    skip_phrase,
    split_at_commas,
    unquote,
)


def read_constraint(tokens: Tokens) -> Constraint:
    """Read a constraint of a table, from its kind on: `CHECK (...)`, `FOREIGN KEY (...) REFERENCES ...`."""
    kind = " ".join(tokens[:2]) if tokens[:1] in (("primary",), ("foreign",), ("not",)) else "".join(tokens[:1])
    words = outermost(tokens)
    is_valid = not any(words[at : at + 2] in (("not", "valid"), ("not", "enforced")) for at in range(len(words)))
    if kind == "check":
        return Constraint(kind, condition=enclosed(tokens, 1), is_validated=is_valid)
    if kind == "not null":
        return Constraint(kind, (read_name(tokens, 2)[0],), is_validated=is_valid)
    columns: tuple[str, ...] = ()
    if "(" in tokens and kind != "exclude" and "using" not in words:
        columns = columns_in(enclosed(tokens, tokens.index("(")))
    target = read_name(tokens, tokens.index("references") + 1)[0] if "references" in tokens else ""
    return Constraint(kind, columns, is_validated=is_valid, target=target)


def constraint_of(action: Action) -> Constraint:
    """Return the constraint that an ADD makes."""
    tokens = action.tokens[1:]
    position = read_name(tokens, 1)[1] if tokens[:1] == ("constraint",) else 0
    return read_constraint(tokens[position:])


def column_of(column: ColumnDefinition) -> Column:
    """Return a column as the catalogue has it."""
    is_nullable = not (column.is_required or column.is_serial or column.generated in ("always", "by default"))
    default = ("nextval",) if column.is_serial else column.default
    return Column(column.type, is_nullable, default, column.generated)


def index_of(catalogue: Catalogue, action: Action) -> Index:
    """Return the index that a CREATE INDEX makes."""
    tokens = action.tokens
    start = tokens.index("(") if "(" in tokens else len(tokens)
    columns = columns_in(enclosed(tokens, start)) if start < len(tokens) else ()
    words = outermost(tokens)
    where = outermost_index(tokens, "where")
    calculated = (*(enclosed(tokens, start) if "" in columns else ()), *(tokens[where:] if where > 0 else ()))
    return Index(catalogue.key(action.table), columns, "unique" in words[:2], where > 0, calculated)


def columns_in(tokens: Tokens) -> tuple[str, ...]:
    """Return the columns of a list; one that is an expression is empty."""
    found = []
    for part in split_at_commas(tokens):
        name, end = read_name(part)
        found.append("" if part[end : end + 1] == ("(",) else name)
    return tuple(found)


def new_type(action: Action) -> Tokens:
    """Return the words of the type that an ALTER COLUMN ... TYPE gives, without USING and COLLATE."""
    words = action.tokens[action.tokens.index("type") + 1 :]
    ends = [words.index(word) for word in ("using", "collate") if word in words]
    return words[: min(ends, default=len(words))]


def new_label(action: Action) -> str:
    """Return the label that an ALTER TYPE ... ADD VALUE adds."""
    words = action.tokens
    return unquote("".join(words[skip_phrase(words, 2, "if", "not", "exists") :][:1]))
