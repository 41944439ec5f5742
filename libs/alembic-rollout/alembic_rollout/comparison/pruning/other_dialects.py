"""Leaves out what the models do not create on PostgreSQL: checks of `Boolean`, and what `ddl_if` keeps for others.

Alembic would add it, each time.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Constraint, Index

from alembic_rollout.comparison.sqlalchemy_private import is_created


def setup(plugin: Plugin) -> None:
    """Register it with Alembic, behind every comparison."""
    plugin.add_autogenerate_comparator(
        _prune, "autogenerate", "otherdialects", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _prune(context: AutogenContext, operations: ops.UpgradeOps) -> PriorityDispatchResult:
    operations.ops[:] = _kept(context, operations.ops)
    return PriorityDispatchResult.CONTINUE


def _kept(context: AutogenContext, operations: Iterable[ops.MigrateOperation]) -> Iterator[ops.MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            operation.ops[:] = _kept(context, operation.ops)
            if operation.ops:
                yield operation
            continue
        if isinstance(operation, ops.CreateTableOp):
            operation.columns = [one for one in operation.columns if not isinstance(one, Constraint) or is_created(one)]
        item = _item(context, operation)
        if item is None or is_created(item):
            yield operation


def _item(context: AutogenContext, operation: ops.MigrateOperation) -> Constraint | Index | None:
    """Return what the models have of an operation that creates an index or a constraint."""
    if isinstance(operation, ops.CreateIndexOp):
        return _named(operation.index_name, _models(context, operation.schema, operation.table_name, "indexes"))
    if isinstance(operation, ops.CreateForeignKeyOp):
        table = (operation.kw.get("source_schema"), operation.source_table)
        return _named(operation.constraint_name, _models(context, *table, "constraints"))
    if isinstance(operation, ops.AddConstraintOp):
        # Its `to_constraint` would add another one to the models' table.
        named: Any = operation
        return _named(named.constraint_name, _models(context, named.schema, named.table_name, "constraints"))
    return None


def _named(name: object, items: Iterable[Any]) -> Constraint | Index | None:
    return next((one for one in items if one.name is not None and str(one.name) == name), None)


def _models(context: AutogenContext, schema: str | None, table: str, kind: str) -> Iterable[Any]:
    """Return the indexes or constraints of a table in the models."""
    tables = context.table_key_to_table
    default = str(context.dialect.default_schema_name)
    own = tables.get(table) if schema in (None, default) else None
    return getattr(tables.get(f"{schema or default}.{table}", own), kind, ())
