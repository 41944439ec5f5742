"""Constraints that are added in two steps, so that the table stays usable while its rows are checked.

Each of them refuses what a release before it may still write: they belong into contract revisions, unless that release
is known never to write it.

A constraint that is added whole reads the table under a lock that stops every writer. Added as NOT VALID it holds for
new rows after a moment's lock; VALIDATE then reads the old ones and stops nobody.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations.autocommit import Session, autocommit, closed, literal
from alembic_rollout.operations.table_facts import (
    LONGEST_NAME,
    Table,
    checked_name,
    column_list,
    empty_copy,
    find_table,
)
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.identifiers import qualified

Action = Literal["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"]

_VIOLATIONS = ("23503", "23514")
_ACTIONS: dict[str, str] = {"NO ACTION": "a", "RESTRICT": "r", "CASCADE": "c", "SET NULL": "n", "SET DEFAULT": "d"}
_NOT_VALID = " NOT VALID"

_CONSTRAINT = """
    SELECT convalidated, pg_get_constraintdef(oid),
        ARRAY[
            contype::text, confrelid::text, confdeltype::text, confupdtype::text, condeferrable::text, condeferred::text
        ],
        ARRAY(
            SELECT attname::text FROM unnest(conkey) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number ORDER BY place
        ),
        ARRAY(
            SELECT attname::text FROM unnest(confkey) WITH ORDINALITY AS part (number, place)
            JOIN pg_attribute ON attrelid = confrelid AND attnum = number ORDER BY place
        )
    FROM pg_constraint WHERE conrelid = %s AND conname = %s
"""
# From PostgreSQL 18 on, NOT NULL is a constraint too, and may be one that was never validated.
_IS_NOT_NULL = """
    SELECT attnotnull AND NOT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = attrelid AND contype = 'n' AND conkey = ARRAY[attnum] AND NOT convalidated
    )
    FROM pg_attribute WHERE attrelid = %s AND attname = %s AND attnum > 0 AND NOT attisdropped
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Constraint:
    is_valid: bool
    definition: str
    traits: list[str]
    columns: list[str]
    referred: list[str]


def add_foreign_key(
    name: str,
    source: str,
    referent: str,
    local_cols: Sequence[str],
    remote_cols: Sequence[str],
    *,
    ondelete: Action = "NO ACTION",
    onupdate: Action = "NO ACTION",
    deferrable: bool = False,
    initially_deferred: bool = False,
    source_schema: str | None = None,
    referent_schema: str | None = None,
) -> None:
    """Add a foreign key as NOT VALID, under a moment's lock, then validate it while both tables are in use.

    Commits what the revision did before: give it a revision of its own. Index `local_cols` first
    (`create_index_concurrently`), or each delete in the referent reads the whole source.

    Args:
        name: the constraint's.
        source: the table that refers.
        referent: the table that is referred to.
        local_cols: columns of the source.
        remote_cols: columns of the referent.
        ondelete: what happens to the rows when the row that they refer to is deleted.
        onupdate: the same when its key changes.
        deferrable: whether a transaction may put the check off.
        initially_deferred: whether the check waits for the end of the transaction unless it says otherwise.
        source_schema: the source's; the search path by default.
        referent_schema: the referent's.

    Raises:
        RolloutError: the name is taken by another constraint, or rows refer to nothing (it is removed again then).
        UsageError: an action that there is not, or a name that PostgreSQL would cut.
    """
    checked_name(name)
    _check_actions(ondelete=ondelete, onupdate=onupdate)
    definition = (
        f"FOREIGN KEY ({column_list(local_cols)})"
        f" REFERENCES {qualified(referent_schema, referent)} ({column_list(remote_cols)})"
        + (f" ON DELETE {ondelete}" if ondelete != "NO ACTION" else "")
        + (f" ON UPDATE {onupdate}" if onupdate != "NO ACTION" else "")
        + (" DEFERRABLE" if deferrable or initially_deferred else "")
        + (" INITIALLY DEFERRED" if initially_deferred else "")
    )
    with autocommit("add_foreign_key") as session:
        if session.offline:
            _render(session, qualified(source_schema, source), name, definition)
            return
        table = find_table(session.connection, source_schema, source)
        remote = find_table(session.connection, referent_schema, referent)
        traits = ["f", str(remote.oid), _ACTIONS[ondelete], _ACTIONS[onupdate]]
        traits += [str(flag).lower() for flag in (deferrable or initially_deferred, initially_deferred)]
        found = _find(session.connection, table, name)
        if found is not None and (found.traits, found.columns, found.referred) != (
            traits,
            list(local_cols),
            list(remote_cols),
        ):
            raise _taken(table, name, found, definition)
        _add(session, table, name, definition, found)


def add_check(name: str, table: str, condition: str, *, schema: str | None = None) -> None:
    """Add a check as NOT VALID, under a moment's lock, then validate it while the table is in use.

    Commits what the revision did before: give it a revision of its own.

    Args:
        name: the constraint's.
        table: whose rows it holds for.
        condition: SQL; what must not be false.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: the name is taken by another constraint, or rows break it (it is removed again then).
    """
    checked_name(name)
    with autocommit("add_check") as session:
        _add_check(session, name, table, condition, schema=schema)


def set_not_null(table: str, column: str, *, schema: str | None = None) -> None:
    """Make a column NOT NULL without reading the table under an exclusive lock.

    A check that the column is not null is added as NOT VALID and validated; SET NOT NULL then needs no reading of its
    own (PostgreSQL 12 and newer), and the check is dropped. Commits what the revision did before: give it a revision of
    its own, after the one that fills the column (`backfill`).

    Args:
        table: whose column.
        column: its name.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: rows have NULL there (the check is removed again then), or there is no such column.
    """
    name = _check_name(column)
    column_sql = qualified(None, column)
    with autocommit("set_not_null") as session:
        table_sql = qualified(schema, table)
        if session.offline or not _is_not_null(
            session.connection, find_table(session.connection, schema, table), column
        ):
            _add_check(session, name, table, f"{column_sql} IS NOT NULL", schema=schema)
            _change(session, table_sql, f"ALTER COLUMN {column_sql} SET NOT NULL")
        if (
            session.offline
            or _find(session.connection, find_table(session.connection, schema, table), name) is not None
        ):
            _change(session, table_sql, f"DROP CONSTRAINT {qualified(None, name)}")


def validate_constraint(table: str, name: str, *, schema: str | None = None) -> None:
    """Validate a constraint that an earlier revision added as NOT VALID; a valid one counts as done.

    Commits what the revision did before: give it a revision of its own.

    Args:
        table: whose rows it holds for.
        name: the constraint's.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: there is no such constraint, or rows break it; it stays as it was then.
    """
    with autocommit("validate_constraint") as session:
        if session.offline:
            session.execute(_validation(qualified(schema, table), name))
            return
        found_table = find_table(session.connection, schema, table)
        found = _find(session.connection, found_table, name)
        if found is None:
            raise RolloutError(f"{found_table.sql} has no constraint {name}.")
        if not found.is_valid:
            _validate(session, found_table, name, undo=False)


def _check_actions(**actions: str) -> None:
    for name, action in actions.items():
        if action not in _ACTIONS:
            raise UsageError(f"{name}={action!r} is none of {', '.join(_ACTIONS)}.")


def _add_check(session: Session, name: str, table: str, condition: str, *, schema: str | None) -> None:
    definition = f"CHECK ({closed(condition)})"
    if session.offline:
        _render(session, qualified(schema, table), name, definition)
        return
    connection = session.connection
    found_table = find_table(connection, schema, table)
    found = _find(connection, found_table, name)
    if found is not None and _bare(found.definition) != _in_servers_words(connection, found_table, definition):
        raise _taken(found_table, name, found, definition)
    _add(session, found_table, name, definition, found)


def _in_servers_words(connection: Connection, table: Table, definition: str) -> str:
    with empty_copy(connection, table) as copy:
        connection.exec_driver_sql(literal(f"ALTER TABLE {copy.sql} ADD CONSTRAINT wanted {definition}"))
        made = _find(connection, copy, "wanted")
    assert made is not None  # noqa: S101 - just created
    return _bare(made.definition)


def _render(session: Session, table: str, name: str, definition: str) -> None:
    session.execute(_addition(table, name, definition))
    session.execute(_validation(table, name))


def _add(session: Session, table: Table, name: str, definition: str, found: _Constraint | None) -> None:
    if found is not None and found.is_valid:
        logger.info("Constraint %s of %s is there already.", name, table.sql, extra={"constraint": name})
        return
    if found is None:
        with session.with_lock_timeout():
            session.execute(_addition(table.sql, name, definition))
    _validate(session, table, name, undo=True)


def _validate(session: Session, table: Table, name: str, *, undo: bool) -> None:
    try:
        with session.without_limits():
            session.execute(_validation(table.sql, name))
    except DBAPIError as error:
        if sqlstate(error) not in _VIOLATIONS:
            raise
        found = _find(session.connection, table, name)
        wording = _bare(found.definition) if found else name
        if undo:
            _change(session, table.sql, f"DROP CONSTRAINT {qualified(None, name)}")
        rest = "It is removed again" if undo else "It stays NOT VALID"
        raise RolloutError(
            f"Rows of {table.sql} break {name}: {wording}. {rest}; correct them in a revision before this one."
        ) from error


def _change(session: Session, table: str, action: str) -> None:
    statement = f"ALTER TABLE {table} {action}"
    if session.offline:
        session.execute(statement)
        return
    with session.with_lock_timeout():
        session.execute(statement)


def _addition(table: str, name: str, definition: str) -> str:
    return f"ALTER TABLE {table} ADD CONSTRAINT {qualified(None, name)} {definition}{_NOT_VALID}"


def _validation(table: str, name: str) -> str:
    return f"ALTER TABLE {table} VALIDATE CONSTRAINT {qualified(None, name)}"


def _find(connection: Connection, table: Table, name: str) -> _Constraint | None:
    found = connection.exec_driver_sql(_CONSTRAINT, (table.oid, name)).one_or_none()
    return None if found is None else _Constraint(*found)


def _taken(table: Table, name: str, found: _Constraint, definition: str) -> RolloutError:
    return RolloutError(
        f"{table.sql} has a constraint {name} with another definition. It is: {_bare(found.definition)}. The revision"
        f" wants: {definition}. Choose another name, or drop the old one first."
    )


def _bare(definition: str) -> str:
    return definition.removesuffix(_NOT_VALID)


def _is_not_null(connection: Connection, table: Table, column: str) -> bool:
    found = connection.exec_driver_sql(_IS_NOT_NULL, (table.oid, column)).one_or_none()
    if found is None:
        raise RolloutError(f"{table.sql} has no column {column}.")
    return bool(found[0])


def _check_name(column: str) -> str:
    name = f"alembic_rollout_not_null_{column}"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"alembic_rollout_not_null_{sha256(column.encode()).hexdigest()[:16]}"
