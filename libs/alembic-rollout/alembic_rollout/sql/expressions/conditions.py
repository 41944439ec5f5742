"""What a condition proves, told by its words: the parts of its ANDs and ORs, and what they say of a row.

A careful reader, not a prover: what it does not understand proves nothing.
"""

from collections.abc import Collection, Mapping
from decimal import Decimal

from alembic_rollout.sql.expressions.comparisons import (
    COMPARE,
    Value,
    column_of,
    comparison,
    plain,
    without_parentheses,
)
from alembic_rollout.sql.tokens import Tokens, enclosed, is_identifier, nesting, outermost, split_at_commas, unquote

Truth = frozenset[bool | None]
"""What a condition can come to; None is SQL's NULL, which breaks no check."""

_ANY_TRUTH: Truth = frozenset({True, False, None})
_NOT_STRICT = frozenset(
    {
        *("is", "coalesce", "num_nonnulls", "num_nulls", "case", "distinct", "concat", "concat_ws", "greatest"),
        *("least", "row", "exists", "format", "nullif", "json_build_object", "jsonb_build_object", "isnull", "notnull"),
    }
)


def conjuncts(tokens: Tokens) -> tuple[Tokens, ...]:
    """Return the parts of a condition that all have to hold."""
    return _parts(tokens, "and")


def disjuncts(tokens: Tokens) -> tuple[Tokens, ...]:
    """Return the parts of a condition of which one has to hold; it alone where there is no OR."""
    return _parts(tokens, "or")


def requires_value(condition: Tokens, column: str) -> bool:
    """Return True if a row that passes a check on a condition has a value in a column, as PostgreSQL proves it."""
    alternatives = disjuncts(condition)
    if len(alternatives) > 1:
        return all(requires_value(each, column) for each in alternatives)
    parts = conjuncts(condition)
    if len(parts) > 1:
        return any(requires_value(each, column) for each in parts)
    leaf = without_parentheses(condition)
    if leaf[:1] == ("not",):
        inner = without_parentheses(leaf[1:])
        return inner[-2:] == ("is", "null") and column_of(inner[:-2]) == column
    return leaf[-3:] == ("is", "not", "null") and column_of(leaf[:-3]) == column


def refuses_row(condition: Tokens, known: Mapping[str, Value | None]) -> bool:
    """Return True if a check may refuse a row of which some columns are known, whatever the others hold.

    Args:
        condition: of the check.
        known: columns and their values; None for NULL.
    """
    return False in _truth(condition, known)


def implies(one: Tokens, other: Tokens) -> bool:
    """Return True if a row that passes a check on one condition passes a check on another."""
    wanted = conjuncts(other)
    if len(wanted) > 1:
        return all(implies(one, part) for part in wanted)
    alternatives = disjuncts(one)
    if len(alternatives) > 1:
        return all(implies(each, other) for each in alternatives)
    choices = disjuncts(other)
    if len(choices) > 1 and any(implies(one, each) for each in choices):
        return True
    parts = conjuncts(one)
    if len(parts) > 1:
        return any(implies(each, other) for each in parts)
    return plain(one) == plain(other) or _leaf_implies(one, other)


def mentioned_in(tokens: Tokens, columns: Collection[str]) -> list[str]:
    """Return which of some columns stand in an expression."""
    names = {unquote(token) for token in tokens if is_identifier(token)}
    return [column for column in columns if column in names]


def _parts(tokens: Tokens, word: str) -> tuple[Tokens, ...]:
    """Return the parts of a condition at a word; parts that consist of such parts are taken apart too."""
    tokens = without_parentheses(tokens)
    found: list[Tokens] = []
    part: list[str] = []
    depth, is_between = 0, False
    for each in tokens:
        depth += nesting(each) + (each == "case") - (each == "end" and depth > 0)
        ends = each == word and depth == 0 and not (word == "and" and is_between)
        if depth == 0 and each in ("between", "and"):
            is_between = each == "between"
        if ends:
            found.append(tuple(part))
            part = []
        else:
            part.append(each)
    if not found:
        return _bounds(tokens) if word == "and" else (tokens,)
    found.append(tuple(part))
    return tuple(inner for each in found for inner in _parts(each, word))


def _bounds(leaf: Tokens) -> tuple[Tokens, ...]:
    """Return `x BETWEEN a AND b` as `x >= a` and `x <= b`; anything else as it is."""
    outer = outermost(leaf)
    if "between" not in outer or outer[outer.index("between") - 1] == "not" or "case" in outer:
        return (leaf,)
    depth, place, last = 0, 0, 0
    for position, word in enumerate(leaf):
        depth += nesting(word)
        if depth == 0 and word == "between":
            place = position
        elif depth == 0 and word == "and" and place:
            last = position
    left, low, high = leaf[:place], leaf[place + 1 : last], leaf[last + 1 :]
    if low[:1] == ("symmetric",) or not last:
        return (leaf,)
    return ((*left, ">", "=", *low), (*left, "<", "=", *high))


def _truth(condition: Tokens, known: Mapping[str, Value | None]) -> Truth:
    alternatives = disjuncts(condition)
    if len(alternatives) > 1:
        return _combined([_truth(each, known) for each in alternatives], decisive=True)
    parts = conjuncts(condition)
    if len(parts) > 1:
        return _combined([_truth(each, known) for each in parts], decisive=False)
    leaf = without_parentheses(condition)
    if leaf[:1] == ("not",):
        return frozenset(None if each is None else not each for each in _truth(leaf[1:], known))
    return _leaf_truth(leaf, known)


def _combined(truths: list[Truth], *, decisive: bool) -> Truth:
    """Combine what an OR (True decides) or an AND (False decides) can come to."""
    result: set[bool | None] = {not decisive}
    for truth in truths:
        result = {
            decisive if decisive in (one, other) else None if None in (one, other) else not decisive
            for one in result
            for other in truth
        }
    return frozenset(result)


def _leaf_truth(leaf: Tokens, known: Mapping[str, Value | None]) -> Truth:
    columns = mentioned_in(leaf, known)
    if not columns:
        return _ANY_TRUTH
    test = _null_test(leaf)
    if test is not None and test[0] in known:
        return frozenset({(known[test[0]] is None) is test[1]})
    sides = _compared_conditions(leaf)
    if sides is not None:
        one, other = (_truth(side, known) for side in sides)
        return frozenset(None if None in (left, right) else left == right for left in one for right in other)
    if not _NOT_STRICT.intersection(leaf) and any(known[column] is None for column in columns):
        return frozenset({None})
    result = _evaluated(leaf, known)
    if result is not None:
        return frozenset({result})
    # A default that its author has chosen with the check in mind is taken to pass it.
    is_of_defaults = all(known[column] is not None for column in columns)
    return frozenset({True, None}) if is_of_defaults else _ANY_TRUTH


def _number_of_values(call: Tokens, known: Mapping[str, Value | None]) -> Value | None:
    """Return what `num_nonnulls(a, b)` or `num_nulls(a, b)` comes to, where all of the columns are known."""
    if call[:2] not in (("num_nonnulls", "("), ("num_nulls", "(")):
        return None
    columns = [column_of(part) or "" for part in split_at_commas(enclosed(call, 1))]
    if not all(column in known for column in columns):
        return None
    return Decimal(sum((known[column] is None) is (call[0] == "num_nulls") for column in columns))


def _compared_conditions(leaf: Tokens) -> tuple[Tokens, Tokens] | None:
    """Return the two conditions of `(a IS NULL) = (b IS NULL)`."""
    end = len(enclosed(leaf, 0)) + 2 if leaf[:1] == ("(",) else 0
    if not end or leaf[end : end + 2] != ("=", "(") or "is" not in leaf[:end] or "is" not in leaf[end:]:
        return None
    return leaf[:end], leaf[end + 1 :]


def _null_test(leaf: Tokens) -> tuple[str, bool] | None:
    for words, is_null in ((("is", "not", "null"), False), (("is", "null"), True), (("notnull",), False)):
        if leaf[-len(words) :] == words:
            column = column_of(leaf[: -len(words)])
            return (column, is_null) if column else None
    return None


def _evaluated(leaf: Tokens, known: Mapping[str, Value | None]) -> bool | None:
    found = comparison(leaf)
    if found is None or None in found.values:
        return None
    column = column_of(found.left)
    value = known.get(column) if column else _number_of_values(found.left, known)
    if value is None and found.left[:2] in (("length", "("), ("char_length", "(")):
        text = known.get(column_of(found.left[2:-1]) or "")
        value = Decimal(len(text)) if isinstance(text, str) else None
    if value is None:
        return None
    try:
        return any(COMPARE[found.operator](value, each) for each in found.values if each is not None)
    except TypeError:
        return None


def _leaf_implies(one: Tokens, other: Tokens) -> bool:
    given, wanted = comparison(one), comparison(other)
    if given is None or wanted is None or given.left != wanted.left:
        return False
    values = [value for value in given.values if value is not None]
    limits = [value for value in wanted.values if value is not None]
    if len(values) < len(given.values) or len(limits) < len(wanted.values):
        return False
    try:
        if given.operator == "=":
            return all(any(COMPARE[wanted.operator](value, each) for each in limits) for value in values)
        return _is_within(given.operator, values[0], wanted.operator, limits[0])
    except TypeError:  # a number beside a text
        return False


def _is_within(sign: str, value: Value, wider_sign: str, limit: Value) -> bool:
    """Return True if what is beyond one limit is beyond another: `> 5` and `>= 5`."""
    if sign[0] != wider_sign[0] or wider_sign not in ("<", "<=", ">", ">="):
        return False
    if value == limit:
        return sign == wider_sign or len(wider_sign) > 1
    return COMPARE[sign[0]](value, limit)
