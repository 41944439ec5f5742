"""What a comparison leaves alone: partitions, tables of extensions, and what `drift_ignore` names."""

from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection

from alembic_rollout.comparison.ddl_operation import DdlOp

PLUGIN = "alembic_rollout.left_alone"
IGNORED = "alembic_rollout_ignored"
"""The option of `context.configure` that has the patterns."""

_NOT_OURS = """
    SELECT nspname, relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
    WHERE relkind IN ('r', 'p', 'f') AND (relispartition OR EXISTS (
        SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'))
"""


def setup(plugin: Plugin) -> None:
    """Register it with Alembic, behind every comparison."""
    plugin.add_autogenerate_comparator(_prune, "autogenerate", priority=DispatchPriority.LAST)


def tables_of_others(connection: Connection) -> set[str]:
    """Return the tables, as Alembic names them, that no model has to know: partitions and an extension's."""
    default_schema = connection.dialect.default_schema_name
    rows = connection.exec_driver_sql(_NOT_OURS)
    return {name if schema == default_schema else f"{schema}.{name}" for schema, name in rows}


def _prune(context: AutogenContext, operations: ops.UpgradeOps) -> PriorityDispatchResult:
    patterns: Collection[str] = context.opts.get(IGNORED) or ()
    if not operations.ops or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    others = tables_of_others(context.connection)
    operations.ops[:] = _kept(operations.ops, others, patterns)
    return PriorityDispatchResult.CONTINUE


def _kept(
    operations: Iterable[ops.MigrateOperation], others: Collection[str], patterns: Collection[str]
) -> Iterator[ops.MigrateOperation]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            operation.ops[:] = _kept(operation.ops, others, patterns)
            if operation.ops:
                yield operation
            continue
        names = list(_names(operation))
        is_others = any(kind == "table" and name in others for kind, name in names)
        if not is_others and not any(
            fnmatchcase(f"{kind} {name}", pattern) for kind, name in names for pattern in patterns
        ):
            yield operation


def _names(operation: Any) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - any operation
    """Yield the kinds and names under which drift knows what an operation is about, its table first."""
    if isinstance(operation, DdlOp):
        kind, _, name = operation.title.partition(" ")
        yield kind, name
    table = getattr(operation, "table_name", None) or getattr(operation, "source_table", None)
    schema = getattr(operation, "schema", None) or getattr(operation, "kw", {}).get("source_schema")
    if not table:
        return
    full = f"{schema}.{table}" if schema else str(table)
    yield "table", full
    if isinstance(operation, (ops.AddColumnOp, ops.DropColumnOp, ops.AlterColumnOp)):
        name = operation.column.name if isinstance(operation, ops.AddColumnOp) else operation.column_name
        yield "column", f"{full}.{name}"
    elif isinstance(operation, (ops.CreateIndexOp, ops.DropIndexOp)):
        yield "index", str(operation.index_name)
    elif isinstance(operation, (ops.AddConstraintOp, ops.DropConstraintOp)):
        yield "constraint", str(getattr(operation, "constraint_name", None))
    elif isinstance(operation, (ops.CreateTableCommentOp, ops.DropTableCommentOp)):
        yield "comment", full
