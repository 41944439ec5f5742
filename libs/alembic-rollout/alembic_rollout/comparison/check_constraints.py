"""Check constraints of one name whose conditions differ; Alembic's own plug-in compares names only.

They are noted table by table, and compared all together: PostgreSQL is asked for its words once.
"""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import CheckConstraint, Table

from alembic_rollout.comparison.wordings import can_ask, checks, checks_of
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.alembic_private import final_name
from alembic_rollout.project.written_sql import written


@dataclass(frozen=True, slots=True)
class _Noted:
    """A table whose checks are to be compared.

    Attributes:
        name: as SQL.
        live: its checks in the database, by name.
        model: its checks in the models, by name.
        operations: the changes of the table.
    """

    name: str
    live: dict[str, CheckConstraint]
    model: dict[str, CheckConstraint]
    operations: ops.ModifyTableOps


_noted: WeakKeyDictionary[AutogenContext, list[_Noted]] = WeakKeyDictionary()


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after the one by name."""
    plugin.add_autogenerate_comparator(
        _note, "table", "checkconditions", qualifier="postgresql", priority=DispatchPriority.LAST
    )
    plugin.add_autogenerate_comparator(
        _compare, "schema", "checkconditions", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _note(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operations: ops.ModifyTableOps,
    schema: str | None,
    name: str,
    live: Table | None,
    model: Table | None,
) -> PriorityDispatchResult:
    """Note the checks of a table."""
    if live is None or model is None or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    dialect = context.connection.dialect
    named = {key: one for one in _checks_in(model) if (key := final_name(one, dialect))}
    if named:
        by_name = {str(one.name): one for one in _checks_in(live)}
        _noted.setdefault(context, []).append(_Noted(qualified(schema, name), by_name, named, operations))
    return PriorityDispatchResult.CONTINUE


def _compare(context: AutogenContext, operations: ops.UpgradeOps, _schemas: set[str | None]) -> PriorityDispatchResult:
    """Add the replacement of each check whose condition has changed."""
    noted = _noted.pop(context, [])
    if not noted or context.connection is None or not can_ask(context.connection, "check constraints"):
        return PriorityDispatchResult.CONTINUE
    present = checks(context.connection, [one.name for one in noted])
    wanted = {
        (one.name, key): written(check.sqltext)
        for one in noted
        for key, check in one.model.items()
        if key in present[one.name]
    }
    stored = checks_of(context.connection, wanted)
    for one in noted:
        changed = [
            key
            for key in one.model
            if (one.name, key) in stored and stored[one.name, key] != present[one.name][key] and key in one.live
        ]
        for key in changed:
            one.operations.ops.append(ops.DropConstraintOp.from_constraint(one.live[key]))
            one.operations.ops.append(ops.AddConstraintOp.from_constraint(one.model[key]))
        if changed and not any(operation is one.operations for operation in operations.ops):
            operations.ops.append(one.operations)  # it was empty, and Alembic has left it out
    return PriorityDispatchResult.CONTINUE


def _checks_in(table: Table) -> list[CheckConstraint]:
    return [one for one in table.constraints if isinstance(one, CheckConstraint)]
