"""The batches of a backfill in the order of a key, and the UPDATE that every kind of batch runs."""

from dataclasses import dataclass, replace
from typing import Protocol

from sqlalchemy import Connection

from alembic_rollout.operations.autocommit import closed
from alembic_rollout.operations.backfill_table import Key, Position
from alembic_rollout.operations.table_facts import KeyColumn, Table, column_list
from alembic_rollout.postgres.identifiers import for_driver, qualified

# Where few rows match, a batch ends after it has read this many, so that its position is stored.
_LONGEST_LOOK = 100_000


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of a table.

    Attributes:
        condition: SQL that selects them, beside the backfill's own condition; empty for all.
        parameters: of the condition.
        after: the position once they are updated; the rows that the update changed are counted later.
    """

    condition: str
    parameters: tuple[str, ...]
    after: Position


class TakeBatch(Protocol):
    """Returns the next batch after a position; it may change `size` rows. It locks nothing."""

    def __call__(self, connection: Connection, position: Position, size: int) -> Batch: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Change:
    """What a backfill does to a table.

    Attributes:
        table: to update.
        set_: SQL of the revision's author: what SET assigns.
        where: SQL of the revision's author: which rows; None for all.
    """

    table: Table
    set_: str
    where: str | None

    @property
    def condition(self) -> str:
        """The author's condition as SQL that can stand beside others, for a statement with parameters."""
        return f"({for_driver(closed(self.where))})" if self.where else "true"

    def update(self, connection: Connection, batch: Batch) -> int:
        """Update the rows of a batch; return how many were changed."""
        conditions = [batch.condition, self.condition if self.where else ""]
        where = " AND ".join(filter(None, conditions))
        return connection.exec_driver_sql(
            f"-- alembic-rollout: backfill\nUPDATE {for_driver(self.table.sql)} SET {for_driver(closed(self.set_))}\n"
            + (f"WHERE {where}" if where else ""),
            batch.parameters,
        ).rowcount


def whole_update(table: str, set_: str, where: str | None) -> str:
    """Return a backfill as one statement."""
    condition = f"\nWHERE {closed(where)}" if where else ""
    return f"UPDATE {table} SET {closed(set_)}{condition}"  # noqa: S608 - SQL of the revision's author


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a batch in the order of a key ends.

    Attributes:
        key: that of its last row, as text.
        rows: how many rows it reads.
    """

    key: Key
    rows: int


@dataclass(frozen=True, slots=True)
class KeyBatches:
    """The batches of a table in the order of a key.

    Attributes:
        change: what the backfill does.
        key: columns of the key.
    """

    change: Change
    key: tuple[KeyColumn, ...]

    @property
    def order(self) -> str:
        """The key's columns as SQL."""
        return for_driver(column_list([column.name for column in self.key]))

    def take(self, connection: Connection, position: Position, size: int) -> Batch:
        """Return the next rows after a position; see `TakeBatch`."""
        start = position.last_key
        edge = self.edge(connection, start, size)
        conditions = [self._compared(">") if start else "", self._compared("<=") if edge else ""]
        if edge is None:
            after = replace(position, finished=True)
        else:
            after = replace(position, last_key=edge.key, rows_seen=position.rows_seen + edge.rows)
        return Batch(
            " AND ".join(filter(None, conditions)), (*(start or ()), *(edge.key if edge is not None else ())), after
        )

    def edge(self, connection: Connection, after: Key | None, size: int) -> Edge | None:
        """Return where a batch ends; None when the table ends before.

        Args:
            connection: to the database.
            after: the key after which the batch begins; None for the start.
            size: how many rows it may change.
        """
        start = f"WHERE {self._compared('>')}" if after else ""
        where = self.change.where
        sql = self._nth_row(start) if where is None else self._nth_match(start)
        numbers = (size - 1,) if where is None else (size, _LONGEST_LOOK)
        row = connection.exec_driver_sql(sql, (*(after or ()), *numbers)).one_or_none()
        if row is None:
            return None
        return Edge(tuple(row)[: len(self.key)], size if where is None else row[-1])

    def _compared(self, operator: str) -> str:
        given = ", ".join(f"%s::{for_driver(column.type)}" for column in self.key)
        return f"({self.order}) {operator} ({given})"

    # In ORDER BY a bare name means an output column first, and those are text here: hence the aliases.

    def _nth_row(self, start: str) -> str:
        names = [f"ahead.{for_driver(qualified(None, column.name))}" for column in self.key]
        texts = ", ".join(f"{name}::text" for name in names)
        return (
            f"SELECT {texts} FROM {for_driver(self.change.table.sql)} AS ahead {start}"  # noqa: S608 - quoted names
            f" ORDER BY {', '.join(names)} OFFSET %s LIMIT 1"
        )

    def _nth_match(self, start: str) -> str:
        # Counts while it reads the index in order, and stops at the row where a count is reached.
        aliases = [f"key_{place}" for place in range(len(self.key))]
        keys = ", ".join(
            f"{for_driver(qualified(None, column.name))} AS {alias}"
            for column, alias in zip(self.key, aliases, strict=True)
        )
        texts = ", ".join(f"{alias}::text" for alias in aliases)
        order = ", ".join(f"counted.{alias}" for alias in aliases)
        table = for_driver(self.change.table.sql)
        return f"""
            SELECT {texts}, looked_at FROM (
                SELECT {", ".join(aliases)},
                    row_number() OVER so_far AS looked_at, count(*) FILTER (WHERE matches) OVER so_far AS matched
                FROM (SELECT {keys}, {self.change.condition} AS matches FROM {table} {start}) AS ahead
                WINDOW so_far AS (ORDER BY {", ".join(aliases)} ROWS UNBOUNDED PRECEDING)
            ) AS counted
            WHERE matched = %s OR looked_at = %s ORDER BY {order} LIMIT 1
        """  # noqa: S608 - SQL of the revision's author
