"""A renamed column: both names with a trigger, the rows from before, then the new name alone."""

from collections.abc import Iterator

from alembic.operations import ops

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, ROW_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import Code, call
from alembic_rollout.autogenerate.renaming import RenameColumnOp
from alembic_rollout.postgres.identifiers import qualified


def rename_steps(source: ChangeSource, operation: RenameColumnOp) -> Iterator[Step]:
    """Rename a column over two releases."""
    rename, table = operation.rename, table_of(operation)
    old, new, schema = rename.old, rename.new, rename.schema
    is_required = not operation.added.nullable
    yield Step(
        Kind.STRUCTURE,
        f"Add {table}.{new}, kept equal to {old} whichever release writes",
        upgrade=(_expansion(source, operation, old, new),),
        downgrade=(call("operations.contract_rename", rename.table, new, old, schema=schema),),
        locks={table: ACCESS_EXCLUSIVE},
    )
    yield Step(
        Kind.BACKFILL,
        f"Fill {table}.{new} of the rows from before",
        upgrade_helpers=(_copy(operation, old, new),),
        locks={table: ROW_EXCLUSIVE},
    )
    if is_required:
        yield Step(
            Kind.NOT_NULL,
            f"Make {table}.{new} NOT NULL",
            upgrade_helpers=(call("operations.set_not_null", rename.table, new, schema=schema),),
            downgrade=(call("op.alter_column", rename.table, new, nullable=True, schema=schema),),
            locks={table: ACCESS_EXCLUSIVE},
        )
    restored = [_expansion(source, operation, new, old), _copy(operation, new, old)]
    if not operation.dropped.nullable:
        restored.append(call("operations.set_not_null", rename.table, old, schema=schema))
    yield Step(
        Kind.CONTRACT,
        f"Drop {table}.{old}, and the trigger that kept it equal to {new}",
        upgrade=(
            call("operations.contract_rename", rename.table, old, new, schema=schema),
            *_default(source, operation),
            *_comment(operation, new, operation.added.comment),
        ),
        downgrade_helpers=(
            *restored,
            *_former_default(source, operation),
            *_comment(operation, old, operation.dropped.comment),
        ),
        locks={table: ACCESS_EXCLUSIVE},
    )


def _expansion(source: ChangeSource, operation: RenameColumnOp, old: str, new: str) -> str:
    rename = operation.rename
    column = operation.added if new == rename.new else operation.dropped
    rendered = source.render(ops.AlterColumnOp(rename.table, new, existing_type=column.type))
    type_ = rendered.partition("existing_type=")[2].strip().removesuffix(")")
    keep = ["updated_at"] if "updated_at" in source.model_columns(rename.schema, rename.table) else None
    return call("operations.expand_rename", rename.table, old, new, type_=Code(type_), keep=keep, schema=rename.schema)


def _copy(operation: RenameColumnOp, old: str, new: str) -> str:
    one, other = qualified(None, new), qualified(None, old)
    return call(
        "operations.backfill",
        operation.rename.table,
        set_=f"{one} = {other}",
        where=f"{one} IS DISTINCT FROM {other}",
        schema=operation.schema,
    )


def _comment(operation: RenameColumnOp, column: str, comment: str | None) -> Iterator[str]:
    if comment:
        yield call("op.alter_column", operation.rename.table, column, comment=comment, schema=operation.schema)


def _default(source: ChangeSource, operation: RenameColumnOp) -> Iterator[str]:
    """Yield the statement that gives the new name its default, which would hide the other one's value before."""
    if operation.added.server_default is not None:
        rename = operation.rename
        default = operation.added.server_default
        yield source.render(
            ops.AlterColumnOp(rename.table, rename.new, schema=rename.schema, modify_server_default=default)
        )


def _former_default(source: ChangeSource, operation: RenameColumnOp) -> Iterator[str]:
    rename, default = operation.rename, operation.dropped.server_default
    if operation.added.server_default is not None:
        yield call("op.alter_column", rename.table, rename.new, server_default=Code("None"), schema=rename.schema)
    if default is not None:
        yield source.render(
            ops.AlterColumnOp(rename.table, rename.old, schema=rename.schema, modify_server_default=default)
        )
