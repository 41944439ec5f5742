"""Types of columns, compared in PostgreSQL's words: `FLOAT(24)` is `real`, `CHAR` is `character(1)`.

Alembic compares texts of SQLAlchemy's. It takes these for different, and a type without arguments in the models, or
without a collation, for any. Here PostgreSQL plans `NULL::type` for every type of the models, all in one statement:
that runs nothing, and needs no right to create anything.
"""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column, Connection
from sqlalchemy.exc import CompileError, DBAPIError, UnsupportedCompilationError

from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.sqlstates import INVALID_SCHEMA_NAME, UNDEFINED_OBJECT
from alembic_rollout.project.undone import undone
from alembic_rollout.project.written_sql import DIALECT

_MARK = "alembic_rollout_column_types"
_RAW = {"no_parameters": True}  # the driver takes a % as it is
_MISSING = (UNDEFINED_OBJECT, INVALID_SCHEMA_NAME)
_LIVE = """
    SELECT CASE WHEN pg_table_is_visible(c.oid) THEN NULL ELSE nspname::text END, relname::text, attname::text,
        format_type(atttypid, atttypmod)
            || CASE WHEN attcollation <> typcollation THEN ' COLLATE ' || attcollation::regcollation ELSE '' END
    FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute ON attrelid = c.oid
    JOIN pg_type y ON y.oid = atttypid
    WHERE relkind IN ('r', 'p', 'f') AND attnum > 0 AND NOT attisdropped AND relname = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class _Words:
    """What PostgreSQL calls types.

    Attributes:
        live: those of columns, by schema (None where the table needs none), table and column.
        models: those of the models, by their DDL; None where PostgreSQL has no such type.
    """

    live: dict[tuple[str | None, str, str], str]
    models: dict[str, str | None]


_known: WeakKeyDictionary[AutogenContext, _Words] = WeakKeyDictionary()
"""Asked once for a comparison."""


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic: after the project's own `compare_type`, in place of Alembic's."""
    plugin.add_autogenerate_comparator(_compare, "column", "types", qualifier="postgresql")


def _compare(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operation: ops.AlterColumnOp,
    schema: str | None,
    table: str,
    name: str,
    live: Column[Any],
    model: Column[Any],
) -> PriorityDispatchResult:
    """Mark an operation as one that changes the type, where the two differ; leave to Alembic what is unknown here."""
    assert context.connection is not None  # noqa: S101 - for the type checker: it compares with a database
    if context not in _known:
        _known[context] = _ask(context, context.connection)
    words = _known[context]
    ddl = _ddl(model)
    present = words.live.get((schema, table, name)) or words.live.get((None, table, name))
    if ddl not in words.models or present is None:
        return PriorityDispatchResult.CONTINUE
    operation.existing_type = live.type
    if words.models[ddl] != present:
        operation.modify_type = model.type
    return PriorityDispatchResult.STOP


def _ddl(column: Column[Any]) -> str | None:
    """Return a type as the models write it into DDL; None where it has no text in PostgreSQL."""
    try:
        return str(DIALECT.type_compiler_instance.process(column.type, type_expression=column))
    except (CompileError, UnsupportedCompilationError):
        return None


def _ask(context: AutogenContext, connection: Connection) -> _Words:
    tables = list(context.table_key_to_table.values())
    ddl = sorted({text for table in tables for column in table.columns if (text := _ddl(column)) is not None})
    rows = connection.exec_driver_sql(_LIVE, (sorted({table.name for table in tables}),))
    return _Words({tuple(key): words for *key, words in rows}, dict(_in_postgresqls_words(connection, ddl)))


def _in_postgresqls_words(connection: Connection, ddl: Collection[str]) -> Iterator[tuple[str, str | None]]:
    """Yield types with what PostgreSQL calls them, without those that it refuses for another reason than their name."""
    try:
        yield from zip(ddl, _planned(connection, ddl), strict=True)
    except DBAPIError as error:
        if connection.invalidated:
            raise
        if len(ddl) > 1:
            # Half of them at a time: those that it refuses are few.
            half = len(ddl) // 2
            yield from _in_postgresqls_words(connection, list(ddl)[:half])
            yield from _in_postgresqls_words(connection, list(ddl)[half:])
        elif sqlstate(error) in _MISSING:
            yield from ((one, None) for one in ddl)


def _planned(connection: Connection, ddl: Collection[str]) -> list[str]:
    if not ddl:
        return []
    statement = f"EXPLAIN (VERBOSE, FORMAT JSON) SELECT {', '.join(f'NULL::{one}' for one in ddl)}"
    with undone(connection, _MARK):
        plan = connection.exec_driver_sql(statement, execution_options=_RAW).scalar_one()
    output = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]["Output"]
    return [one.rpartition("::")[2] for one in output]
