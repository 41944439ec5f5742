"""Compare the default of a column with the one that the models give it: for autogenerate, `alembic check` and `drift`.

Alembic asks PostgreSQL `SELECT default = default`. That ends with an error where a type has no `=` (json) or a text has
a quote in it, and it calls `nextval()`. Here PostgreSQL plans both without running them, which folds constants
(`'0'::numeric` and `0`); only where they differ then are they evaluated, in a savepoint that may only read.

A plug-in of Alembic's (https://alembic.sqlalchemy.org/en/latest/api/plugins.html): it comes after the project's own
`compare_server_default`, after identity and computed columns, and before Alembic's own comparison.
"""

import json
import logging
import re
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import AlterColumnOp
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Column, Connection, DefaultClause, Identity
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import qualified, quote
from alembic_rollout.postgres.sqlstates import DATA_EXCEPTION_CLASS, READ_ONLY_SQL_TRANSACTION, UNDEFINED_FUNCTION
from alembic_rollout.project.undone import undone
from alembic_rollout.project.written_sql import DIALECT

PLUGIN = "alembic_rollout.server_defaults"
_MARK = "alembic_rollout_server_default"
_RAW = {"no_parameters": True}  # the driver takes a % as it is
_TEXT = re.compile(r"'[^':]*'::(?:character varying|text)")  # what PostgreSQL makes of 'x', most defaults
_COMPILER = DIALECT.ddl_compiler(DIALECT, None)  # type: ignore[arg-type]  # writes a part of a statement

logger = logging.getLogger(__name__)


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic."""
    plugin.add_autogenerate_comparator(
        _compare, "column", "server_default", qualifier="postgresql", priority=DispatchPriority.LAST
    )
    plugin.add_autogenerate_comparator(
        _compare_with_identity, "column", "server_default", qualifier="postgresql", priority=DispatchPriority.FIRST
    )


def _compare_with_identity(
    _context: AutogenContext,
    operation: AlterColumnOp,
    _schema: str | None,
    _table: str,
    _name: str,
    live: Column[Any],
    model: Column[Any],
) -> PriorityDispatchResult:
    """Mark a default in place of an identity, or the other way round: Alembic's comparison ends in an assertion."""
    defaults = (live.server_default, model.server_default)
    if isinstance(live.server_default, Identity) and model is model.table.autoincrement_column:
        # The models would make a serial column, and insert into this one as well. Without its identity they could not.
        return PriorityDispatchResult.STOP if model.server_default is None else PriorityDispatchResult.CONTINUE
    if {type(default) for default in defaults} != {Identity, DefaultClause}:
        return PriorityDispatchResult.CONTINUE
    operation.existing_server_default, operation.modify_server_default = defaults
    return PriorityDispatchResult.STOP


def _compare(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operation: AlterColumnOp,
    schema: str | None,
    table: str,
    name: str,
    live: Column[Any],
    model: Column[Any],
) -> PriorityDispatchResult:
    """Mark an operation as one that changes the default, where the two differ."""
    defaults = (live.server_default, model.server_default)
    if not all(default is None or isinstance(default, DefaultClause) for default in defaults) or not any(defaults):
        return PriorityDispatchResult.CONTINUE
    if model.primary_key and model is model.table.autoincrement_column:
        return PriorityDispatchResult.STOP  # a serial column: its default is PostgreSQL's
    operation.existing_server_default = live.server_default
    assert context.connection is not None  # noqa: S101 - for the type checker: it compares with a database
    former = getattr(live.server_default.arg, "text", None) if isinstance(live.server_default, DefaultClause) else None
    if _differ(context.connection, former, written_default(model), place=(schema, table, name)):
        operation.modify_server_default = model.server_default
    return PriorityDispatchResult.STOP


def written_default(column: Column[Any]) -> str | None:
    """Return a default as the models write it into DDL."""
    text = _COMPILER.get_column_default_string(column)
    return None if text is None else str(text)


def _differ(connection: Connection, live: str | None, model: str | None, *, place: tuple[str | None, str, str]) -> bool:
    if live == model or (live is not None and _TEXT.fullmatch(live) and live.partition("::")[0] == model):
        return False
    if model is None:
        return True
    schema, table, name = place
    type_ = connection.exec_driver_sql(
        "SELECT format_type(atttypid, -1) FROM pg_attribute WHERE attrelid = to_regclass(%s) AND attname = %s",
        (f"{quote(schema)}.{quote(table)}" if schema else quote(table), name),
    ).scalar_one()
    live = live or "NULL"  # PostgreSQL stores no `DEFAULT NULL`
    try:
        planned = _planned(connection, live, model, type_)
        return planned[0] != planned[1] and not _are_equal(connection, live, model, type_)
    except DBAPIError as error:
        if connection.invalidated:
            raise
        if not str(sqlstate(error)).startswith(DATA_EXCEPTION_CLASS):  # else it is no value of the column's type
            logger.warning(
                "The default of %s.%s counts as different: %s in the database cannot be compared with %s in the"
                " models: %s",
                qualified(schema, table),
                name,
                live,
                model,
                one_line(error),
            )
        return True


def _planned(connection: Connection, live: str, model: str, type_: str) -> tuple[str, str]:
    """Return both as PostgreSQL would run them."""
    statement = f"EXPLAIN (VERBOSE, FORMAT JSON) SELECT ({live})::{type_}, ({model})::{type_}"
    with undone(connection, _MARK):
        plan = connection.exec_driver_sql(statement, execution_options=_RAW).scalar_one()
    one, other = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Output"]
    return str(one), str(other)


def _are_equal(connection: Connection, live: str, model: str, type_: str) -> bool:
    """Return True if both are the same value now; what would write, as `nextval`, is not run and differs."""
    one, other = f"({live})::{type_}", f"({model})::{type_}"
    try:
        return _holds(connection, f"{one} IS NOT DISTINCT FROM {other}")
    except DBAPIError as error:
        if sqlstate(error) == READ_ONLY_SQL_TRANSACTION:
            return False
        if sqlstate(error) != UNDEFINED_FUNCTION:
            raise
    return _holds(connection, f"{one}::text IS NOT DISTINCT FROM {other}::text")


def _holds(connection: Connection, condition: str) -> bool:
    with undone(connection, _MARK):
        connection.exec_driver_sql("SET LOCAL transaction_read_only = on")
        return bool(connection.exec_driver_sql(f"SELECT {condition}", execution_options=_RAW).scalar())


setup(Plugin(PLUGIN))
