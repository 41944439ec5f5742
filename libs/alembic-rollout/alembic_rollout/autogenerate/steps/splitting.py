"""Which steps the operations of a change are made of."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import UniqueConstraint

from alembic_rollout.autogenerate.chain import SHARE_UPDATE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.label_renaming import RenameLabelOp
from alembic_rollout.autogenerate.renaming import RenameColumnOp
from alembic_rollout.autogenerate.steps.changed_constraints import (
    changed_constraint_steps,
    constraint_for_index_step,
    index_for_constraint_step,
)
from alembic_rollout.autogenerate.steps.column_changes import change_steps
from alembic_rollout.autogenerate.steps.constraint_steps import new_constraint_steps, removed_constraint_step
from alembic_rollout.autogenerate.steps.enum_steps import enum_steps, retyped_enums
from alembic_rollout.autogenerate.steps.expansions.rename_steps import rename_steps
from alembic_rollout.autogenerate.steps.expansions.type_steps import retyped_columns
from alembic_rollout.autogenerate.steps.index_steps import changed_index_step, new_index_step, removed_index_step
from alembic_rollout.autogenerate.steps.new_columns import column_steps
from alembic_rollout.autogenerate.steps.new_tables import key_steps, table_steps
from alembic_rollout.autogenerate.steps.objects.column_guards import guarded
from alembic_rollout.autogenerate.steps.objects.ddl_steps import ddl_step
from alembic_rollout.autogenerate.steps.objects.object_steps import object_steps
from alembic_rollout.autogenerate.steps.removals import removed_column_steps, removed_table_steps
from alembic_rollout.comparison.ddl_operation import DdlOp
from alembic_rollout.comparison.sql_object_changes import SqlObjectOp
from alembic_rollout.comparison.types.enum_types import EnumOp


def steps_of(source: ChangeSource) -> list[Step]:
    """Return the steps of a change, those of one kind in the order in which they have to be applied."""
    dropped_types = [one for one in source.operations if _drops_type(one)]
    steps = [
        *_steps(source),
        *removed_table_steps(source),
        *(step for one in dropped_types for step in _steps_in_use(source, one)),
    ]
    return [*guarded(source, steps, [*retyped_columns(source), *retyped_enums(source)]), *object_steps(source, steps)]


def _steps(source: ChangeSource) -> Iterator[Step]:
    whole = source.new_tables() | source.dropped_tables()
    for operation in source.operations:
        if isinstance(operation, SqlObjectOp) or _drops_type(operation):
            continue  # behind what they use, or what uses them
        if isinstance(operation, ops.CreateTableOp):
            yield from table_steps(source, operation)
        elif not isinstance(operation, ops.DropTableOp) and not (
            _is_of_table(operation) and table_of(operation) in whole
        ):
            yield from _steps_in_use(source, operation)
    yield from key_steps(source)


def _drops_type(operation: ops.MigrateOperation) -> bool:
    return (isinstance(operation, EnumOp) and operation.wanted is None) or (
        isinstance(operation, DdlOp) and operation.verb == "Drop"
    )


def _is_of_table(operation: ops.MigrateOperation) -> bool:
    return hasattr(operation, "table_name") or isinstance(operation, ops.CreateForeignKeyOp)


def _steps_in_use(source: ChangeSource, operation: Any) -> Iterator[Step]:  # noqa: ANN401 - any operation
    """Yield the steps of an operation on a table in use."""
    if isinstance(operation, RenameColumnOp):
        yield from rename_steps(source, operation)
    elif isinstance(operation, (EnumOp, RenameLabelOp, DdlOp)):
        yield from [ddl_step(operation)] if isinstance(operation, DdlOp) else enum_steps(source, operation)
    elif isinstance(operation, ops.AddColumnOp):
        yield from column_steps(source, operation)
    elif isinstance(operation, ops.AlterColumnOp):
        yield from change_steps(source, operation)
    elif isinstance(operation, ops.DropColumnOp):
        yield from removed_column_steps(source, operation)
    elif isinstance(operation, (ops.CreateIndexOp, ops.DropIndexOp)):
        yield from _index_steps(source, operation)
    elif isinstance(operation, (ops.AddConstraintOp, ops.DropConstraintOp)):
        yield from _constraint_steps(source, operation)
    else:
        yield _plain_step(source, operation)


def _index_steps(source: ChangeSource, operation: ops.CreateIndexOp | ops.DropIndexOp) -> Iterator[Step]:
    other = _counterpart(source, operation)
    if isinstance(operation, ops.CreateIndexOp):
        if other is None:
            yield new_index_step(source, operation)
        elif isinstance(other, ops.DropIndexOp):
            yield changed_index_step(source, other, operation)
        elif isinstance(other, ops.DropConstraintOp):
            yield index_for_constraint_step(source, other, operation)
    elif other is None:
        dropped = source.columns(ops.DropColumnOp, table_of(operation))
        names = {getattr(column, "name", None) for column in operation.to_index().expressions}
        yield removed_index_step(source, operation, is_needed=bool(dropped & names))


def _constraint_steps(source: ChangeSource, operation: ops.AddConstraintOp | ops.DropConstraintOp) -> Iterator[Step]:
    other = _counterpart(source, operation)
    if isinstance(operation, ops.AddConstraintOp):
        if other is None:
            yield from new_constraint_steps(source, operation)
        elif isinstance(other, ops.DropConstraintOp):
            yield from changed_constraint_steps(source, other, operation)
        elif isinstance(other, ops.DropIndexOp):
            yield constraint_for_index_step(source, other, operation)
    elif other is None:
        yield removed_constraint_step(source, operation)


def _counterpart(source: ChangeSource, operation: Any) -> Any:  # noqa: ANN401 - an operation on an index or a constraint
    """Return the operation that adds, or drops, an object of the same name, so that both replace it; None without.

    An index and a unique constraint cannot have one name, other constraints and indexes can.
    """
    is_new = isinstance(operation, (ops.CreateIndexOp, ops.AddConstraintOp))
    wanted: Any = (ops.DropIndexOp, ops.DropConstraintOp) if is_new else (ops.CreateIndexOp, ops.AddConstraintOp)
    name = _object_name(operation)
    return next(
        (
            one
            for one in source.operations
            if name is not None
            and isinstance(one, wanted)
            and _object_name(one) == name
            and table_of(one) == table_of(operation)
            and (_is_index(one) == _is_index(operation) or (_has_index(one) and _has_index(operation)))
        ),
        None,
    )


def _is_index(operation: Any) -> bool:  # noqa: ANN401 - an operation on an index or a constraint
    return isinstance(operation, (ops.CreateIndexOp, ops.DropIndexOp))


def _has_index(operation: Any) -> bool:  # noqa: ANN401 - an operation on an index or a constraint
    return _is_index(operation) or isinstance(operation.to_constraint(), UniqueConstraint)


def _object_name(operation: Any) -> str | None:  # noqa: ANN401 - an operation on an index or a constraint
    name = operation.index_name if hasattr(operation, "index_name") else operation.constraint_name
    return None if name is None else str(name)


def _plain_step(source: ChangeSource, operation: ops.MigrateOperation) -> Step:
    """Return an operation as Alembic, or the plug-in that found it, writes it."""
    table = table_of(operation) if _is_of_table(operation) else ""
    words = type(operation).__name__.removesuffix("Op")
    return Step(
        Kind.STRUCTURE,
        f"{words}{f' of {table}' if table else ''}",
        upgrade=(source.render(operation),),
        downgrade=(source.render(operation.reverse()),),
        locks={table: SHARE_UPDATE} if table else {},
    )
