"""Which columns of a result may be shown: whole numbers and UUIDs of a table's primary key.

Any other column may hold what no log should have, and so may a key that is a text: an address, a name.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

BOOLEAN, BIGINT = 16, 20
_SMALLINT, _INTEGER, _UUID = 21, 23, 2950  # pg_type.dat
_OF_SHOWN_TYPES = (BIGINT, _SMALLINT, _INTEGER, _UUID)
_KEYS = """
    SELECT indrelid::bigint, number FROM pg_catalog.pg_index, unnest(indkey::smallint[]) AS number
    WHERE indisprimary AND indrelid = ANY (%s::oid[])
"""


@dataclass(frozen=True, slots=True)
class ResultColumn:
    """A column of a result.

    Attributes:
        name: in the result.
        type: OID of its type.
        table: OID of the table that it comes from, through subqueries and joins; 0 where it is computed.
        number: of the column in that table.
    """

    name: str
    type: int
    table: int
    number: int


def result_columns(cursor: Any) -> list[ResultColumn]:  # noqa: ANN401 - psycopg2's cursor or psycopg's
    """Return the columns of what a cursor has just run."""
    columns = []
    for place, column in enumerate(cursor.description or ()):
        if hasattr(column, "table_oid"):
            table, number = column.table_oid, column.table_column
        else:  # psycopg
            table, number = cursor.pgresult.ftable(place), cursor.pgresult.ftablecol(place)
        columns.append(ResultColumn(column.name, column.type_code, table or 0, number or 0))
    return columns


def key_names(connection: Connection, columns: Sequence[ResultColumn]) -> list[str]:
    """Return the names of the columns whose values may be shown."""
    candidates = [column for column in columns if column.table and column.type in _OF_SHOWN_TYPES]
    if not candidates:
        return []
    tables = sorted({column.table for column in candidates})
    keys = {tuple(row) for row in connection.exec_driver_sql(_KEYS, (tables,))}
    named = Counter(column.name for column in columns)
    return [column.name for column in candidates if (column.table, column.number) in keys and named[column.name] == 1]
