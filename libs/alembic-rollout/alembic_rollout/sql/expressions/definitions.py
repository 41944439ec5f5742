"""What CREATE TABLE and ADD COLUMN say about a column: its type, then its constraints in any order."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from alembic_rollout.sql.tokens import Tokens, enclosed, nesting, read_name, skip, skip_phrase, split_at_commas

SERIAL_TYPES = frozenset({"serial", "bigserial", "smallserial", "serial2", "serial4", "serial8"})

_BEGINS = frozenset(
    {
        *("constraint", "not", "null", "default", "generated", "primary", "unique", "check", "references"),
        *("collate", "storage", "compression", "deferrable", "initially", "options", "enforced"),
    }
)
_TABLE_ELEMENTS = ("constraint", "check", "unique", "primary", "foreign", "exclude", "like", "not")


@dataclass(frozen=True, slots=True)
class ColumnDefinition:
    """A column as a statement defines it.

    Attributes:
        name: without quotes.
        type: its words, such as `numeric ( 10 , 2 )`.
        is_required: NOT NULL, or part of the primary key by its own words.
        default: the words of its default; None where it has none.
        generated: `stored` or `virtual` for a computed column, `always` or `by default` for an identity; else empty.
        is_primary_key: by its own words.
        is_unique: by its own words.
        checks: the conditions of its checks.
        is_enforced: False behind NOT ENFORCED.
        references: the table that it refers to; empty where it refers to none.
    """

    name: str
    type: Tokens = ()
    is_required: bool = False
    default: Tokens | None = None
    generated: str = ""
    is_primary_key: bool = False
    is_unique: bool = False
    checks: tuple[Tokens, ...] = ()
    is_enforced: bool = True
    references: str = ""

    @property
    def is_serial(self) -> bool:
        """True if its type is one of those that make a sequence."""
        return bool(SERIAL_TYPES.intersection(self.type[:1]))

    @property
    def has_value(self) -> bool:
        """True if an insert that leaves it out gives it a value: by a default, or one that is generated."""
        return bool(self.generated) or self.is_serial or self.default not in (None, ("null",))


def read_column(tokens: Tokens, start: int = 0) -> ColumnDefinition:
    """Read a column's definition.

    Args:
        tokens: of a part of a statement.
        start: where the column's name stands.
    """
    name, position = read_name(tokens, start)
    end = _end_of_type(tokens, position)
    column = ColumnDefinition(name, tokens[position:end])
    while end < len(tokens):
        column, end = _read_constraint(column, tokens, end)
    return column


def added_column(tokens: Tokens) -> ColumnDefinition:
    """Read the column of an ADD COLUMN, which is a part of an ALTER TABLE."""
    return read_column(tokens, skip_phrase(tokens, skip(tokens, 1, "column"), "if", "not", "exists"))


def table_elements(tokens: Tokens) -> Iterator[Tokens]:
    """Yield the parts of the parentheses of a CREATE TABLE: columns, and constraints of the table."""
    position = 0
    while position < len(tokens) and tokens[position] not in ("(", "as", "of", "partition"):
        position += 1
    if tokens[position : position + 1] == ("(",):
        yield from (part for part in split_at_commas(enclosed(tokens, position)) if part)


def is_column(element: Tokens) -> bool:
    """Return True if a part of a CREATE TABLE is a column."""
    if element[:1] == ("exclude",):
        return element[1:2] not in (("(",), ("using",))
    return element[:1] not in {(word,) for word in _TABLE_ELEMENTS}


def _end_of_type(tokens: Tokens, position: int) -> int:
    depth = 0
    while position < len(tokens):
        word = tokens[position]
        if depth == 0 and word in _BEGINS:
            return position
        depth += nesting(word)
        position += 1
    return position


def _read_constraint(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    """Read one constraint; return the column with it, and the position behind it."""
    read = _READERS.get(tokens[position])
    return read(column, tokens, position) if read else (column, position + 1)


def _read_name(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    return column, read_name(tokens, position + 1)[1]


def _read_not(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    following = tokens[position + 1 : position + 2]
    if following == ("null",):
        return replace(column, is_required=True), position + 2
    return replace(column, is_enforced=column.is_enforced and following != ("enforced",)), position + 2


def _read_default(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    # The first word is the value's own, as in DEFAULT NULL.
    is_enclosed = tokens[position + 1 : position + 2] == ("(",)
    first = len(enclosed(tokens, position + 1)) + 2 if is_enclosed else 1
    end = _end_of_type(tokens, position + 1 + first)
    return replace(column, default=tokens[position + 1 : end]), end


def _read_key(column: ColumnDefinition, _: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    return replace(column, is_primary_key=True, is_required=True), position + 2


def _read_unique(column: ColumnDefinition, _: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    return replace(column, is_unique=True), position + 1


def _read_check(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    condition = enclosed(tokens, position + 1)
    return replace(column, checks=(*column.checks, condition)), position + len(condition) + 3


def _read_reference(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    name, end = read_name(tokens, position + 1)
    return replace(column, references=name), end


def _read_generated(column: ColumnDefinition, tokens: Tokens, position: int) -> tuple[ColumnDefinition, int]:
    is_default = tokens[position + 1 : position + 2] == ("by",)
    at = skip(tokens, position + (3 if is_default else 2), "as")
    if tokens[at : at + 1] == ("identity",):
        return replace(column, generated="by default" if is_default else "always"), at + 1
    end = at + len(enclosed(tokens, at)) + 2
    # Without a word PostgreSQL 18 makes a virtual column, and older ones refuse the statement.
    how = "stored" if tokens[end : end + 1] == ("stored",) else "virtual"
    return replace(column, generated=how), skip(tokens, end, "stored", "virtual")


_READERS: dict[str, Callable[[ColumnDefinition, Tokens, int], tuple[ColumnDefinition, int]]] = {
    "constraint": _read_name,
    "not": _read_not,
    "default": _read_default,
    "generated": _read_generated,
    "primary": _read_key,
    "unique": _read_unique,
    "check": _read_check,
    "references": _read_reference,
}
