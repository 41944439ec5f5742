"""The one form in which a statement is kept, compared and prepared: `$1` for each value, and no value in it."""

import re
from collections.abc import Iterator

from alembic_rollout.redaction.sql_values import without_values
from alembic_rollout.sql.scanner import tokenize

_DRIVERS = re.compile(r"%%|%\((?P<name>[^)]*)\)s|%s")
_NUMBER = re.compile(r"\$(\d+)")
_BLANKS = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*")|[ \t\f\v]*[\r\n]\s*|[ \t\f\v]+""")
_VALUE = r"\$\d+(?:::[A-Za-z_][\w ]*(?:\(\d+(?:, ?\d+)?\))?(?:\[\])*)?"
_LIST = re.compile(rf"\bIN \(({_VALUE})(?:, {_VALUE})+\)", re.IGNORECASE)
_ROWS = re.compile(r"\bVALUES\s*(?=\()", re.IGNORECASE)
_KINDS = frozenset(("select", "insert", "update", "delete", "merge", "with", "values", "table", "copy"))


def is_recorded(statement: str) -> bool:
    """Return True if a statement reads or changes rows.

    Others (SET, LOCK, DDL) cannot be prepared. `SELECT 1` asks if the database is there: no migration can break it, and
    when it is sent depends on how fast a run is.
    """
    tokens = tokenize(statement[:500])
    first = tokens[:1]
    return bool(first) and (first[0] == "(" or first[0] in _KINDS) and tokens != ("select", "1")


def normalized(statement: str, *, has_placeholders: bool = True) -> str:
    """Return a statement as the inventory keeps it.

    Values and comments go, blanks become one space or one line break. A list behind IN and the rows of VALUES become
    one value and one row: how many there are differs from test to test.

    Args:
        statement: as the driver gets it, with `%(name)s` or `%s`, or with `$1`.
        has_placeholders: False where the driver gets no values, and sends a `%` as it stands.
    """
    text = _numbered(statement) if has_placeholders else statement
    text = _BLANKS.sub(_blank, without_values(text)).strip().rstrip(";").rstrip()
    return _renumbered(_one_row(_LIST.sub(r"IN (\1)", text)))


def placeholders(statement: str) -> int:
    """Return how many values a statement takes."""
    return max((int(number) for number in _NUMBER.findall(statement)), default=0)


def with_distinct_placeholders(statement: str) -> str:
    """Return a statement in which no placeholder stands twice, as a driver that writes the values sees it."""
    numbers = iter(range(1, len(_NUMBER.findall(statement)) + 1))
    return _NUMBER.sub(lambda _: f"${next(numbers)}", statement)


def _numbered(statement: str) -> str:
    names: dict[str, int] = {}

    def number(found: re.Match[str]) -> str:
        if found[0] == "%%":
            return "%"
        name = found["name"] if found["name"] is not None else f"{len(names)}%"
        return f"${names.setdefault(name, len(names) + 1)}"

    return _DRIVERS.sub(number, statement)


def _renumbered(statement: str) -> str:
    numbers: dict[str, int] = {}
    return _NUMBER.sub(lambda found: f"${numbers.setdefault(found[1], len(numbers) + 1)}", statement)


def _blank(found: re.Match[str]) -> str:
    if found[1]:
        return found[1]
    return "\n" if "\n" in found[0] or "\r" in found[0] else " "


def _one_row(statement: str) -> str:
    """Leave the first of several rows of VALUES that differ in their placeholders and numbers only."""
    for found in reversed(list(_ROWS.finditer(statement))):
        rows = list(_rows(statement, found.end()))
        if len(rows) > 1 and len({_NUMBER_OF_ROW.sub("?", statement[start:end]) for start, end in rows}) == 1:
            statement = statement[: rows[0][1]] + statement[rows[-1][1] :]
    return statement


_NUMBER_OF_ROW = re.compile(r"\$?\b\d+")


def _rows(statement: str, start: int) -> Iterator[tuple[int, int]]:
    """Yield where each parenthesis of a list begins and ends."""
    while statement[start : start + 1] == "(":
        depth, end = 0, start
        for piece in re.finditer(r"'(?:[^']|'')*'|[()]", statement[start:]):
            depth += {"(": 1, ")": -1}.get(piece[0], 0)
            if depth == 0:
                end = start + piece.end()
                break
        if end == start:
            return
        yield start, end
        comma = re.compile(r",\s*").match(statement, end)
        start = comma.end() if comma else len(statement)
