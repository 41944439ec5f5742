"""What helpers read from PostgreSQL's catalogue before they change anything."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations.autocommit import transaction
from alembic_rollout.postgres.identifiers import LONGEST_NAME, for_driver, qualified
from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import is_identifier, unquote
from alembic_rollout.wording.durations import format_duration

_ASCENDING, _DESCENDING = "0", "3"  # pg_index.indoption with the usual place of nulls

_PRIMARY_KEY = """
    SELECT attname, format_type(atttypid, atttypmod)
    FROM pg_index
    CROSS JOIN LATERAL unnest(string_to_array(indkey::text, ' ')::int2[]) WITH ORDINALITY AS part (number, place)
    JOIN pg_attribute ON attrelid = indrelid AND attnum = number
    WHERE indrelid = %s AND indisprimary AND place <= indnkeyatts
    ORDER BY place
"""
_COLUMN = """
    SELECT attnum, format_type(atttypid, atttypmod), attnotnull
    FROM pg_attribute WHERE attrelid = %s AND attname = %s AND attnum > 0 AND NOT attisdropped
"""
_ORDERED_INDEXES = """
    SELECT indkey::text, indoption::text
    FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid JOIN pg_am ON pg_am.oid = relam
    WHERE indrelid = %s AND amname = 'btree' AND indisvalid AND indpred IS NULL
"""

# An UPDATE of a table that others inherit from reaches the pages of all of them.
_READ_BY_PAGE = """
    SELECT relkind = 'r' AND NOT relhassubclass AND amname = 'heap'
        AND current_setting('server_version_num')::int >= 140000
    FROM pg_class LEFT JOIN pg_am ON pg_am.oid = relam WHERE pg_class.oid = %s
"""
_OLDEST_WRITER = """
    SELECT pid, application_name, extract(epoch FROM clock_timestamp() - xact_start)::float8
    FROM pg_locks JOIN pg_stat_activity USING (pid)
    WHERE locktype = 'relation' AND relation = %s AND granted AND mode NOT IN ('AccessShareLock', 'SIReadLock')
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND pid <> pg_backend_pid() AND xact_start IS NOT NULL
    ORDER BY xact_start LIMIT 1
"""
_TABLE_KINDS = ("r", "p")
_OTHER_KINDS = {
    "v": "a view",
    "m": "a materialized view",
    "f": "a foreign table",
    "i": "an index",
    "S": "a sequence",
    "c": "a type",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A table that exists.

    Attributes:
        oid: its number.
        schema: where it is.
        name: its name.
    """

    oid: int
    schema: str
    name: str

    @property
    def sql(self) -> str:
        """Its name as SQL, with its schema."""
        return qualified(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class Columns:
    """Columns that exist.

    Attributes:
        table: number of their table.
        numbers: theirs. A column that is dropped and added again has another one.
    """

    table: int
    numbers: tuple[int, ...]

    @property
    def identity(self) -> str:
        """What distinguishes them from later columns of the same names."""
        return f"{self.table}: {','.join(map(str, self.numbers))}"


@dataclass(frozen=True, slots=True)
class KeyColumn:
    """A column of a key.

    Attributes:
        name: the column's.
        type: as SQL.
    """

    name: str
    type: str


def find_table(connection: Connection, schema: str | None, name: str) -> Table:
    """Return a table, from the search path where no schema is named.

    Raises:
        RolloutError: there is none.
    """
    sql = qualified(schema, name)
    found = connection.exec_driver_sql(
        "SELECT pg_class.oid, nspname, relname, relkind::text FROM pg_class"
        " JOIN pg_namespace ON pg_namespace.oid = relnamespace WHERE pg_class.oid = to_regclass(%s)",
        (sql,),
    ).one_or_none()
    if found is None:
        raise RolloutError(
            f"There is no table {sql}: correct the name, name its schema with schema=, or create it in a revision"
            " before this one."
        )
    if found[3] not in _TABLE_KINDS:
        kind = _OTHER_KINDS.get(found[3], "something else")
        raise RolloutError(f"{sql} is {kind}, not a table: name a table.")
    return Table(found[0], found[1], found[2])


def used_columns(connection: Connection, table: Table, sql: str) -> Columns:
    """Return a table's columns that SQL names.

    Args:
        connection: to the database.
        table: whose columns.
        sql: what names them.
    """
    names = [unquote(word) for word in tokenize(sql) if is_identifier(word)]
    numbers = connection.exec_driver_sql(
        "SELECT attnum FROM pg_attribute WHERE attrelid = %s AND attname = ANY(%s::text[]) AND attnum > 0"
        " AND NOT attisdropped ORDER BY attnum",
        (table.oid, names),
    ).scalars()
    return Columns(table.oid, tuple(numbers))


def can_be_read_by_page(connection: Connection, table: Table) -> bool:
    """Return True if a range of pages of a table can be read: one heap, on PostgreSQL 14 and newer."""
    found = connection.exec_driver_sql(_READ_BY_PAGE, (table.oid,))
    return bool(found.scalar())


def page_count(connection: Connection, table: Table) -> int:
    """Return how many pages a table has."""
    found = connection.exec_driver_sql(
        "SELECT pg_relation_size(%s::oid::regclass) / current_setting('block_size')::bigint", (table.oid,)
    )
    return int(found.scalar_one())


def primary_key(connection: Connection, table: Table) -> tuple[KeyColumn, ...]:
    """Return the columns of a table's primary key, in its order.

    Raises:
        RolloutError: it has none.
    """
    columns = tuple(KeyColumn(*row) for row in connection.exec_driver_sql(_PRIMARY_KEY, (table.oid,)))
    if not columns:
        raise RolloutError(
            f"{table.sql} has no primary key: name columns that are NOT NULL and indexed, such as"
            " key=('created_at', 'id')."
        )
    return columns


def ordering_key(connection: Connection, table: Table, names: Sequence[str]) -> tuple[KeyColumn, ...]:
    """Return columns in whose order a table can be read in batches.

    Args:
        connection: to the database.
        table: whose columns.
        names: theirs.

    Raises:
        RolloutError: one may be NULL or does not exist, or no index begins with them.
    """
    columns, numbers = [], []
    for name in names:
        found = connection.exec_driver_sql(_COLUMN, (table.oid, name)).one_or_none()
        if found is None:
            raise RolloutError(f"{table.sql} has no column {name}: correct key=.")
        if not found[2]:
            raise RolloutError(
                f"{table.sql}.{name} may be NULL, and rows without a key would be left out: name NOT NULL columns"
                " as key=."
            )
        columns.append(KeyColumn(name, found[1]))
        numbers.append(str(found[0]))
    indexes = connection.exec_driver_sql(_ORDERED_INDEXES, (table.oid,)).all()
    if not any(_reads_in_order(keys.split(), options.split(), numbers) for keys, options in indexes):
        raise RolloutError(
            f"No index of {table.sql} begins with {', '.join(names)}: every batch would read the whole table."
            " Create one, or name another key=."
        )
    return tuple(columns)


def _reads_in_order(keys: list[str], options: list[str], numbers: list[str]) -> bool:
    width = len(numbers)
    return keys[:width] == numbers and set(options[:width]) in ({_ASCENDING}, {_DESCENDING})


def estimated_rows(connection: Connection, table: Table) -> int:
    """Return how many rows a table has, about: what the planner thinks, from its size."""
    plan = connection.exec_driver_sql(for_driver(f"EXPLAIN SELECT 1 FROM {table.sql}")).scalars().first()  # noqa: S608 - quoted
    return int(str(plan).partition("rows=")[2].partition(" ")[0])


def oldest_writer(connection: Connection, table: Table) -> str | None:
    """Return the session whose open transaction has locked rows of a table longest, with its pid and name.

    None where there is none any more. Rows' locks are in the rows; their sessions are known by their lock of the table.
    """
    found = connection.exec_driver_sql(_OLDEST_WRITER, (table.oid,)).one_or_none()
    if found is None:
        return None
    pid, name, seconds = found
    return f"pid {pid} ({', '.join(filter(None, [name, f'transaction open for {format_duration(seconds)}']))})"


@contextmanager
def empty_copy(connection: Connection, table: Table) -> Iterator[Table]:
    """Make an empty table with the columns of another, which is rolled back afterwards.

    PostgreSQL keeps definitions in its own words. What it makes of one that a revision asks for is known only after it
    was created: on this table that costs nothing and blocks no session.

    Args:
        connection: in autocommit.
        table: whose columns.
    """
    pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
    copy = f"alembic_rollout_{pid}"
    with transaction(connection, commit=False):
        connection.exec_driver_sql(for_driver(f"CREATE TABLE {qualified(table.schema, copy)} (LIKE {table.sql})"))
        yield find_table(connection, table.schema, copy)


def checked_name(name: str) -> str:
    """Return a name for something new.

    Raises:
        UsageError: PostgreSQL would shorten it.
    """
    if len(name.encode()) > LONGEST_NAME:
        raise UsageError(
            f"{name} is longer than {LONGEST_NAME} bytes, and PostgreSQL would shorten it: choose a shorter name."
        )
    return name


def column_list(names: Sequence[str]) -> str:
    """Return columns' names as SQL."""
    return ", ".join(qualified(None, name) for name in names)
