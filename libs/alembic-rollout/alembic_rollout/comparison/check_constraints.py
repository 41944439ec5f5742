"""Check constraints of one name whose conditions differ; Alembic's own plug-in compares names only."""

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import CheckConstraint, Table

from alembic_rollout.comparison.wordings import checks, checks_of
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.alembic_private import final_name
from alembic_rollout.project.written_sql import written


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after the one by name."""
    plugin.add_autogenerate_comparator(
        _compare, "table", "checkconditions", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _compare(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operations: ops.ModifyTableOps,
    schema: str | None,
    name: str,
    live: Table | None,
    model: Table | None,
) -> PriorityDispatchResult:
    """Add the replacement of each check whose condition has changed."""
    if live is None or model is None or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    named = {
        key: one
        for one in model.constraints
        if isinstance(one, CheckConstraint) and (key := final_name(one, context.connection.dialect))
    }
    if not named:
        return PriorityDispatchResult.CONTINUE
    table = qualified(schema, name)
    present = checks(context.connection, table)
    both = {key: written(one.sqltext) for key, one in named.items() if key in present}
    stored = checks_of(context.connection, table, both)
    by_name = {str(one.name): one for one in live.constraints if isinstance(one, CheckConstraint)}
    for key, words in stored.items():
        if words != present[key] and key in by_name:
            operations.ops.append(ops.DropConstraintOp.from_constraint(by_name[key]))
            operations.ops.append(ops.AddConstraintOp.from_constraint(named[key]))
    return PriorityDispatchResult.CONTINUE
