"""Statements that read or change rows, wherever in a statement these stand: in a CTE, a COPY, behind EXPLAIN."""

from collections.abc import Iterator

from alembic_rollout.sql.action import Action
from alembic_rollout.sql.tokens import Tokens, enclosed, outermost, read_name, skip, split_at_commas

ROW_VERBS = ("insert", "update", "delete", "merge")
_MAIN_VERBS = ("select", "values", "table", *ROW_VERBS)
_TEMPORARY = ("temporary", "temp", "local", "global", "unlogged", "table")


def row_actions(tokens: Tokens) -> Iterator[Action]:
    """Yield what a query does: its CTEs that change rows, then itself, also as `SELECT ... INTO`."""
    yield from nested_row_actions(tokens)
    main = _main(tokens)
    if main[:1] == ("select",):
        yield from _select_into(main)
    elif main and main[0] in ROW_VERBS:
        name, _ = read_name(main, skip(main, 1, "into", "from", "only"))
        yield Action(main[0], "", name, name, tokens=main)


def nested_row_actions(tokens: Tokens) -> Iterator[Action]:
    """Yield what statements within parentheses do to rows."""
    for position, word in enumerate(tokens):
        if word == "(" and _begins_row_change(inner := enclosed(tokens, position)):
            main = _main(inner)
            name, _ = read_name(main, skip(main, 1, "into", "from", "only"))
            yield Action(main[0], "", name, name, tokens=main)


def copy_actions(tokens: Tokens) -> Iterator[Action]:
    """Yield what a COPY does: rows come in by FROM; `COPY (DELETE ...) TO` changes them too."""
    yield from nested_row_actions(tokens)
    name, _ = read_name(tokens, 2 if tokens[1:2] == ("binary",) and tokens[2:3] not in (("from",), ("(",)) else 1)
    if "from" in outermost(tokens):
        yield Action("copy", "", name, name, tokens=tokens)


def truncate_actions(tokens: Tokens) -> Iterator[Action]:
    """Yield a TRUNCATE, table by table."""
    for part in split_at_commas(tokens[skip(tokens, 1, "table") :]):
        name, _ = read_name(part, skip(part, 0, "only"))
        yield Action("truncate", "table", name, name, tokens=tokens)


def _main(tokens: Tokens) -> Tokens:
    """Return a query from its main verb on, behind its CTEs and the parentheses around it."""
    while tokens[:1] == ("(",):
        tokens = enclosed(tokens, 0)
    if tokens[:1] != ("with",):
        return tokens
    position = _behind_cte(tokens, 2 if tokens[1:2] == ("recursive",) and tokens[2:3] != ("as",) else 1)
    while position < len(tokens):
        word = tokens[position]
        if word in _MAIN_VERBS or word == "(":
            return _main(tokens[position:])
        position = _behind_cte(tokens, position + 1) if word == "," else position + 1
    return ()


def _behind_cte(tokens: Tokens, position: int) -> int:
    """Return the position behind a CTE; the same one where none begins, as within SEARCH ... BY a, b."""
    end = read_name(tokens, position)[1]
    if tokens[end : end + 1] == ("(",):
        end += len(enclosed(tokens, end)) + 2
    if tokens[end : end + 1] != ("as",):
        return position
    end = skip(tokens, end + 1, "not", "materialized")
    return end + len(enclosed(tokens, end)) + 2 if tokens[end : end + 1] == ("(",) else position


def _begins_row_change(inner: Tokens) -> bool:
    if inner[:1] not in (("with",), *((verb,) for verb in ROW_VERBS)):
        return False
    main = _main(inner)
    # These words may also be names: `INSERT INTO t (update, delete)`.
    first_two = main[:2]
    return first_two in (("insert", "into"), ("delete", "from"), ("merge", "into")) or (
        main[:1] == ("update",) and "set" in outermost(main)
    )


def _select_into(main: Tokens) -> Iterator[Action]:
    if "into" not in outermost(main):
        return
    position = main.index("into") + 1
    while main[position : position + 1] and main[position] in _TEMPORARY and read_name(main, position + 1)[0]:
        if main[position + 1] == "from":  # a table may be called temp
            break
        position += 1
    name, _ = read_name(main, position)
    yield Action("create", "table", name, name, tokens=main)
