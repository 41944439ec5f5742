"""How many rows a key names that is compared with written values, or lies between two of them."""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from math import prod

from alembic_rollout.sql.expressions.clauses import at_operator, columns_of, query_of
from alembic_rollout.sql.expressions.comparisons import Comparison, without_parentheses
from alembic_rollout.sql.tokens import Tokens

IsKey = Callable[[str, Sequence[str]], bool]
"""Returns True if of a table, named as the statement names it, no two rows have the same values in some columns."""

UNKNOWN_RANGE = 1000
"""Rows that a range counts for whose ends are written but cannot be subtracted: texts, dates, several columns."""


def rows_of_equals(compared: Sequence[Comparison], table: str, is_key: IsKey) -> int | None:
    """Return how many rows several equal columns name together, as the columns of one key."""
    equal = {found.left[0]: len(found.values) for found in compared if found.operator == "=" and len(found.left) == 1}
    if not equal:
        return None
    single = [count for column, count in equal.items() if is_key(table, [column])]
    if single:
        return min(single)
    return prod(equal.values()) if is_key(table, list(equal)) else None


def rows_of_ranges(compared: Sequence[Comparison], table: str, is_key: IsKey) -> Iterator[int | None]:
    """Yield how many rows lie between the two ends of a key."""
    lows = {found.left: found.values[0] for found in compared if found.operator in (">", ">=")}
    highs = {found.left: found.values[0] for found in compared if found.operator in ("<", "<=")}
    for left in lows.keys() & highs.keys():
        if len(left) == 1 and is_key(table, list(left)):
            low, high = lows[left], highs[left]
            is_number = isinstance(low, Decimal) and isinstance(high, Decimal)
            yield max(int(high - low) + 1, 0) if is_number else UNKNOWN_RANGE  # type: ignore[operator] # both are numbers


def rows_of_row_ranges(parts: Sequence[Tokens], table: str, is_key: IsKey) -> Iterator[int | None]:
    """Yield a count where `(a, b) > (1, 2) AND (a, b) <= (3, 4)` encloses a key from both sides."""
    ends: dict[tuple[str, ...], set[str]] = {}
    for part in parts:
        split = at_operator(without_parentheses(part))
        if (
            split is not None
            and split[1][:1] in "<>"
            and split[0][:1] == split[2][:1] == ("(",)
            and not query_of(split[2])
        ):
            ends.setdefault(tuple(columns_of(split[0], ()) or ()), set()).add(split[1][:1])
    for columns, signs in ends.items():
        if (columns and signs == {"<", ">"} and any(is_key(table, [column]) for column in columns)) or (
            columns and signs == {"<", ">"} and is_key(table, list(columns))
        ):
            yield UNKNOWN_RANGE
