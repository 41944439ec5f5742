"""Types that lose their limit, as `varchar(20)` that becomes `varchar`, and arrays of what was one value.

Alembic takes a type without arguments in the models for any, and an array for its elements' type.
"""

from typing import Any

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import ARRAY, Column, Float, Numeric, String


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after Alembic's own."""
    plugin.add_autogenerate_comparator(
        _compare, "column", "typearguments", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def _compare(
    context: AutogenContext,
    operation: ops.AlterColumnOp,
    _schema: str | None,
    _table: str,
    _name: str,
    live: Column[Any],
    model: Column[Any],
) -> PriorityDispatchResult:
    if operation.modify_type is None and context.migration_context.opts.get("compare_type") is True:
        wanted = model.type.dialect_impl(context.migration_context.dialect)
        if isinstance(live.type, ARRAY) != isinstance(wanted, ARRAY) or _loses_limit(live.type, wanted):
            operation.existing_type = live.type
            operation.modify_type = model.type
    return PriorityDispatchResult.CONTINUE


def _loses_limit(live: object, model: object) -> bool:
    if isinstance(live, String) and isinstance(model, String):
        return live.length is not None and model.length is None
    numeric = isinstance(live, Numeric) and isinstance(model, Numeric)
    if not numeric or isinstance(live, Float) or isinstance(model, Float):
        return False
    return getattr(live, "precision", None) is not None and getattr(model, "precision", None) is None
