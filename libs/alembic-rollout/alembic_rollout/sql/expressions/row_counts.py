"""How many rows a statement may change or return at most, as far as it says so itself.

A statement says so by a key beside written values, by a range of a key between two of them, by LIMIT, or by taking its
rows from something that is bounded in these ways.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from math import prod

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.comparisons import Comparison, comparison, without_casts, without_parentheses
from alembic_rollout.sql.expressions.conditions import conjuncts, disjuncts
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

IsKey = Callable[[str, Sequence[str]], bool]
"""Returns True if of a table, named as the statement names it, no two rows have the same values in some columns."""

UNKNOWN_RANGE = 1000
"""Rows that a range counts for whose ends are written but cannot be subtracted: texts, dates, several columns."""

_ROW_LOCATION = "ctid"
_CLAUSES = ("group", "having", "window", "order", "limit", "offset", "fetch", "for", "union", "intersect", "except")
_ENDS_OF_FROM = ("where", "returning", "on", "when", "set", *_CLAUSES)


def rows_changed(action: Action, is_key: IsKey, made: Mapping[str, int]) -> int | None:
    """Return how many rows an INSERT, UPDATE, DELETE or MERGE may touch that are there already; None for any number.

    Args:
        action: the change.
        is_key: tells what names a single row.
        made: tables that the revision has filled with so many rows.
    """
    if action.is_repeated and action.verb != "insert":
        return None
    tables = {**made, **_tables_of_with(action.statement, is_key)}
    if action.verb == "insert":
        return _rows_inserted(action.tokens, is_key, tables)
    if action.verb == "merge":
        return _rows_merged(action, is_key, tables)
    condition = clause(action.tokens, "where", ("returning",))
    if condition[:2] == ("current", "of"):
        return 1
    names = _names_of_target(action)
    sources = dict(
        _sources(clause(action.tokens, "from" if action.verb == "update" else "using", _ENDS_OF_FROM), is_key, tables)
    )
    return _rows_met(condition, action.name, names, is_key, sources)


def rows_made(action: Action, is_key: IsKey) -> int | None:
    """Return how many rows an INSERT or a CREATE TABLE AS puts into a table; None for any number."""
    tokens = action.tokens
    if action.verb == "insert":
        return _rows_of_source(tokens, is_key, _tables_of_with(action.statement, is_key))
    query = next((tokens[at + 1 :] for at, word in _outer_words(tokens) if word == "as"), ())
    return rows_returned(query, is_key, {}) if query else 0


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


def rows_returned(query: Tokens, is_key: IsKey, tables: dict[str, int]) -> int | None:
    """Return how many rows a query may return; None for any number.

    Args:
        query: its words.
        is_key: tells what names a single row.
        tables: the CTEs that are bounded, with their numbers of rows.
    """
    query = without_parentheses(query)
    if query[:1] == ("with",):
        tables = tables | _tables_of_with(query, is_key)
        query = _behind_with(query)
    if query[:1] == ("values",):
        return sum(1 for part in split_at_commas(query[1:]) if part)
    words = outermost(query)
    if query[:1] != ("select",) or any(word in words for word in ("union", "intersect", "except")):
        return None
    limit = clause(query, "limit", _CLAUSES)
    if limit and limit != ("all",):
        return int(limit[0]) if len(limit) == 1 and limit[0].isdecimal() else UNKNOWN_RANGE
    fetched = clause(query, "fetch", ("for",))
    if fetched:
        return next((int(word) for word in fetched if word.isdecimal()), 1)
    if "from" not in words:
        return _rows_of_function(query[1:])
    return _rows_selected(query, is_key, tables)


def _rows_of_function(words: Tokens) -> int | None:
    """Return how many rows `unnest` or `generate_series` makes in some words; one where neither is called."""
    if "unnest" not in words and "generate_series" not in words:
        return 1
    if "select" in words:
        return None
    if words[:2] != ("generate_series", "("):
        return UNKNOWN_RANGE
    ends = [part[0] for part in split_at_commas(enclosed(words, 1)) if len(part) == 1 and part[0].isdecimal()]
    return int(ends[1]) - int(ends[0]) + 1 if len(ends) > 1 else None


def _rows_selected(query: Tokens, is_key: IsKey, tables: dict[str, int]) -> int | None:
    """Return how many rows a SELECT returns by what it selects from, and its condition."""
    source = clause(query, "from", _ENDS_OF_FROM)
    items, sources = list(_items(source)), dict(_sources(source, is_key, tables))
    if items and all(alias in sources for alias, _ in items):
        return prod(sources.values())
    if len(items) == 1:
        alias, table = items[0]
        return _rows_met(clause(query, "where", _CLAUSES), table, (alias, split_name(table)[1]), is_key, {})
    return None


def _rows_met(
    condition: Tokens, table: str, names: Sequence[str], is_key: IsKey, sources: dict[str, int]
) -> int | None:
    """Return how many rows of a table may meet a condition.

    Args:
        condition: behind WHERE.
        table: whose rows.
        names: by which the condition may name it.
        is_key: tells what names a single row.
        sources: other tables of the statement that have so many rows at most.
    """
    alternatives = disjuncts(condition)
    if len(alternatives) > 1:
        counts = [_rows_met(each, table, names, is_key, sources) for each in alternatives]
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None
    parts = conjuncts(condition)
    compared = [found for found in map(comparison, parts) if found is not None and _is_of(found.qualifier, names)]
    counts = [_rows_of_part(part, table, names, is_key, sources) for part in parts]
    counts += [_rows_of_equals(compared, table, is_key), *_ranges(compared, table, is_key)]
    counts += _ranges_of_rows(parts, table, is_key)
    return min((count for count in counts if count is not None), default=None)


def _rows_of_equals(compared: Sequence[Comparison], table: str, is_key: IsKey) -> int | None:
    """Return how many rows several equal columns name together, as the columns of one key."""
    equal = {found.left[0]: len(found.values) for found in compared if found.operator == "=" and len(found.left) == 1}
    if not equal:
        return None
    single = [count for column, count in equal.items() if is_key(table, [column])]
    if single:
        return min(single)
    return prod(equal.values()) if is_key(table, list(equal)) else None


def _rows_of_part(part: Tokens, table: str, names: Sequence[str], is_key: IsKey, sources: dict[str, int]) -> int | None:
    """Return how many rows one part of a condition lets through: a subquery, several columns at once, or a join."""
    words = without_parentheses(part)
    split = _at_operator(words)
    if split is None:
        return None
    left, sign, right = split
    columns = _columns(left, names)
    if columns and is_key(table, columns):
        return _rows_of_values(len(columns), sign, right, is_key, sources)
    other = _columns(right, names)
    return _rows_of_join(left, sources) if sign == "=" and other and is_key(table, other) else None


def _rows_of_values(columns: int, sign: str, right: Tokens, is_key: IsKey, sources: dict[str, int]) -> int | None:
    """Return how many rows a key names that is compared with something else than written values."""
    query = _query_of(right)
    if sign == "in":
        rows = sum(1 for _ in split_at_commas(enclosed(right, 0))) if right[:2] == ("(", "(") else None
        return rows_returned(query, is_key, sources) if query else rows
    if sign != "=":
        return None
    if query and right[:1] != ("(",):  # = ANY (SELECT ...)
        return rows_returned(query, is_key, sources)
    is_single = (
        bool(query) or right[:2] in (("currval", "("), ("lastval", "(")) or (columns > 1 and right[:1] == ("(",))
    )
    return 1 if is_single else _rows_of_join(right, sources)


def _rows_of_join(other: Tokens, sources: dict[str, int]) -> int | None:
    """Return how many rows are named by the column of another table, each of whose rows names one."""
    words = without_parentheses(without_casts(other))
    if len(words) == 3 and words[1] == ".":  # noqa: PLR2004 - table . column
        return sources.get(unquote(words[0]))
    return None


def _ranges(compared: Sequence[Comparison], table: str, is_key: IsKey) -> Iterator[int | None]:
    """Yield how many rows lie between the two ends of a key."""
    lows = {found.left: found.values[0] for found in compared if found.operator in (">", ">=")}
    highs = {found.left: found.values[0] for found in compared if found.operator in ("<", "<=")}
    for left in lows.keys() & highs.keys():
        if len(left) == 1 and is_key(table, list(left)):
            low, high = lows[left], highs[left]
            is_number = isinstance(low, Decimal) and isinstance(high, Decimal)
            yield max(int(high - low) + 1, 0) if is_number else UNKNOWN_RANGE  # type: ignore[operator] # both are numbers


def _ranges_of_rows(parts: Sequence[Tokens], table: str, is_key: IsKey) -> Iterator[int | None]:
    """Yield a count where `(a, b) > (1, 2) AND (a, b) <= (3, 4)` encloses a key from both sides."""
    ends: dict[tuple[str, ...], set[str]] = {}
    for part in parts:
        split = _at_operator(without_parentheses(part))
        if (
            split is not None
            and split[1][:1] in "<>"
            and split[0][:1] == split[2][:1] == ("(",)
            and not _query_of(split[2])
        ):
            ends.setdefault(tuple(_columns(split[0], ()) or ()), set()).add(split[1][:1])
    for columns, signs in ends.items():
        if (columns and signs == {"<", ">"} and any(is_key(table, [column]) for column in columns)) or (
            columns and signs == {"<", ">"} and is_key(table, list(columns))
        ):
            yield UNKNOWN_RANGE


def _rows_inserted(tokens: Tokens, is_key: IsKey, tables: dict[str, int]) -> int | None:
    """Return how many rows an INSERT may update: none without ON CONFLICT DO UPDATE."""
    words = outermost(tokens)
    if not any(words[at : at + 2] == ("do", "update") for at in range(len(words))):
        return 0
    return _rows_of_source(tokens, is_key, tables)


def _rows_of_source(tokens: Tokens, is_key: IsKey, tables: dict[str, int]) -> int | None:
    """Return how many rows an INSERT takes from its VALUES or its query."""
    start = next(
        (at for at, word in _outer_words(tokens) if word in ("values", "select", "with", "default", "table")), None
    )
    if start is None:  # the query is in parentheses, behind those of the columns
        openings = [at for at, word in _outer_words(tokens) if word == "("]
        return rows_returned(enclosed(tokens, openings[-1]), is_key, tables) if openings else None
    if tokens[start] == "default":
        return 1
    end = next((at for at, word in _outer_words(tokens) if word == "conflict"), len(tokens)) - 1
    return rows_returned(tokens[start:end], is_key, tables)


def _rows_merged(action: Action, is_key: IsKey, tables: dict[str, int]) -> int | None:
    words = outermost(action.tokens)
    changes = any(words[at : at + 2] in (("then", "update"), ("then", "delete")) for at in range(len(words)))
    if not changes:
        return 0
    sources = dict(_sources(clause(action.tokens, "using", _ENDS_OF_FROM), is_key, tables))
    condition = clause(action.tokens, "on", ("when",))
    return _rows_met(condition, action.name, _names_of_target(action), is_key, sources)


def _names_of_target(action: Action) -> tuple[str, ...]:
    """Return the names by which a condition may call the table that is changed: its alias, or its own."""
    tokens = action.tokens
    own, end = read_name(tokens, skip(tokens, 1, "into", "from", "only"))
    end = skip(tokens, end, "*", "as")
    alias = (
        unquote(tokens[end])
        if tokens[end : end + 1] and is_identifier(tokens[end]) and tokens[end] not in ("set", *_ENDS_OF_FROM, "using")
        else ""
    )
    return (alias or split_name(own)[1],)


def _is_of(qualifier: str, names: Sequence[str]) -> bool:
    return not qualifier or qualifier in names


def _columns(tokens: Tokens, names: Sequence[str]) -> list[str]:
    """Return the columns that an expression consists of: one, or those of a row; none where it is something else."""
    words = without_parentheses(without_casts(tokens))
    found = []
    for part in split_at_commas(words):
        name, end = read_name(part)
        qualifier, own = split_name(name)
        if not name or end != len(part) or (names and not _is_of(split_name(qualifier)[1], names)):
            return []
        found.append(own)
    return found


def _query_of(tokens: Tokens) -> Tokens:
    """Return the query in `(SELECT ...)`, `ANY (SELECT ...)` or `ANY (ARRAY(SELECT ...))`; nothing elsewhere."""
    words = tokens[1:] if tokens[:1] in (("any",), ("some",)) else tokens
    words = without_parentheses(words)
    if words[:1] == ("array",):
        words = without_parentheses(words[1:])
    return words if words[:1] in (("select",), ("values",), ("with",)) else ()


def _at_operator(words: Tokens) -> tuple[Tokens, str, Tokens] | None:
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


def _sources(items: Tokens, is_key: IsKey, tables: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the parts of a FROM that are bounded, by their aliases."""
    for part in split_at_commas(items) if items else ():
        if part[:1] == ("(",):
            end = len(enclosed(part, 0)) + 2
            count = rows_returned(enclosed(part, 0), is_key, tables)
        elif part[:2] in (("unnest", "("), ("generate_series", "(")):
            end = len(enclosed(part, 1)) + 3
            count = _rows_of_function(part)
        else:
            name, end = read_name(part)
            count = tables.get(name)
        alias = "".join(part[skip(part, end, "as") :][:1]) or (part[0] if count is not None else "")
        if count is not None and is_identifier(alias):
            yield unquote(alias), count


def _items(items: Tokens) -> Iterator[tuple[str, str]]:
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


def _tables_of_with(statement: Tokens, is_key: IsKey) -> dict[str, int]:
    """Return the CTEs of a statement that are bounded, with their numbers of rows."""
    tables: dict[str, int] = {}
    if statement[:1] != ("with",):
        return tables
    position = skip(statement, 1, "recursive")
    while position < len(statement):
        name, position = read_name(statement, position)
        if statement[position : position + 1] == ("(",):
            position += len(enclosed(statement, position)) + 2
        position = skip(statement, position, "as", "not", "materialized")
        if statement[position : position + 1] != ("(",):
            return tables
        query = enclosed(statement, position)
        count = rows_returned(query, is_key, tables)
        if count is not None:
            tables[name] = count
        position += len(query) + 2
        if statement[position : position + 1] != (",",):
            return tables
        position += 1
    return tables


def _behind_with(query: Tokens) -> Tokens:
    return next((query[at:] for at, word in _outer_words(query) if word in ("select", "values")), ())


def _outer_words(tokens: Tokens) -> Iterator[tuple[int, str]]:
    depth = 0
    for position, word in enumerate(tokens):
        if depth == 0:
            yield position, word
        depth += nesting(word)
