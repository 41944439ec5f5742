"""Constraints that are added in two steps, so that the table stays usable while its rows are checked.

Each of them refuses rows that the previous release may still write: they belong in contract revisions, unless that
release never writes such rows.

A constraint that is added in one step reads the table under a lock that blocks every writer. Added as NOT VALID it
holds for new rows after a moment's lock; VALIDATE then reads the old ones and blocks no session.
"""

import logging
from collections.abc import Sequence
from hashlib import sha256
from typing import Literal

from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.operations.autocommit import Session, autocommit, closed
from alembic_rollout.operations.backfilling import backfill
from alembic_rollout.operations.constraint_facts import (
    NOT_VALID,
    Constraint,
    find_constraint,
    in_servers_words,
    is_not_null,
)
from alembic_rollout.operations.table_facts import Table, checked_name, column_list, find_table
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.identifiers import LONGEST_NAME, qualified
from alembic_rollout.postgres.sqlstates import CHECK_VIOLATION, FOREIGN_KEY_VIOLATION
from alembic_rollout.wording.phrases import plural

Action = Literal["NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"]

_VIOLATIONS = (FOREIGN_KEY_VIOLATION, CHECK_VIOLATION)
_ACTIONS: dict[str, str] = {"NO ACTION": "a", "RESTRICT": "r", "CASCADE": "c", "SET NULL": "n", "SET DEFAULT": "d"}

logger = logging.getLogger(__name__)


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
        referent: the table that it refers to.
        local_cols: columns of the source.
        remote_cols: columns of the referent.
        ondelete: what happens to the rows when the row that they refer to is deleted.
        onupdate: the same when its key changes.
        deferrable: True to let a transaction defer the check.
        initially_deferred: True to defer the check by default.
        source_schema: the source's; the search path by default.
        referent_schema: the referent's.

    Raises:
        RolloutError: the name is taken by another constraint, or rows refer to nothing (it is dropped again then).
        UsageError: an unknown action, columns that do not match, or a name that PostgreSQL would shorten.
    """
    checked_name(name)
    _check_columns(name, local_cols, remote_cols)
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
        found = find_constraint(session.connection, table, name)
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
        condition: SQL; must not be false for a row.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: the name is taken by another constraint, or rows break it (it is dropped again then).
    """
    checked_name(name)
    with autocommit("add_check") as session:
        _add_check(session, name, table, condition, schema=schema)


def set_not_null(table: str, column: str, *, fill: str | None = None, schema: str | None = None) -> None:
    """Make a column NOT NULL without reading the table under an exclusive lock.

    A check that the column is not null is added as NOT VALID and validated; SET NOT NULL then needs no reading of its
    own (PostgreSQL 12 and newer), and the check is dropped. Commits what the revision did before: give it a revision of
    its own, after the one that fills the column (`backfill`).

    Args:
        table: whose column.
        column: its name.
        fill: SQL: the value for rows that have NULL there, written in batches first; none by default. For what a
            release that does not know the column has inserted since it was filled.
        schema: the table's; the search path by default.

    Raises:
        RolloutError: rows have NULL there (the check is dropped again then), or there is no such column.
    """
    name = _check_name(column)
    column_sql = qualified(None, column)
    if fill is not None:
        backfill(table, set_=f"{column_sql} = {fill}", where=f"{column_sql} IS NULL", schema=schema)
    with autocommit("set_not_null") as session:
        table_sql = qualified(schema, table)
        if session.offline or not is_not_null(
            session.connection, find_table(session.connection, schema, table), column
        ):
            _add_check(session, name, table, f"{column_sql} IS NOT NULL", schema=schema)
            _change(session, table_sql, f"ALTER COLUMN {column_sql} SET NOT NULL")
        if (
            session.offline
            or find_constraint(session.connection, find_table(session.connection, schema, table), name) is not None
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
        found = find_constraint(session.connection, found_table, name)
        if found is None:
            raise RolloutError(
                f"{found_table.sql} has no constraint {name}: correct the name, or add it in a revision before this"
                " one."
            )
        if not found.is_valid:
            _validate(session, found_table, name, undo=False)


def _check_columns(name: str, local: Sequence[str], remote: Sequence[str]) -> None:
    if not local:
        raise UsageError(f"{name}: name at least one column.")
    if len(local) != len(remote):
        raise UsageError(
            f"{name}: {plural(len(local), 'local column')}, {plural(len(remote), 'remote column')}: name one remote"
            " column for each local one."
        )


def _check_actions(**actions: str) -> None:
    for name, action in actions.items():
        if action not in _ACTIONS:
            raise UsageError(f"{name}={action!r}: choose one of {', '.join(_ACTIONS)}.")


def _add_check(session: Session, name: str, table: str, condition: str, *, schema: str | None) -> None:
    definition = f"CHECK ({closed(condition)})"
    if session.offline:
        _render(session, qualified(schema, table), name, definition)
        return
    connection = session.connection
    found_table = find_table(connection, schema, table)
    found = find_constraint(connection, found_table, name)
    if found is not None and found.condition != in_servers_words(connection, found_table, definition):
        raise _taken(found_table, name, found, definition)
    _add(session, found_table, name, definition, found)


def _render(session: Session, table: str, name: str, definition: str) -> None:
    session.execute(_addition(table, name, definition))
    session.execute(_validation(table, name))


def _add(session: Session, table: Table, name: str, definition: str, found: Constraint | None) -> None:
    if found is not None and found.is_valid:
        logger.info("Constraint %s of %s exists already.", name, table.sql, extra={"constraint": name})
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
        found = find_constraint(session.connection, table, name)
        wording = found.condition if found else name
        if undo:
            _change(session, table.sql, f"DROP CONSTRAINT {qualified(None, name)}")
        rest = "The constraint is dropped again" if undo else "The constraint stays NOT VALID"
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
    return f"ALTER TABLE {table} ADD CONSTRAINT {qualified(None, name)} {definition}{NOT_VALID}"


def _validation(table: str, name: str) -> str:
    return f"ALTER TABLE {table} VALIDATE CONSTRAINT {qualified(None, name)}"


def _taken(table: Table, name: str, found: Constraint, definition: str) -> RolloutError:
    return RolloutError(
        f"{table.sql} has a constraint {name} with another definition. It is: {found.condition}. The revision"
        f" wants: {definition}. Choose another name, or drop the old one first."
    )


def _check_name(column: str) -> str:
    name = f"alembic_rollout_not_null_{column}"
    if len(name.encode()) <= LONGEST_NAME:
        return name
    return f"alembic_rollout_not_null_{sha256(column.encode()).hexdigest()[:16]}"
