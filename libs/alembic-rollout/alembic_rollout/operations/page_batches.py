"""The batches of a backfill in the order of the table's pages, and the rows that moved meanwhile.

In the order of a random key each batch reads pages everywhere in the table, and writes index entries everywhere in its
other indexes. In the order of the pages each page is read once: TID range scans, PostgreSQL 14 and newer.

A row that another session updates gets another place, perhaps on a page that is done. So the pages alone prove nothing:
at the end one query, which sees one state of the whole table, returns the rows that are still to be filled, and those
are updated by their key. A row may then be updated twice, which must do the same as once; see `filled_column`.
"""

from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from alembic_rollout.operations.autocommit import closed
from alembic_rollout.operations.backfill_table import Key, Position
from alembic_rollout.operations.batches import Batch, Change
from alembic_rollout.operations.table_facts import KeyColumn, column_list
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.sql.scanner import tokenize, without_comments
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    is_identifier,
    nesting,
    outermost,
    read_name,
    split_at_commas,
    unquote,
)

_FIRST_ROW = "(0,0)"

# Where few rows match, a batch ends after this many pages, so that its position is stored.
_LONGEST_LOOK_PAGES = 1000
# As many keys are named in one statement: a driver sends at most 65,535 parameters.
_MOST_KEYS = 1000


@dataclass(frozen=True, slots=True)
class FilledColumn:
    """A column that a backfill fills, so that a second update of a row does no more than the first.

    Attributes:
        name: of the column.
        value: SQL of the revision's author: what it is filled with.
        where_null: it is filled where it is NULL; else where it differs from the value.
    """

    name: str
    value: str
    where_null: bool

    @property
    def is_left(self) -> str:
        """SQL that is true for a row that is still to be filled, beside the backfill's own condition."""
        # Where the value is NULL too, there is nothing to fill.
        return f"({closed(self.value)}) IS NOT NULL" if self.where_null else "true"


def filled_column(set_: str, where: str | None) -> FilledColumn | None:
    """Return the column that a backfill fills; None where a second update of a row might do more than the first.

    SET assigns one column and WHERE asks, beside other things, that it is NULL, or that it differs from the value,
    which is made of other columns. An updated row then does not match any more, or the first update changed nothing.

    Args:
        set_: what SET assigns.
        where: which rows.
    """
    assignments = list(split_at_commas(tokenize(set_)))
    if where is None or len(assignments) != 1 or assignments[0][1:2] != ("=",) or not is_identifier(assignments[0][0]):
        return None
    name, value = unquote(assignments[0][0]), _without_parentheses(assignments[0][2:])
    text = without_comments(set_).partition("=")[2].strip()
    conditions = [_without_parentheses(part) for part in _conjuncts(tokenize(where))]
    if value != ("default",) and any(_is_null_test(condition, name) for condition in conditions):
        return FilledColumn(name, text, where_null=True)
    if "is" in outermost(value) or name in map(unquote, value):
        return None
    if any(_is_comparison(condition, name, value) for condition in conditions):
        return FilledColumn(name, text, where_null=False)
    return None


def _conjuncts(tokens: Tokens) -> list[Tokens]:
    """Return what AND joins, nothing where the outermost words are not AND alone."""
    tokens = _without_parentheses(tokens)
    # Each of these binds an AND, or is weaker than it.
    if {"or", "between", "case", ";"} & set(outermost(tokens)):
        return []
    parts: list[Tokens] = []
    part: list[str] = []
    depth = 0
    for word in tokens:
        depth += nesting(word)
        if word == "and" and depth == 0:
            parts.append(tuple(part))
            part = []
        else:
            part.append(word)
    return [*parts, tuple(part)]


def _is_null_test(tokens: Tokens, column: str) -> bool:
    name, end = read_name(tokens)
    return tokens[end:] == ("is", "null") and _is_column(name, column)


def _is_comparison(tokens: Tokens, column: str, value: Tokens) -> bool:
    for place in range(len(tokens) - 2):
        if tokens[place : place + 3] == ("is", "distinct", "from"):
            sides = (_without_parentheses(tokens[:place]), _without_parentheses(tokens[place + 3 :]))
            for side, other in (sides, sides[::-1]):
                name, end = read_name(side)
                if end == len(side) and _is_column(name, column) and other == value:
                    return True
    return False


def _is_column(name: str, column: str) -> bool:
    return name.rpartition(".")[2] == column


def _without_parentheses(tokens: Tokens) -> Tokens:
    while tokens[:1] == ("(",) and len(enclosed(tokens, 0)) == len(tokens) - 2:
        tokens = enclosed(tokens, 0)
    return tokens


def first_position(pages: int | None) -> Position:
    """Return the position before the first batch.

    Args:
        pages: how many the table has; None to take the rows in the order of the key.
    """
    return Position(None, None if pages is None else _FIRST_ROW, pages, 0, 0, finished=False)


@dataclass(frozen=True, slots=True)
class PageBatches:
    """The batches of a table in the order of its pages.

    Attributes:
        change: what the backfill does.
        pages: how many there are at the start. Rows on later pages moved there, or are new: the backfill's own updates
            move rows there too, and would be read again.
        rows: how many rows the table has, about.
    """

    change: Change
    pages: int
    rows: int

    def has_ended(self, position: Position) -> bool:
        """Return True if every page was read."""
        return position.last_ctid is not None and _page(position.last_ctid) >= self.pages

    def take(self, connection: Connection, position: Position, size: int) -> Batch:
        """Return the next rows after a position; see `TakeBatch`."""
        start = position.last_ctid or _FIRST_ROW
        end = f"({min(_page(start) + _LONGEST_LOOK_PAGES, self.pages)},0)"
        # Without an ORDER BY: if the server read the rows in another order, only the batch's size would differ.
        last = connection.exec_driver_sql(
            f"SELECT ctid::text FROM {for_driver(self.change.table.sql)}"  # noqa: S608 - SQL of the revision's author
            f" WHERE ctid > %s::tid AND ctid < %s::tid AND {self.change.condition} OFFSET %s LIMIT 1",
            (start, end, size - 1),
        ).scalar()
        last = end if last is None else last
        seen = round(self.rows * _page(last) / self.pages) if self.pages else 0
        after = replace(position, last_ctid=last, rows_seen=max(position.rows_seen, seen))
        return Batch("ctid > %s::tid AND ctid <= %s::tid", (start, last), after)


@dataclass(slots=True)
class MovedRows:
    """The rows that are still to be filled after every page was read.

    Attributes:
        change: what the backfill does.
        key: columns of the key.
        keys: of the rows that are left.
    """

    change: Change
    key: tuple[KeyColumn, ...]
    keys: list[Key] = field(default_factory=list, init=False)

    def find(self, connection: Connection, column: FilledColumn, limit: int) -> None:
        """Find these rows, at most so many."""
        texts = ", ".join(f"{for_driver(qualified(None, part.name))}::text" for part in self.key)
        rows = connection.exec_driver_sql(
            f"SELECT {texts} FROM {for_driver(self.change.table.sql)}"  # noqa: S608 - SQL of the revision's author
            f" WHERE ctid >= %s::tid AND {self.change.condition} AND {for_driver(column.is_left)} LIMIT %s",
            (_FIRST_ROW, limit),
        )
        self.keys = [tuple(row) for row in rows]

    def take(self, connection: Connection, position: Position, size: int) -> Batch:
        """Return the next rows; see `TakeBatch`. The last batch finishes the backfill, also where no row is left."""
        del connection  # their keys are known
        keys = self.keys[: min(size, _MOST_KEYS)]
        one = "({})".format(", ".join(f"%s::{for_driver(column.type)}" for column in self.key))
        names = for_driver(column_list([column.name for column in self.key]))
        condition = f"({names}) IN ({', '.join([one] * len(keys))})" if keys else "false"
        after = replace(position, finished=len(keys) == len(self.keys))
        return Batch(condition, tuple(part for key in keys for part in key), after)

    def remove(self, batch: Batch) -> None:
        """Remove the rows of a batch that was committed."""
        del self.keys[: len(batch.parameters) // len(self.key)]


def _page(ctid: str) -> int:
    return int(ctid.strip("()").partition(",")[0])
