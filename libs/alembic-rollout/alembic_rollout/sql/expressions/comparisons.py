"""Comparisons of an expression with written values, and what the words of a value and of an expression come to."""

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from alembic_rollout.sql.tokens import Tokens, enclosed, is_identifier, nesting, split_at_commas, unquote

Value = Decimal | str
"""A written value: a number, or the text of a string."""

COMPARE: Mapping[str, Callable[[Value, Value], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
"""What each operator of SQL says of two written values; of a number and a text, a TypeError."""
_MIRRORED = {"=": "=", "<>": "<>", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Comparison:
    """A comparison of an expression with written values.

    Attributes:
        left: the words of the expression, without a table's name in front of a column.
        qualifier: that table's name; empty where none stands there, or where the expression is no column.
        operator: `=` (one of several values as well), `<`, `<=`, `>`, `>=` or `<>`.
        values: those that stand there; None stands for one that is not written out (a parameter, a variable).
    """

    left: Tokens
    operator: str
    values: tuple[Value | None, ...]
    qualifier: str = ""


def without_parentheses(tokens: Tokens) -> Tokens:
    """Return a condition without the parentheses around all of it."""
    while tokens[:1] == ("(",) and len(enclosed(tokens, 0)) == len(tokens) - 2:
        tokens = tokens[1:-1]
    return tokens


@lru_cache(4096)
def comparison(leaf: Tokens) -> Comparison | None:
    """Return a condition without AND and OR as a comparison with values; None where it is something else."""
    words = _bare(leaf)
    place = _place_of_operator(words)
    if place is None:
        return None
    left, right = words[: place[0]], words[place[1] :]
    sign = "".join(words[place[0] : place[1]])
    if sign == "in":
        values = _values(enclosed(right, 0)) if right[:1] == ("(",) else None
        return _comparison(left, "=", values) if values else None
    if sign == "=" and right[:1] in (("any",), ("some",)):
        values = _values_of_array(right[1:])
        return _comparison(left, "=", values) if values else None
    if sign not in COMPARE:
        return None
    value = _value(right)
    if value is not None and _value(left) is None:
        return _comparison(left, sign, value)
    value = _value(left)
    return _comparison(right, _MIRRORED[sign], value) if value is not None else None


def _comparison(left: Tokens, sign: str, values: tuple[Value | None, ...]) -> Comparison:
    words = without_parentheses(left)
    qualifier = unquote(words[-3]) if words[-2:-1] == (".",) and is_identifier(words[-1]) else ""
    return Comparison(plain(left), sign, values, qualifier)


def without_casts(tokens: Tokens) -> Tokens:
    """Return an expression without `:: type` behind its parts."""
    kept: list[str] = []
    position = 0
    while position < len(tokens):
        if tokens[position : position + 2] != (":", ":"):
            kept.append(tokens[position])
            position += 1
            continue
        position += 2
        while position < len(tokens) and (is_identifier(tokens[position]) or tokens[position] == "."):
            if tokens[position] in ("and", "or", "not", "in", "is", "between", "like", "as", "from", "collate"):
                break
            position += 1
        if tokens[position : position + 1] == ("(",):
            position += len(enclosed(tokens, position)) + 2
        while tokens[position : position + 1] == ("[",):
            position += len(enclosed(tokens, position)) + 2
    return tuple(kept)


def _place_of_operator(words: Tokens) -> tuple[int, int] | None:
    """Return where the only operator of a comparison stands, and where it ends."""
    places, depth, position = [], 0, 0
    while position < len(words):
        depth += nesting(words[position])
        if depth == 0 and (words[position] == "in" or words[position] in "<>=!"):
            end = position + 1
            while words[end : end + 1] and words[end] in "<>=" and words[position] != "in":
                end += 1
            places.append((position, end))
            position = end
            continue
        if depth == 0 and words[position] in ("not", "is", "like", "between", "similar", "ilike"):
            return None
        position += 1
    return places[0] if len(places) == 1 and places[0][0] else None


def _value(tokens: Tokens) -> tuple[Value | None] | None:
    """Return a written value as a tuple of one; None where something else stands there."""
    tokens = _bare(tokens)
    if tokens[:2] == ("cast", "("):
        inner = enclosed(tokens, 1)
        return _value(inner[: inner.index("as")]) if "as" in inner else None
    if len(tokens) == 1:
        return _value_of_word(tokens[0])
    if len(tokens) != 2:  # noqa: PLR2004 - a sign and a number, a type and a text, a dollar and a number
        return None
    if tokens[0] in ("$", ":", "%"):
        return (None,)
    value = _value_of_word(tokens[1])
    if value is not None and tokens[0] == "-" and isinstance(value[0], Decimal):
        return (-value[0],)
    is_typed = is_identifier(tokens[0]) and tokens[1][:1] == "'"  # DATE '2024-01-01'
    return value if is_typed or tokens[0] == "+" else None


def _value_of_word(word: str) -> tuple[Value] | None:
    if word[:1] == "'":
        return (unquote(word),)
    if word in ("true", "false"):
        return (word,)
    is_number = word[:1].isdigit() or (word[:1] == "." and len(word) > 1)
    try:
        return (Decimal(word.replace("_", "")),) if is_number else None
    except InvalidOperation:
        return None


def _values(tokens: Tokens) -> tuple[Value | None, ...] | None:
    """Return the values of a list; None where one of them is no value, as a subquery."""
    values: list[Value | None] = []
    for part in split_at_commas(tokens):
        value = _value(part)
        if value is None:
            return None
        values += value
    return tuple(values)


def _values_of_array(tokens: Tokens) -> tuple[Value | None, ...] | None:
    tokens = _bare(_bare(tokens))
    if tokens[:2] == ("array", "["):
        return _values(enclosed(tokens, 1))
    value = _value(tokens)
    if value and isinstance(value[0], str) and value[0].startswith("{"):
        items = value[0][1:-1]
        return tuple(_number_or_text(item.strip().strip('"')) for item in items.split(",")) if items else None
    return value  # a parameter


def _number_or_text(text: str) -> Value:
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _bare(tokens: Tokens) -> Tokens:
    """Return an expression without casts and outer parentheses."""
    return without_parentheses(without_casts(without_parentheses(tokens)))


def plain(tokens: Tokens) -> Tokens:
    """Return an expression without casts, outer parentheses, quotes, and without a table in front of a column."""
    words = [
        unquote(word) if word[:1] == '"' else word
        for word in without_parentheses(without_casts(without_parentheses(tokens)))
    ]
    kept: list[str] = []
    for word in words:
        if kept[-1:] == ["."]:
            del kept[-2:]
        kept.append(word)
        # PostgreSQL writes a column that it casts as `(email)::text`; behind a name they are the call of a function.
        if word == ")" and kept[-3:-2] == ["("] and not any(map(is_identifier, kept[-4:-3])):
            kept[-3:] = [kept[-2]]
    return tuple(without_parentheses(tuple(kept)))


def column_of(tokens: Tokens) -> str | None:
    """Return the column that an expression is; None where it is something else."""
    words = plain(tokens)
    return words[0] if len(words) == 1 and is_identifier(words[0]) else None
