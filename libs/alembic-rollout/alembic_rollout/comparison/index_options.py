"""What Alembic does not compare of indexes: method, operator classes, storage parameters, conditions, included columns.

Expressions, which it compares as text, are compared in PostgreSQL's words too, where it finds a difference.
"""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.schema import CreateIndex

from alembic_rollout.comparison.wordings import can_ask, index_of, indexes
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.written_sql import DIALECT

_OPTIONS = ("using", "ops", "with", "where", "include", "nulls_not_distinct")


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after Alembic's own."""
    plugin.add_autogenerate_comparator(
        _compare, "table", "indexoptions", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _compare(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operations: ops.ModifyTableOps,
    schema: str | None,
    name: str,
    live: Table | None,
    model: Table | None,
) -> PriorityDispatchResult:
    """Replace the indexes of one name that differ, and leave those alone that only look different."""
    if live is None or model is None or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    table = qualified(schema, name)
    present = {str(index.name): index for index in live.indexes}
    changed = {str(one.index_name) for one in operations.ops if isinstance(one, ops.CreateIndexOp)}
    constraints = {str(one.constraint_name) for one in operations.ops if isinstance(one, ops.DropConstraintOp)}
    # Alembic takes a unique constraint for the index of its name, and drops it without making that.
    operations.ops.extend(
        ops.CreateIndexOp.from_index(index)
        for index in model.indexes
        if str(index.name) in constraints - changed and _is_unique_constraint(live, str(index.name))
    )
    doubtful = {
        key: index
        for index in model.indexes
        if (key := str(index.name)) in present.keys() - constraints
        and (key in changed or _options(index) != _options(present[key]))
    }
    if doubtful and not can_ask(context.connection, "indexes"):
        return PriorityDispatchResult.CONTINUE
    stored = indexes(context.connection, table) if doubtful else {}
    for key, index in doubtful.items():
        is_same = _stored(context.connection, table, index) == stored.get(key)
        if is_same and key in changed:
            operations.ops[:] = [one for one in operations.ops if _index_name(one) != key]
        elif not is_same and key not in changed:
            operations.ops.append(ops.DropIndexOp.from_index(present[key]))
            operations.ops.append(ops.CreateIndexOp.from_index(index))
    return PriorityDispatchResult.CONTINUE


def _is_unique_constraint(table: Table, name: str) -> bool:
    return any(isinstance(one, UniqueConstraint) and str(one.name) == name for one in table.constraints)


def _index_name(operation: ops.MigrateOperation) -> str | None:
    return str(operation.index_name) if isinstance(operation, (ops.CreateIndexOp, ops.DropIndexOp)) else None


def _options(index: Index) -> dict[str, str]:
    """Return what differs from the defaults, as texts."""
    options: dict[str, Any] = dict(index.dialect_options["postgresql"])
    found = {}
    for name in _OPTIONS:
        value = options.get(name)
        if isinstance(value, dict):
            value = {str(key): str(item) for key, item in value.items()}
        elif name == "include":
            value = [str(getattr(column, "name", column)) for column in value or ()]
        elif name == "using" and str(value).lower() == "btree":
            value = None
        if value is not None and value is not False and value not in ({}, []):
            found[name] = str(value)
    return found


def _stored(connection: Connection, table: str, index: Index) -> str | None:
    """Return a model's index in PostgreSQL's words."""
    assert index.table is not None  # noqa: S101 - for the type checker: it is a table's
    key = str(index.name)
    plain = index.table.to_metadata(MetaData(), schema="pg_temp", name="alembic_rollout_copy")
    copy = next(one for one in plain.indexes if str(one.name) == key)
    return index_of(connection, table, str(CreateIndex(copy).compile(dialect=DIALECT)), key)
