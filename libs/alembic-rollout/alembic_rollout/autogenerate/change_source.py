"""What the steps of a change ask: Alembic's renderers, the live database, and what else the change touches."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from alembic.autogenerate import render_op_text
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from sqlalchemy import Column, Connection, DefaultClause, Table, text
from sqlalchemy.sql.elements import ClauseElement

from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.server_defaults import written_default
from alembic_rollout.project.written_sql import written
from alembic_rollout.sql_objects.sql_changes import SqlObjects
from alembic_rollout.sql_objects.sql_object import SqlObject

_CALLED = re.compile(r"([A-Za-z_]\w*)\s*\(")
_UPDATING_TRIGGER = """
    SELECT proname FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
    WHERE prorettype = 'trigger'::regtype AND pronargs = 0 AND nspname = current_schema()
        AND prosrc ~* 'new\\.updated_at\\s*:?='
        AND (SELECT count(*) FROM regexp_matches(prosrc, 'new\\.\\w+\\s*:?=', 'gi')) = 1
    ORDER BY NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = p.oid AND NOT tgisinternal), proname LIMIT 1
"""
_TRIGGERS = """
    SELECT pg_get_triggerdef(oid) FROM pg_trigger
    WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal ORDER BY tgname
"""
_DEFERRAL = """
    SELECT substring(pg_get_constraintdef(oid) FROM ' DEFERRABLE.*') FROM pg_constraint
    WHERE conrelid = to_regclass(%s) AND conname = %s
"""
_SERIAL = """
    SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON attrelid = adrelid AND attnum = adnum
    WHERE adrelid = to_regclass(%s) AND attname = %s AND attgenerated = ''
        AND pg_get_expr(adbin, adrelid) LIKE 'nextval(%%'
"""
_CONSTRAINED = """
    SELECT EXISTS (
        SELECT FROM pg_attribute a WHERE attrelid = to_regclass(%(table)s) AND attname = %(column)s AND (
            EXISTS (SELECT FROM pg_constraint WHERE conrelid = attrelid AND contype <> 'n' AND attnum = ANY(conkey))
            OR EXISTS (SELECT FROM pg_index WHERE indrelid = attrelid AND indisunique AND attnum = ANY(indkey::int2[]))
        )
    )
"""
_VOLATILE = """
    SELECT EXISTS (SELECT FROM pg_proc WHERE proname = ANY(%s) AND provolatile = 'v')
"""


@dataclass
class ChangeSource:
    """The change that is made into revisions.

    Attributes:
        context: Alembic's; it renders operations and collects imports.
        operations: those of the whole change, tables' own ones without the group that Alembic puts them into.
        objects: that SQL files declare and revisions made; None where env.py leaves them out.
    """

    context: AutogenContext
    operations: list[ops.MigrateOperation] = field(default_factory=list)
    objects: SqlObjects | None = None

    @property
    def connection(self) -> Connection:
        """The live database."""
        assert self.context.connection is not None  # noqa: S101 - autogenerate has compared with it
        return self.context.connection

    def render(self, operation: ops.MigrateOperation) -> str:
        """Return an operation as Python."""
        return render_op_text(self.context, operation)

    def sql(self, expression: ClauseElement | str) -> str:
        """Return an expression as SQL, values in it."""
        return written(expression)

    def new_tables(self) -> set[str]:
        """Return the tables that the change creates."""
        return {qualified(one.schema, one.table_name) for one in self.operations if isinstance(one, ops.CreateTableOp)}

    def dropped_tables(self) -> set[str]:
        """Return the tables that the change drops."""
        return {qualified(one.schema, one.table_name) for one in self.operations if isinstance(one, ops.DropTableOp)}

    def columns(self, kind: type[ops.AddColumnOp | ops.DropColumnOp], table: str) -> set[str]:
        """Return the columns that the change adds to a table, or drops from it."""
        return {
            name
            for one in self.operations
            if isinstance(one, kind) and table_of(one) == table and (name := column_name(one))
        }

    def model_columns(self, schema: str | None, table: str) -> set[str]:
        """Return the columns of a table in the models."""
        model = self._model(schema, table)
        return set() if model is None else {str(column.name) for column in model.columns}

    def model_nullable(self, schema: str | None, table: str, column: str) -> bool | None:
        """Return True if a column may be NULL in the models; None where they have no such column."""
        model = self._model(schema, table)
        return None if model is None or column not in model.columns else bool(model.columns[column].nullable)

    def model_key(self, schema: str | None, table: str) -> list[str]:
        """Return the primary key of a table in the models."""
        model = self._model(schema, table)
        return [] if model is None else [str(column.name) for column in model.primary_key.columns]

    def _model(self, schema: str | None, table: str) -> Table | None:
        return self.context.table_key_to_table.get(f"{schema}.{table}" if schema else table)

    def updating_function(self) -> str | None:
        """Return the database's trigger function that sets `updated_at` and nothing else, as other tables use it."""
        found = self.connection.exec_driver_sql(_UPDATING_TRIGGER.replace("%", "%%")).scalar()
        return None if found is None else str(found)

    def triggers(self, table: str) -> list[str]:
        """Return the statements that create the triggers of a table, without those that SQL files declared."""
        applied = self.objects.applied if self.objects is not None else {}
        found = [str(row[0]) for row in self.connection.exec_driver_sql(_TRIGGERS, (table,))]
        return [sql for sql in found if SqlObject.read(sql).name not in applied]

    def deferral(self, table: str, constraint: str) -> str:
        """Return ` DEFERRABLE ...` of a constraint of the database; empty where it is not."""
        found = self.connection.exec_driver_sql(_DEFERRAL, (table, constraint)).scalar()
        return str(found or "")

    def serial_default(self, table: str, column: str) -> DefaultClause | None:
        """Return the default of a serial column of the database, which Alembic leaves out; None of any other."""
        found = self.connection.exec_driver_sql(_SERIAL, (table, column)).scalar()
        return None if found is None else DefaultClause(text(str(found)))

    def is_constrained(self, table: str, column: str) -> bool:
        """Return True if the database refuses some values of a column: by a constraint or a unique index."""
        parameters = {"table": table, "column": column}
        return bool(self.connection.exec_driver_sql(_CONSTRAINED, parameters).scalar())

    def default_sql(self, column: Column[Any]) -> str | None:
        """Return a column's server default as SQL; None where it has none, or is computed or an identity."""
        if not isinstance(column.server_default, DefaultClause):
            return None
        return written_default(column)

    def is_volatile(self, default: str) -> bool:
        """Return True if a default may differ from row to row, so that adding a column with it rewrites the table."""
        without_texts = re.sub(r"'(?:[^']|'')*'", "''", default)
        called = [name.lower() for name in _CALLED.findall(without_texts)]
        objects = self.objects
        if objects is not None and any(
            one.name not in objects.applied and one.bare.lower() in called and one.is_volatile
            for one in objects.declared.values()
        ):
            return True
        return bool(called) and bool(self.connection.exec_driver_sql(_VOLATILE, (called,)).scalar())


def flattened(operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    """Yield operations, those of groups one by one."""
    for operation in operations:
        if isinstance(operation, ops.OpContainer):
            yield from flattened(operation.ops)
        else:
            yield operation


def table_of(operation: Any) -> str:  # noqa: ANN401 - any operation on a table
    """Return the table of an operation as SQL names it."""
    if isinstance(operation, ops.CreateForeignKeyOp):
        return qualified(operation.kw.get("source_schema"), operation.source_table)
    return qualified(operation.schema, operation.table_name)


def column_name(operation: Any) -> str:  # noqa: ANN401 - an operation on a column
    """Return the column that an operation adds, drops or alters."""
    return str(operation.column.name if isinstance(operation, ops.AddColumnOp) else operation.column_name)


def listed(names: Collection[str]) -> str:
    """Return names as a list in a sentence."""
    return ", ".join(names)
