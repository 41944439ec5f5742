"""Indexes of tables in use, built and dropped concurrently."""

from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Index, Table

from alembic_rollout.autogenerate.chain import SHARE_UPDATE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import Code, call
from alembic_rollout.autogenerate.steps.row_checks import duplicates
from alembic_rollout.postgres.identifiers import name_beside, qualified

_NEW_SUFFIX = "_new"


def new_index_step(source: ChangeSource, operation: ops.CreateIndexOp) -> Step:
    """Build an index; a unique one refuses rows that the previous release may still write."""
    index, table = operation.to_index(), table_of(operation)
    return Step(
        Kind.UNIQUE if index.unique else Kind.INDEXES,
        f"Build {'unique ' if index.unique else ''}index {index.name} on {table}",
        upgrade_helpers=(creation(source, index),),
        downgrade_helpers=(removal(index),),
        locks={table: SHARE_UPDATE},
        checks=duplicates(source, index) if index.unique else {},
        left=_not_kept(index),
    )


def changed_index_step(source: ChangeSource, former: ops.DropIndexOp, wanted: ops.CreateIndexOp) -> Step:
    """Build an index of the new definition beside the old one, drop that, and give the new one its name."""
    old, new, table = former.to_index(), wanted.to_index(), table_of(wanted)
    return Step(
        Kind.UNIQUE if new.unique or old.unique else Kind.INDEXES,
        f"Change index {new.name} on {table}",
        upgrade_helpers=(creation(source, new, suffix=_NEW_SUFFIX), removal(old)),
        upgrade=(renaming(new, suffix=_NEW_SUFFIX),),
        downgrade_helpers=(creation(source, old, suffix=_NEW_SUFFIX), removal(new)),
        downgrade=(renaming(old, suffix=_NEW_SUFFIX),),
        locks={table: SHARE_UPDATE},
        checks=duplicates(source, new) if new.unique else {},
        left=_not_kept(new),
    )


def removed_index_step(source: ChangeSource, operation: ops.DropIndexOp, *, is_needed: bool) -> Step:
    """Drop an index.

    Args:
        source: of the change.
        operation: which.
        is_needed: the previous release cannot do without it: ON CONFLICT infers it, or its columns go too.
    """
    index, table = operation.to_index(), table_of(operation)
    return Step(
        Kind.UNUSED_INDEXES if is_needed or index.unique else Kind.INDEXES,
        f"Drop index {index.name} of {table}",
        upgrade_helpers=(removal(index),),
        downgrade_helpers=(creation(source, index),),
        locks={table: SHARE_UPDATE},
    )


def creation(source: ChangeSource, index: Index, *, suffix: str = "") -> str:
    """Return the helper's call that builds an index."""
    options: dict[str, Any] = dict(index.dialect_options["postgresql"])
    where = options.get("where")
    table: Table | None = index.table
    assert table is not None  # noqa: S101 - Alembic gives indexes with their table
    return call(
        "operations.create_index_concurrently",
        name_beside(str(index.name), suffix),
        table.name,
        [_element(source, expression) for expression in index.expressions],
        unique=True if index.unique else None,
        where=None if where is None else source.sql(where),
        using=options.get("using") or None,
        include=[getattr(column, "name", column) for column in options.get("include") or ()] or None,
        ops=_classes(source, index, options.get("ops") or {}) or None,
        with_=dict(options.get("with") or {}) or None,
        nulls_not_distinct=True if options.get("nulls_not_distinct") else None,
        schema=table.schema,
    )


def removal(index: Index, *, suffix: str = "") -> str:
    """Return the helper's call that drops an index."""
    assert index.table is not None  # noqa: S101 - Alembic gives indexes with their table
    return call("operations.drop_index_concurrently", name_beside(str(index.name), suffix), schema=index.table.schema)


def renaming(index: Index, *, suffix: str) -> str:
    """Return the statement that gives an index its name."""
    assert index.table is not None  # noqa: S101 - Alembic gives indexes with their table
    built = qualified(index.table.schema, name_beside(str(index.name), suffix))
    return call("op.execute", f"ALTER INDEX {built} RENAME TO {qualified(None, str(index.name))}")


def _element(source: ChangeSource, expression: Any) -> object:  # noqa: ANN401 - a column or an expression
    if isinstance(expression, Column):
        return str(expression.name)
    return Code(call("sa.text", _escaped(_written(source, expression))))


def _escaped(sql: str) -> str:
    r"""Return SQL for `sa.text`, in which `:name` is a parameter and `\:` a colon."""
    return sql.replace("::", "\0").replace(":", "\\:").replace("\0", "::")


def _written(source: ChangeSource, expression: Any) -> str:  # noqa: ANN401 - an expression of SQLAlchemy
    return source.context.migration_context.impl.render_ddl_sql_expr(expression, is_index=True)


def _classes(source: ChangeSource, index: Index, classes: dict[str, str]) -> dict[str, str]:
    """Return operator classes by column name or expression, as the helper takes them."""
    found: dict[str, str] = {}
    for expression in index.expressions:
        names = [getattr(expression, "key", None), getattr(expression, "name", None)]
        named = next((classes[name] for name in names if name in classes), None)
        if named is None:
            continue
        found[str(expression.name) if isinstance(expression, Column) else _written(source, expression)] = named
    return found


def _not_kept(index: Index) -> str:
    tablespace = index.dialect_options["postgresql"].get("tablespace")
    return f"the tablespace {tablespace} of index {index.name} is not written: move it by hand" if tablespace else ""
