"""What Alembic would not write as it is: types of other packages, enums, and checks with a percent sign."""

import sys
from collections.abc import Callable
from typing import Any

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import CheckConstraint, Enum
from sqlalchemy.types import TypeEngine

from alembic_rollout.project.alembic_private import final_name, is_of_type
from alembic_rollout.project.written_sql import DIALECT, written

RenderItem = Callable[[str, Any, AutogenContext], Any]


def rendering_types(own: RenderItem | None) -> RenderItem:
    """Return the hook `render_item`: the project's own, then types of other packages, and checks.

    Args:
        own: what env.py gives; it decides first.
    """

    def render(kind: str, item: Any, context: AutogenContext) -> Any:  # noqa: ANN401 - Alembic's
        rendered = own(kind, item, context) if own is not None else False
        if rendered is False and kind == "check" and not is_of_type(item) and "%" in str(item.sqltext):
            return _check(item, context)
        if rendered is not False or kind != "type" or not isinstance(item, TypeEngine):
            return rendered
        if isinstance(item, Enum) and item.native_enum and item.name:
            return _enum(item, context)
        module = type(item).__module__
        if module.partition(".")[0] in ("sqlalchemy", "alembic"):
            return False
        name = type(item).__name__
        context.imports.add(f"from {_public_module(module, name, type(item))} import {name}")
        return repr(item)

    return render


def _enum(item: Enum, context: AutogenContext) -> str:
    """Return an enum that creates no type: a step of its own does, and the downgrade drops it."""
    context.imports.add("from sqlalchemy.dialects import postgresql")
    schema = f", schema={item.schema!r}" if item.schema else ""
    labels = ", ".join(repr(label) for label in item.enums)
    return f"postgresql.ENUM({labels}, name={str(item.name)!r}{schema}, create_type=False)"


def _check(item: CheckConstraint, context: AutogenContext) -> str:
    """Return a check with the percent signs of the models: Alembic doubles them, as the driver wants parameters."""
    prefix, name = context.opts["sqlalchemy_module_prefix"] or "", final_name(item, DIALECT)
    named = f", name={context.opts['alembic_module_prefix'] or ''}f({name!r})" if name else ""
    return f"{prefix}CheckConstraint({written(item.sqltext)!r}{named})"


def _public_module(module: str, name: str, type_: type) -> str:
    """Return the outermost package that has a type, as `pgvector.sqlalchemy` of `pgvector.sqlalchemy.vector`."""
    parts = module.split(".")
    for length in range(1, len(parts)):
        package = ".".join(parts[:length])
        if getattr(sys.modules.get(package), name, None) is type_:
            return package
    return module
