"""Leaves out what only looks different because a search path has several schemas, or the models name the default one.

With `include_schemas` Alembic reads a table that another schema of the path has twice, by its bare name and by its full
one, and would drop the second. It compares the table that a foreign key refers to as a text.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, ForeignKeyConstraint

_ON_THE_PATH = """
    SELECT relname::text, nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'f') AND pg_table_is_visible(c.oid) AND nspname !~ '^pg_'
"""


def setup(plugin: Plugin) -> None:
    """Register it with Alembic, behind every comparison."""
    plugin.add_autogenerate_comparator(
        _prune, "autogenerate", "searchpath", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _prune(context: AutogenContext, operations: ops.UpgradeOps) -> PriorityDispatchResult:
    if not operations.ops or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    schemas = {str(table): str(schema) for table, schema in context.connection.exec_driver_sql(_ON_THE_PATH)}
    twice = _read_twice(context, context.connection, schemas)
    operations.ops[:] = [
        one
        for one in operations.ops
        if not twice or (getattr(one, "schema", None), getattr(one, "table_name", None)) not in twice
    ]
    for one in operations.ops:
        if isinstance(one, ops.ModifyTableOps):
            one.ops[:] = _without_same_keys(one.ops, schemas)
    operations.ops[:] = [one for one in operations.ops if not isinstance(one, ops.ModifyTableOps) or one.ops]
    return PriorityDispatchResult.CONTINUE


def _read_twice(
    context: AutogenContext, connection: Connection, schemas: dict[str, str]
) -> set[tuple[str | None, str]]:
    """Return the names, as schema and table, under which a table is not that of the models, or read a second time."""
    if not context.opts.get("include_schemas"):
        return set()
    models = context.table_key_to_table
    return {
        (schema if table in models and f"{schema}.{table}" not in models else None, table)
        for table, schema in schemas.items()
        if schema != connection.dialect.default_schema_name
    }


def _without_same_keys(
    operations: Iterable[ops.MigrateOperation], schemas: dict[str, str]
) -> Iterator[ops.MigrateOperation]:
    """Yield operations without a foreign key that goes and comes again."""
    found = list(operations)
    keys = [_key(one, schemas) for one in found]
    for one, key in zip(found, keys, strict=True):
        if key is None or keys.count((not key[0], *key[1:])) == 0:
            yield one


def _key(operation: ops.MigrateOperation, schemas: dict[str, str]) -> tuple[Any, ...] | None:
    """Return if a foreign key comes, and what it is; None for any other operation."""
    is_new = isinstance(operation, ops.CreateForeignKeyOp)
    if not is_new and not (isinstance(operation, ops.DropConstraintOp) and operation.constraint_type == "foreignkey"):
        return None
    constraint = operation.to_constraint()  # type: ignore[attr-defined] # both have it
    if not isinstance(constraint, ForeignKeyConstraint):
        return None
    targets = [element.target_fullname.rpartition(".") for element in constraint.elements]
    return (
        is_new,
        tuple(constraint.column_keys),
        tuple((f"{schemas[table]}.{table}" if table in schemas else table, column) for table, _, column in targets),
        *(str(option or "NO ACTION").upper() for option in (constraint.ondelete, constraint.onupdate)),
        bool(constraint.deferrable),
        str(constraint.initially or "IMMEDIATE").upper(),
    )
