"""The SQL of a backfill: which rows a batch takes, and what it does to them."""

from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.operations.autocommit import closed, literal
from alembic_rollout.operations.table_facts import KeyColumn, Table
from alembic_rollout.postgres.identifiers import qualified

# Where few rows match, a batch ends after it has looked at this many: what is looked at need not be looked at again.
_LONGEST_LOOK = 100_000

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """Where a batch ends.

    Attributes:
        key: that of its last row, as text.
        rows: how many rows it looks at.
    """

    key: Key
    rows: int


def whole_update(table: str, set_: str, where: str | None) -> str:
    """Return a backfill as one statement."""
    condition = f"\nWHERE {closed(where)}" if where else ""
    return f"UPDATE {table} SET {closed(set_)}{condition}"  # noqa: S608 - SQL of the revision's author


@dataclass(frozen=True, slots=True)
class Batches:
    """A table in the order of a key, in pieces.

    Args:
        table: which.
        key: its columns.
        set_: SQL of the author: what SET says.
        where: SQL of the author: which rows; None for all.
    """

    table: Table
    key: tuple[KeyColumn, ...]
    set_: str
    where: str | None

    @property
    def order(self) -> str:
        """The key's columns as SQL."""
        return ", ".join(qualified(None, column.name) for column in self.key)

    def edge(self, connection: Connection, after: Key | None, size: int) -> Edge | None:
        """Return where a batch ends; None when the table ends before.

        Args:
            connection: to the database.
            after: the key that the batch begins behind; None for the start.
            size: how many rows it may change.
        """
        behind = f"WHERE {self._compared('>')}" if after else ""
        sql = self._nth_row(behind) if self.where is None else self._nth_match(behind, self.where)
        numbers = (size - 1,) if self.where is None else (size, _LONGEST_LOOK)
        row = connection.exec_driver_sql(sql, (*(after or ()), *numbers)).one_or_none()
        if row is None:
            return None
        return Edge(tuple(row)[: len(self.key)], size if self.where is None else row[-1])

    def update(self, connection: Connection, after: Key | None, up_to: Key | None) -> int:
        """Change the rows of a batch.

        Args:
            connection: to the database.
            after: the key that it begins behind; None for the start.
            up_to: the key that it ends with; None for the table's end.

        Returns:
            How many rows were changed.
        """
        conditions = [
            self._compared(">") if after else "",
            self._compared("<=") if up_to else "",
            f"({literal(closed(self.where))})" if self.where else "",
        ]
        given = " AND ".join(filter(None, conditions))
        return connection.exec_driver_sql(
            f"-- alembic-rollout: backfill\nUPDATE {self.table.sql} SET {literal(self.set_)}\n"
            + (f"WHERE {given}" if given else ""),
            (*(after or ()), *(up_to or ())),
        ).rowcount

    def _compared(self, operator: str) -> str:
        given = ", ".join(f"%s::{column.type}" for column in self.key)
        return f"({self.order}) {operator} ({given})"

    # In ORDER BY a bare name is first of all that of an output column, and those are text here: hence the aliases.

    def _nth_row(self, behind: str) -> str:
        names = [f"ahead.{qualified(None, column.name)}" for column in self.key]
        texts = ", ".join(f"{name}::text" for name in names)
        return (
            f"SELECT {texts} FROM {self.table.sql} AS ahead {behind}"  # noqa: S608 - quoted names
            f" ORDER BY {', '.join(names)} OFFSET %s LIMIT 1"
        )

    def _nth_match(self, behind: str, where: str) -> str:
        # Counts while it reads the index in order, and stops at the row where a count is reached.
        aliases = [f"key_{place}" for place in range(len(self.key))]
        keys = ", ".join(
            f"{qualified(None, column.name)} AS {alias}" for column, alias in zip(self.key, aliases, strict=True)
        )
        texts = ", ".join(f"{alias}::text" for alias in aliases)
        order = ", ".join(f"counted.{alias}" for alias in aliases)
        return f"""
            SELECT {texts}, looked_at FROM (
                SELECT {", ".join(aliases)},
                    row_number() OVER so_far AS looked_at, count(*) FILTER (WHERE matches) OVER so_far AS matched
                FROM (SELECT {keys}, ({literal(closed(where))}) AS matches FROM {self.table.sql} {behind}) AS ahead
                WINDOW so_far AS (ORDER BY {", ".join(aliases)} ROWS UNBOUNDED PRECEDING)
            ) AS counted
            WHERE matched = %s OR looked_at = %s ORDER BY {order} LIMIT 1
        """  # noqa: S608 - SQL of the revision's author
