"""Prepares and plans one statement on a schema, without running it, and says why PostgreSQL refuses it."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.inventory.index_use import indexes_used
from alembic_rollout.inventory.required_columns import missing_columns
from alembic_rollout.inventory.statement_text import placeholders, with_distinct_placeholders
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import INDETERMINATE_DATATYPE

# A plan for any value; a sequential scan only where no index can find the rows, though the tables are empty.
_SETTINGS = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off"
_NAME = "alembic_rollout_asked"
# PostgreSQL would take the value for a moment as well; what a program adds to or takes from now is a duration.
_DURATION = re.compile(r"\b(?:now|clock_timestamp|statement_timestamp)\(\) [-+] \$(\d+)", re.IGNORECASE)
_WHICH = re.compile(r"\$(\d+)")
_COPY_IN = re.compile(r"COPY (?P<table>[^(]+?) ?(?P<columns>\([^)]*\)) FROM ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Preparation:
    """What PostgreSQL makes of a statement on a schema.

    Attributes:
        refusal: why it cannot run, in one line; empty where it can.
        missing: the required columns that it leaves out.
        indexes: the indexes that rows are found by, for each table of its plan.
    """

    refusal: str = ""
    missing: frozenset[str] = frozenset()
    indexes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def begin_preparing(connection: Connection) -> None:
    """Make a session ready for `prepare`.

    Args:
        connection: in autocommit; it is used for nothing else.
    """
    _execute(connection, _SETTINGS)


def prepare(connection: Connection, statement: str, indexes: Mapping[str, bool]) -> Preparation:
    """Prepare and plan a statement; nothing is run.

    Args:
        connection: of `begin_preparing`.
        statement: in the form of `inventory.statement_text`.
        indexes: of the database, as `index_use.read_indexes` returns them.
    """
    sql = _as_insert(statement)
    refusal = ""
    # A value that stands twice may have two types there: the driver writes it into the text twice.
    for tried in dict.fromkeys((sql, with_distinct_placeholders(sql))):
        try:
            plan = _plan(connection, tried)
        except DBAPIError as error:
            refusal = refusal or one_line(error)
        else:
            return Preparation(missing=missing_columns(connection, sql), indexes=indexes_used(plan, indexes))
    return Preparation(refusal=refusal)


def _plan(connection: Connection, sql: str) -> Mapping[str, Any]:
    """Return the plan. Types are left to PostgreSQL, as they are for values that a driver writes into the text."""
    types = ["unknown"] * placeholders(sql)
    for number in _DURATION.findall(sql):
        types[int(number) - 1] = "interval"
    while True:
        try:
            _execute(connection, f"PREPARE {_NAME}{_in_parentheses(types)} AS {sql}")
            break
        except DBAPIError as error:
            which = _WHICH.search(one_line(error)) if sqlstate(error) == INDETERMINATE_DATATYPE else None
            if which is None or types[int(which[1]) - 1] != "unknown":
                raise
            types[int(which[1]) - 1] = "text"  # as PostgreSQL takes a string of which nothing else is known
    try:
        values = _in_parentheses(["NULL"] * len(types))
        found = _execute(connection, f"EXPLAIN (FORMAT JSON) EXECUTE {_NAME}{values}").scalar_one()
    finally:
        _execute(connection, f"DEALLOCATE {_NAME}")
    plans = json.loads(found) if isinstance(found, str) else found
    plan: Mapping[str, Any] = plans[0].get("Plan", {})  # none where a rule leaves nothing to do
    return plan


def _as_insert(statement: str) -> str:
    """Return an INSERT of the same columns for a COPY, which cannot be prepared."""
    copy = _COPY_IN.match(statement)
    if copy is None:
        return statement
    numbers = range(1, copy["columns"].count(",") + 2)
    values = ", ".join(f"${number}" for number in numbers)
    return f"INSERT INTO {copy['table']} {copy['columns']} VALUES ({values})"  # noqa: S608 - prepared, never run


def _in_parentheses(words: list[str]) -> str:
    return f"({', '.join(words)})" if words else ""


def _execute(connection: Connection, sql: str) -> Any:  # noqa: ANN401 - a result
    return connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
