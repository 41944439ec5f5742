"""Exclusion constraints by name; Alembic does not compare them."""

from weakref import WeakKeyDictionary

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import Connection, Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint

_PRESENT = """
    SELECT nspname::text, relname::text, conname::text FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
    JOIN pg_namespace n ON n.oid = relnamespace WHERE contype = 'x'
"""
_known: WeakKeyDictionary[AutogenContext, dict[tuple[str, str], set[str]]] = WeakKeyDictionary()
"""Those of the whole database, by schema and table: asked once for a comparison."""


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic."""
    plugin.add_autogenerate_comparator(_compare, "table", "exclusionconstraints", qualifier="postgresql")


def _compare(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operations: ops.ModifyTableOps,
    schema: str | None,
    name: str,
    live: Table | None,
    model: Table | None,
) -> PriorityDispatchResult:
    """Add the exclusion constraints that only the models have, and drop those that only the database has."""
    if live is None or model is None or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    if context not in _known:
        _known[context] = _read(context.connection)
    present = _known[context].get((schema or str(context.connection.dialect.default_schema_name), name), set())
    wanted = {str(one.name): one for one in model.constraints if isinstance(one, ExcludeConstraint) and one.name}
    for key in sorted(wanted.keys() - present):
        operations.ops.append(ops.AddConstraintOp.from_constraint(wanted[key]))
    for key in sorted(present - wanted.keys()):
        operations.ops.append(ops.DropConstraintOp(key, name, schema=schema))
    return PriorityDispatchResult.CONTINUE


def _read(connection: Connection) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = {}
    for schema, table, name in connection.exec_driver_sql(_PRESENT):
        found.setdefault((schema, table), set()).add(name)
    return found
