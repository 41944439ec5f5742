"""Indexes that are built and dropped while other sessions write, and whose interrupted builds are repaired.

An interrupted CREATE INDEX CONCURRENTLY leaves an invalid index: it slows every write, a unique one even refuses rows,
and no query uses it. `IF NOT EXISTS` accepts it as done. These helpers read the catalogue first.
"""

import logging
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, TextClause
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations.autocommit import Session, autocommit
from alembic_rollout.operations.table_facts import (
    Table,
    checked_name,
    column_list,
    empty_copy,
    find_table,
)
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.identifiers import LONGEST_NAME, for_driver, qualified
from alembic_rollout.postgres.sqlstates import UNIQUE_VIOLATION
from alembic_rollout.postgres.waiting import Pauses, looks

_PAUSES = Pauses(first=0.1, longest=1.0)
_LEFT_BY_REINDEX = re.compile(r"(.+)_cc(?:new|old)\d*")

_INDEX = """
    SELECT indexrelid, nspname, relname, indrelid, indisvalid, pg_get_indexdef(indexrelid)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace LEFT JOIN pg_index ON indexrelid = pg_class.oid
"""
_BUILDERS = """
    SELECT pid, phase, relid::regclass::text FROM pg_stat_progress_create_index
    WHERE relid = %s AND datname = current_database() AND pid <> pg_backend_pid()
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Index:
    schema: str
    name: str
    table: int
    is_valid: bool
    definition: str

    @property
    def sql(self) -> str:
        return qualified(self.schema, self.name)


@dataclass(frozen=True, slots=True)
class _Wanted:
    name: str
    columns: str
    unique: bool
    using: str | None
    tail: str

    def create(self, table: str, *, concurrently: bool) -> str:
        unique = "UNIQUE " if self.unique else ""
        online = "CONCURRENTLY " if concurrently else ""
        method = f" USING {self.using}" if self.using else ""
        return (
            f"CREATE {unique}INDEX {online}{qualified(None, self.name)} ON {table}{method} ({self.columns}){self.tail}"
        )


def create_index_concurrently(
    name: str,
    table: str,
    columns: Sequence[str | TextClause],
    *,
    unique: bool = False,
    where: str | None = None,
    using: str | None = None,
    include: Sequence[str] = (),
    ops: Mapping[str, str] | None = None,
    with_: Mapping[str, object] | None = None,
    nulls_not_distinct: bool = False,
    schema: str | None = None,
) -> None:
    """Build an index while the table is being read and written; repair what an interrupted build left.

    Commits what the revision did before: give it a revision of its own. It waits, without limit, for every transaction
    that is older than itself, and blocks no session meanwhile. An invalid index of that name is dropped and built again
    (once no session builds it any more), a valid one with the same definition counts as done.

    Args:
        name: the index's.
        table: what to index.
        columns: names; an expression or an order is `sa.text("lower(email)")`, `sa.text("created_at DESC")`.
        unique: True to refuse two equal rows.
        where: SQL; only rows for which it is true are in the index.
        using: the access method, such as `gin` or `hnsw`; btree by default.
        include: columns that the index stores and does not search by.
        ops: operator classes by column, or by the expression's text.
        with_: storage parameters, such as `{"fillfactor": 70}`.
        nulls_not_distinct: True if two NULLs are equal to a unique index (PostgreSQL 15 and newer).
        schema: the table's and the index's; the search path by default.

    Raises:
        RolloutError: the name is taken by something else, or rows are not unique (nothing is left behind then).
    """
    if not columns:
        raise UsageError(f"{name}: name at least one column.")
    wanted = _Wanted(
        checked_name(name),
        ", ".join(_element(column, ops or {}) for column in columns),
        unique,
        using,
        _tail(include, with_ or {}, where, nulls_not_distinct=nulls_not_distinct),
    )
    with autocommit("create_index_concurrently") as session:
        if session.offline:
            session.execute(wanted.create(qualified(schema, table), concurrently=True))
            return
        with session.without_limits():
            _create(session, find_table(session.connection, schema, table), wanted)


def drop_index_concurrently(name: str, *, schema: str | None = None) -> None:
    """Drop an index while its table is being read and written, valid or not; one that does not exist counts as done.

    Commits what the revision did before: give it a revision of its own.

    Args:
        name: the index's.
        schema: the index's; the search path by default.

    Raises:
        RolloutError: something else has that name.
    """
    with autocommit("drop_index_concurrently") as session:
        if session.offline:
            session.execute(f"DROP INDEX CONCURRENTLY {qualified(schema, name)}")
            return
        with session.without_limits():
            index = _find(session.connection, "WHERE pg_class.oid = to_regclass(%s)", qualified(schema, name))
            if index is None:
                logger.info("Index %s does not exist: nothing to drop.", name, extra={"index": name})
                return
            _drop_leftovers(session, index.table, name)
            _drop(session, index)


def _element(column: str | TextClause, ops: Mapping[str, str]) -> str:
    if isinstance(column, str):
        text, sql = column, column_list([column])
    else:
        text = sql = str(column.compile(dialect=postgresql.dialect(paramstyle="named")))  # type: ignore[no-untyped-call]
    return f"{sql} {ops[text]}" if text in ops else sql


def _tail(include: Sequence[str], with_: Mapping[str, object], where: str | None, *, nulls_not_distinct: bool) -> str:
    parts = [
        f"INCLUDE ({column_list(include)})" if include else "",
        "NULLS NOT DISTINCT" if nulls_not_distinct else "",
        f"WITH ({', '.join(f'{key} = {value}' for key, value in with_.items())})" if with_ else "",
        f"WHERE {where}" if where else "",
    ]
    return "".join(f" {part}" for part in parts if part)


def _create(session: Session, table: Table, wanted: _Wanted) -> None:
    connection = session.connection
    index = _find_beside(connection, table, wanted.name)
    if index is None or not index.is_valid:
        _wait_for_builders(connection, table.oid)
        index = _find_beside(connection, table, wanted.name)
    _drop_leftovers(session, table.oid, wanted.name)
    if index is not None and index.is_valid:
        _require_same(connection, table, index, wanted)
        logger.info("Index %s exists already.", wanted.name, extra={"index": wanted.name})
        return
    if index is not None:
        logger.warning("Index %s is invalid: its build was interrupted. Building it again.", wanted.name)
        _require_table(index, table, wanted)
        _drop(session, index)
    _build(session, table, wanted)


def _build(session: Session, table: Table, wanted: _Wanted) -> None:
    try:
        session.execute(wanted.create(table.sql, concurrently=True))
    except DBAPIError as error:
        if sqlstate(error) != UNIQUE_VIOLATION:
            raise
        index = _find_beside(session.connection, table, wanted.name)
        if index is not None:
            _drop(session, index)  # even invalid it would go on refusing rows
        # The values stay unnamed: they may be personal data.
        raise RolloutError(
            f"Index {wanted.name}: rows of {table.sql} are equal in ({wanted.columns}). The index is dropped again;"
            " remove the duplicates in a revision before this one."
        ) from error


def _find_beside(connection: Connection, table: Table, name: str) -> _Index | None:
    return _find(connection, "WHERE nspname = %s AND relname = %s", table.schema, name)


def _find(connection: Connection, condition: str, *parameters: str) -> _Index | None:
    found = connection.exec_driver_sql(_INDEX + condition, parameters).one_or_none()
    if found is None:
        return None
    if found[0] is None:
        raise RolloutError(f"{qualified(found[1], found[2])} is not an index: choose another name.")
    return _Index(*found[1:])


def _wait_for_builders(connection: Connection, table: int) -> None:
    """Wait until no session builds an index of the table: the server may still run the build of a killed process.

    Polling, instead of waiting for a lock, holds no snapshot that the builder would wait for.
    """
    for look in looks(math.inf, _PAUSES):
        builder = connection.exec_driver_sql(_BUILDERS, (table,)).first()
        if builder is None:
            return
        if look.is_report_due:
            logger.info("Waiting for pid %s, which builds an index of %s: %s", builder[0], builder[2], builder[1])


def _require_same(connection: Connection, table: Table, index: _Index, wanted: _Wanted) -> None:
    _require_table(index, table, wanted)
    with empty_copy(connection, table) as copy:
        sql = _Wanted("alembic_rollout_wanted", wanted.columns, wanted.unique, wanted.using, wanted.tail)
        connection.exec_driver_sql(for_driver(sql.create(copy.sql, concurrently=False)))
        made = _find_beside(connection, copy, sql.name)
    assert made is not None  # noqa: S101 - just created
    if _essence(made.definition) != _essence(index.definition):
        raise _taken(index, table, wanted)


def _require_table(index: _Index, table: Table, wanted: _Wanted) -> None:
    if index.table != table.oid:
        raise _taken(index, table, wanted)


def _taken(index: _Index, table: Table, wanted: _Wanted) -> RolloutError:
    return RolloutError(
        f"There is an index {wanted.name} with another definition. It is: {index.definition}. The revision wants:"
        f" {wanted.create(table.sql, concurrently=False)}. Choose another name, or drop the old one first."
    )


def _essence(definition: str) -> str:
    """Return an index's definition without its own name and its table's."""
    kind, _, rest = definition.partition(" INDEX ")
    return f"{kind} {rest.partition(' USING ')[2]}"


def _drop_leftovers(session: Session, table: int, name: str) -> None:
    """Drop what an interrupted REINDEX CONCURRENTLY of the index left."""
    if not _leftovers(session.connection, table, name):
        return
    _wait_for_builders(session.connection, table)  # it may still be in use
    for index in _leftovers(session.connection, table, name):
        logger.warning("Dropping %s, left by an interrupted REINDEX.", index.sql)
        _drop(session, index)


def _leftovers(connection: Connection, table: int, name: str) -> list[_Index]:
    rows = connection.exec_driver_sql(f"{_INDEX} WHERE indrelid = %s AND NOT indisvalid", (table,)).all()
    return [index for row in rows if _is_left_of(name, (index := _Index(*row[1:])).name)]


def _is_left_of(name: str, other: str) -> bool:
    match = _LEFT_BY_REINDEX.fullmatch(other)
    if match is None:
        return False
    # The server cuts a long name to make room for its suffix.
    return match[1] == name or (len(other.encode()) == LONGEST_NAME and name.startswith(match[1]))


def _drop(session: Session, index: _Index) -> None:
    session.execute(f"DROP INDEX CONCURRENTLY {index.sql}")
