"""Exclusion constraints by name; Alembic does not compare them."""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from alembic_rollout.postgres.identifiers import qualified

_PRESENT = "SELECT conname::text FROM pg_constraint WHERE conrelid = to_regclass(%s) AND contype = 'x'"


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
    present = set(context.connection.exec_driver_sql(_PRESENT, (qualified(schema, name),)).scalars())
    wanted = {str(one.name): one for one in model.constraints if isinstance(one, ExcludeConstraint) and one.name}
    for key in sorted(wanted.keys() - present):
        operations.ops.append(ops.AddConstraintOp.from_constraint(wanted[key]))
    for key in sorted(present - wanted.keys()):
        operations.ops.append(ops.DropConstraintOp(key, name, schema=schema))
    return PriorityDispatchResult.CONTINUE
