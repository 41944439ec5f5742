"""What Alembic would not write as it is: types of other packages, enums, and checks with a percent sign."""

import ast
import inspect
import sys
from collections.abc import Callable
from typing import Any

import sqlalchemy
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import CheckConstraint, Enum, Interval
from sqlalchemy.dialects.postgresql import DOMAIN, INTERVAL
from sqlalchemy.types import TypeDecorator, TypeEngine

from alembic_rollout.project.alembic_private import final_name, is_of_type, type_as_python
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
        return _type(item, context)

    return render


def _type(item: TypeEngine[Any], context: AutogenContext) -> Any:  # noqa: ANN401 - a text; False for Alembic's own
    if isinstance(item, (Enum, DOMAIN)) and item.name and (isinstance(item, DOMAIN) or item.native_enum):
        return _named_type(item, context)
    if isinstance(item, Interval) and item.second_precision is not None:
        return type_as_python(INTERVAL(precision=item.second_precision), context)  # its own text lacks that
    if isinstance(item, TypeDecorator) and not _can_be_made_again(item):
        return type_as_python(item.impl_instance, context)
    module, name = type(item).__module__, type(item).__name__
    is_reachable = hasattr(sqlalchemy, name) or module.startswith("sqlalchemy.dialects.")
    if module.startswith("alembic.") or (module.startswith("sqlalchemy.") and is_reachable):
        return False
    context.imports.add(f"from {_public_module(module, name, type(item))} import {name}")
    return repr(item)


def _can_be_made_again(item: TypeDecorator[Any]) -> bool:
    """Return True if a type takes what its own text says: SQLAlchemy writes the arguments of what it is made of."""
    try:
        made = ast.parse(repr(item), mode="eval").body
    except SyntaxError:
        return False
    if not (isinstance(made, ast.Call) and isinstance(made.func, ast.Name) and made.func.id == type(item).__name__):
        return False
    try:
        inspect.signature(type(item)).bind(*made.args, **{str(one.arg): one.value for one in made.keywords})
    except TypeError:
        return False
    return True


def _named_type(item: Enum | DOMAIN, context: AutogenContext) -> str:
    """Return an enum or a domain that creates no type: a step of its own does, and the downgrade drops it."""
    context.imports.add("from sqlalchemy.dialects import postgresql")
    schema = f", schema={item.schema!r}" if item.schema else ""
    if isinstance(item, DOMAIN):
        base = type_as_python(item.data_type, context)
        return f"postgresql.DOMAIN({str(item.name)!r}, {base}{schema}, create_type=False)"
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
