"""How many rows a statement may change or return at most, as far as it says so itself.

A statement says so by a key beside written values, by a range of a key between two of them, by LIMIT, or by taking its
rows from something that is bounded in these ways.
"""

from collections.abc import Iterator, Mapping, Sequence
from math import prod

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.clauses import (
    CLAUSES,
    ENDS_OF_FROM,
    at_operator,
    behind_with,
    clause,
    columns_of,
    is_of,
    items_of_from,
    names_of_target,
    outer_words,
    query_of,
)
from alembic_rollout.sql.expressions.comparisons import comparison, without_casts, without_parentheses
from alembic_rollout.sql.expressions.conditions import conjuncts, disjuncts
from alembic_rollout.sql.expressions.key_ranges import (
    UNKNOWN_RANGE,
    IsKey,
    rows_of_equals,
    rows_of_ranges,
    rows_of_row_ranges,
)
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    is_identifier,
    outermost,
    read_name,
    skip,
    split_at_commas,
    split_name,
    unquote,
)


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
    names = names_of_target(action)
    sources = dict(
        _sources(clause(action.tokens, "from" if action.verb == "update" else "using", ENDS_OF_FROM), is_key, tables)
    )
    return _rows_met(condition, action.name, names, is_key, sources)


def rows_made(action: Action, is_key: IsKey) -> int | None:
    """Return how many rows an INSERT or a CREATE TABLE AS puts into a table; None for any number."""
    tokens = action.tokens
    if action.verb == "insert":
        return _rows_of_source(tokens, is_key, _tables_of_with(action.statement, is_key))
    query = next((tokens[at + 1 :] for at, word in outer_words(tokens) if word == "as"), ())
    return rows_returned(query, is_key, {}) if query else 0


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
        query = behind_with(query)
    if query[:1] == ("values",):
        return sum(1 for part in split_at_commas(query[1:]) if part)
    words = outermost(query)
    if query[:1] != ("select",) or any(word in words for word in ("union", "intersect", "except")):
        return None
    limit = clause(query, "limit", CLAUSES)
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
    source = clause(query, "from", ENDS_OF_FROM)
    items, sources = list(items_of_from(source)), dict(_sources(source, is_key, tables))
    if items and all(alias in sources for alias, _ in items):
        return prod(sources.values())
    if len(items) == 1:
        alias, table = items[0]
        return _rows_met(clause(query, "where", CLAUSES), table, (alias, split_name(table)[1]), is_key, {})
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
    compared = [found for found in map(comparison, parts) if found is not None and is_of(found.qualifier, names)]
    counts = [_rows_of_part(part, table, names, is_key, sources) for part in parts]
    counts += [rows_of_equals(compared, table, is_key), *rows_of_ranges(compared, table, is_key)]
    counts += rows_of_row_ranges(parts, table, is_key)
    return min((count for count in counts if count is not None), default=None)


def _rows_of_part(part: Tokens, table: str, names: Sequence[str], is_key: IsKey, sources: dict[str, int]) -> int | None:
    """Return how many rows one part of a condition lets through: a subquery, several columns at once, or a join."""
    words = without_parentheses(part)
    split = at_operator(words)
    if split is None:
        return None
    left, sign, right = split
    columns = columns_of(left, names)
    if columns and is_key(table, columns):
        return _rows_of_values(len(columns), sign, right, is_key, sources)
    other = columns_of(right, names)
    return _rows_of_join(left, sources) if sign == "=" and other and is_key(table, other) else None


def _rows_of_values(columns: int, sign: str, right: Tokens, is_key: IsKey, sources: dict[str, int]) -> int | None:
    """Return how many rows a key names that is compared with something else than written values."""
    query = query_of(right)
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


def _rows_inserted(tokens: Tokens, is_key: IsKey, tables: dict[str, int]) -> int | None:
    """Return how many rows an INSERT may update: none without ON CONFLICT DO UPDATE."""
    words = outermost(tokens)
    if not any(words[at : at + 2] == ("do", "update") for at in range(len(words))):
        return 0
    return _rows_of_source(tokens, is_key, tables)


def _rows_of_source(tokens: Tokens, is_key: IsKey, tables: dict[str, int]) -> int | None:
    """Return how many rows an INSERT takes from its VALUES or its query."""
    start = next(
        (at for at, word in outer_words(tokens) if word in ("values", "select", "with", "default", "table")), None
    )
    if start is None:  # the query is in parentheses, behind those of the columns
        openings = [at for at, word in outer_words(tokens) if word == "("]
        return rows_returned(enclosed(tokens, openings[-1]), is_key, tables) if openings else None
    if tokens[start] == "default":
        return 1
    end = next((at for at, word in outer_words(tokens) if word == "conflict"), len(tokens)) - 1
    return rows_returned(tokens[start:end], is_key, tables)


def _rows_merged(action: Action, is_key: IsKey, tables: dict[str, int]) -> int | None:
    words = outermost(action.tokens)
    changes = any(words[at : at + 2] in (("then", "update"), ("then", "delete")) for at in range(len(words)))
    if not changes:
        return 0
    sources = dict(_sources(clause(action.tokens, "using", ENDS_OF_FROM), is_key, tables))
    condition = clause(action.tokens, "on", ("when",))
    return _rows_met(condition, action.name, names_of_target(action), is_key, sources)


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
