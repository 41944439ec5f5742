"""Asks a check: in a transaction that can change nothing, with limits, and without reading a row's values.

The server opens the check's SQL as a cursor (`OPEN ... FOR EXECUTE`), which takes one statement that returns rows and
nothing else: neither `SET TRANSACTION READ WRITE; DELETE ...` nor `COMMIT` is one. It counts there, and only the keys
of a few rows come back.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic_rollout.checks.answers import MOST_SAMPLED, Answer, found_rows, found_truth
from alembic_rollout.checks.declared_checks import Check
from alembic_rollout.checks.keys import BIGINT, BOOLEAN, ResultColumn, key_names, result_columns
from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import (
    ACTIVE_SQL_TRANSACTION,
    INSUFFICIENT_PRIVILEGE,
    INVALID_CURSOR_DEFINITION,
    LOCK_NOT_AVAILABLE,
    QUERY_CANCELED,
    READ_ONLY_SQL_TRANSACTION,
    SYNTAX_ERROR,
)
from alembic_rollout.wording.durations import format_duration

_SAVEPOINT = "alembic_rollout_check"
_CURSOR = "alembic_rollout_check"
_SQL, _KEYS, _ANSWER = "alembic_rollout.check", "alembic_rollout.check_keys", "alembic_rollout.check_answer"
_SET = "SELECT pg_catalog.set_config(%s, %s, true)"
_OPEN = f"""
    DO $$ DECLARE asked refcursor := '{_CURSOR}';
    BEGIN OPEN asked NO SCROLL FOR EXECUTE pg_catalog.current_setting('{_SQL}'); END $$
"""
_COUNT_ROWS = f"""
    DO $$ DECLARE
        asked refcursor := '{_CURSOR}'; one record; others bigint; total bigint := 0; sample jsonb := '[]';
        names jsonb := pg_catalog.current_setting('{_KEYS}')::jsonb;
    BEGIN
        WHILE total < {MOST_SAMPLED} LOOP
            FETCH asked INTO one;
            EXIT WHEN NOT FOUND;
            total := total + 1;
            sample := sample || (SELECT pg_catalog.jsonb_build_array(pg_catalog.jsonb_agg(
                pg_catalog.to_jsonb(one) -> name ORDER BY place))
                FROM pg_catalog.jsonb_array_elements_text(names) WITH ORDINALITY AS key (name, place));
        END LOOP;
        MOVE FORWARD ALL IN asked;
        GET DIAGNOSTICS others = ROW_COUNT;
        PERFORM pg_catalog.set_config('{_ANSWER}',
            pg_catalog.jsonb_build_object('rows', total + others, 'sample', sample)::text, true);
    END $$
"""  # noqa: S608 - names of this module; the check's own text is the value of a setting
_COUNT_TRUTH = f"""
    DO $$ DECLARE
        asked refcursor := '{_CURSOR}'; answer boolean; total bigint := 0; wrong bigint := 0; nulls bigint := 0;
    BEGIN
        LOOP
            FETCH asked INTO answer;
            EXIT WHEN NOT FOUND;
            total := total + 1;
            wrong := wrong + (answer IS NOT TRUE)::int;
            nulls := nulls + (answer IS NULL)::int;
        END LOOP;
        PERFORM pg_catalog.set_config('{_ANSWER}',
            pg_catalog.jsonb_build_object('rows', total, 'wrong', wrong, 'nulls', nulls)::text, true);
    END $$
"""
_NO_QUESTION = (SYNTAX_ERROR, INVALID_CURSOR_DEFINITION, READ_ONLY_SQL_TRANSACTION, ACTIVE_SQL_TRANSACTION)
_LOST = ("08", "57P")
"""What ends a connection, and says nothing about the check."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a check may take and wait, seconds; 0 is for ever."""

    statement: float
    lock: float


def ask(connection: Connection, check: Check, limits: Limits) -> Answer:
    """Ask one check, as the role of the connection.

    Args:
        connection: in autocommit, or in a transaction, whose changes the check sees and which goes on afterwards.
        check: what to ask.
        limits: for it.

    Raises:
        DBAPIError: a lock was not to be had, the connection is lost, or someone cancels the statement.
    """
    try:
        with _changing_nothing(connection, limits):
            return _asked(connection, check)
    except DBAPIError as error:
        state = sqlstate(error) or ""
        is_own_limit = state == QUERY_CANCELED and "user request" not in one_line(error)
        if not state or state.startswith(_LOST) or state == LOCK_NOT_AVAILABLE:
            raise
        if state == QUERY_CANCELED and not is_own_limit:
            raise
        return _not_answered(check, error, state, limits)


@contextmanager
def _changing_nothing(connection: Connection, limits: Limits) -> Iterator[None]:
    is_alone = bool(connection.connection.dbapi_connection.autocommit)  # type: ignore[union-attr] # it is open
    if is_alone:
        execute(connection, "BEGIN READ ONLY")
    # In a subtransaction `transaction_read_only` can be switched on, not off, and is what it was when it is undone.
    # Without row security a policy cannot hide the rows that are asked for: the server refuses the query instead.
    execute(
        connection,
        f"SAVEPOINT {_SAVEPOINT}; SET LOCAL transaction_read_only = on; SET LOCAL row_security = off;"
        f" SET LOCAL statement_timeout = {round(limits.statement * 1000)};"
        f" SET LOCAL lock_timeout = {round(limits.lock * 1000)};"
        " SET LOCAL synchronize_seqscans = off; SET LOCAL cursor_tuple_fraction = 1",
    )
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):  # the connection is gone, and that is what is reported
            _undo(connection, is_alone=is_alone)
        raise
    _undo(connection, is_alone=is_alone)


def _undo(connection: Connection, *, is_alone: bool) -> None:
    undo = f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}; RELEASE SAVEPOINT {_SAVEPOINT}"
    execute(connection, "ROLLBACK" if is_alone else undo)


def _asked(connection: Connection, check: Check) -> Answer:
    connection.exec_driver_sql(_SET, (_SQL, check.sql))
    execute(connection, _OPEN)
    columns = _columns(connection)
    if [column.type for column in columns] == [BOOLEAN]:
        return found_truth(check, **_answer(connection, _COUNT_TRUTH))
    names = key_names(connection, columns)
    connection.exec_driver_sql(_SET, (_KEYS, json.dumps(names)))
    found = _answer(connection, _COUNT_ROWS)
    if found["rows"] == 1 and [(column.name, column.type) for column in columns] == [("count", BIGINT)]:
        text = "returns a number of rows, not rows. Compare it: SELECT count(*) = 0"
        return Answer(check, "unusable", text)
    sample = tuple(dict(zip(names, key, strict=True)) for key in found["sample"]) if names else ()
    return found_rows(check, found["rows"], sample)


def _columns(connection: Connection) -> list[ResultColumn]:
    """Return the columns of the cursor; no row is fetched."""
    fetched = connection.exec_driver_sql(f"FETCH 0 FROM {_CURSOR}")
    columns = result_columns(fetched.cursor)
    fetched.close()
    return columns


def _answer(connection: Connection, count: str) -> dict[str, Any]:
    execute(connection, count)
    answer: dict[str, Any] = json.loads(
        connection.exec_driver_sql("SELECT pg_catalog.current_setting(%s)", (_ANSWER,)).scalar_one()
    )
    return answer


def _not_answered(check: Check, error: DBAPIError, state: str, limits: Limits) -> Answer:
    said = one_line(error).rstrip(".")
    if state in (READ_ONLY_SQL_TRANSACTION, ACTIVE_SQL_TRANSACTION):
        return Answer(check, "unusable", f"changes the database ({said}). A check may only read")
    if state in _NO_QUESTION:
        return Answer(check, "unusable", f"is no single query ({said}). Write one SELECT")
    if state == QUERY_CANCELED:
        limit = format_duration(limits.statement)
        remedy = 'Ask for less, or set statement_timeout = "10min" in the revision'
        return Answer(check, "unanswered", f"was not done after {limit}. {remedy}")
    if state == INSUFFICIENT_PRIVILEGE and "row-level security" in said:
        remedy = "Migrate as a role that sees every row (BYPASSRLS, or the owner of a table without FORCE)"
        return Answer(check, "unanswered", f"cannot see every row ({said}). {remedy}")
    return Answer(check, "unanswered", f"cannot be asked ({said}). Correct its SQL, or what it asks")
