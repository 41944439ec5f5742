"""Changes of columns of tables in use: what PostgreSQL only notes in its catalogue in place, the rest step by step."""

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, SHARE_UPDATE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, column_name, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.expansions.type_steps import in_place_step, is_in_place, replacement_steps
from alembic_rollout.autogenerate.steps.identities import identity_step, is_identity_involved
from alembic_rollout.autogenerate.steps.new_columns import fill_step, not_null_step
from alembic_rollout.lint.rules import FILL_IN
from alembic_rollout.postgres.identifiers import qualified


def change_steps(source: ChangeSource, operation: ops.AlterColumnOp) -> Iterator[Step]:
    """Split a change of a column into one step an aspect."""
    is_replaced = operation.modify_type is not None and not is_in_place(source, operation)
    if is_replaced:
        yield from replacement_steps(source, operation)
    elif operation.modify_type is not None:
        yield in_place_step(source, operation)
    if operation.modify_comment is not False:
        yield _comment_step(source, operation)
    nullable = _nullable(source, operation)
    identity = None
    if operation.modify_server_default is not False and not is_replaced:
        former = operation.existing_server_default or source.serial_default(table_of(operation), column_name(operation))
        identity = identity_step(operation, former, nullable=nullable)
        yield identity or _default_step(source, operation)
    if nullable is True and identity is None:
        yield nullable_step(operation)
    elif nullable is False:
        yield from _not_null_steps(source, operation)


def _nullable(source: ChangeSource, operation: ops.AlterColumnOp) -> bool | None:
    """Return True if a column may be NULL from now on, False if it may not any more; Alembic skips identities."""
    if operation.modify_nullable is not None or not is_identity_involved(operation):
        return operation.modify_nullable
    wanted = source.model_nullable(operation.schema, operation.table_name, column_name(operation))
    return None if wanted == operation.existing_nullable else wanted


def nullable_step(operation: ops.AlterColumnOp | ops.DropColumnOp, *, fill: str | None = None, left: str = "") -> Step:
    """Let a column be NULL.

    Args:
        operation: about the column.
        fill: SQL: what the downgrade puts where it is NULL by then.
        left: what the developer has to fill in.
    """
    table, name = table_of(operation), column_name(operation)
    undo = call("operations.set_not_null", operation.table_name, name, fill=fill, schema=operation.schema)
    return Step(
        Kind.STRUCTURE,
        f"Let {table}.{name} be NULL",
        upgrade=(call("op.alter_column", operation.table_name, name, nullable=True, schema=operation.schema),),
        downgrade_helpers=(undo,),
        locks={table: ACCESS_EXCLUSIVE},
        left=left,
    )


def _comment_step(source: ChangeSource, operation: ops.AlterColumnOp) -> Step:
    change = _only(operation, modify_comment=operation.modify_comment, existing_comment=operation.existing_comment)
    return Step(
        Kind.STRUCTURE,
        f"Change the comment on {table_of(operation)}.{column_name(operation)}",
        upgrade=(source.render(change),),
        downgrade=(source.render(change.reverse()),),
        locks={table_of(operation): SHARE_UPDATE},
    )


def _default_step(source: ChangeSource, operation: ops.AlterColumnOp) -> Step:
    """Change a default; one that goes is still needed by the inserts of the previous release."""
    change = _only(
        operation,
        modify_server_default=operation.modify_server_default,
        existing_server_default=operation.existing_server_default,
    )
    goes = operation.modify_server_default is None
    return Step(
        Kind.CONTRACT if goes else Kind.STRUCTURE,
        f"{'Drop' if goes else 'Change'} the default of {table_of(operation)}.{column_name(operation)}",
        upgrade=(source.render(change),),
        downgrade=(source.render(change.reverse()),),
        locks={table_of(operation): ACCESS_EXCLUSIVE},
    )


def _not_null_steps(source: ChangeSource, operation: ops.AlterColumnOp) -> Iterator[Step]:
    table, name = table_of(operation), column_name(operation)
    has_default = operation.modify_server_default or (
        operation.modify_server_default is False and operation.existing_server_default
    )
    column: Column[Any] = Column(name, operation.modify_type or operation.existing_type)
    if source.connection.exec_driver_sql(
        _NEVER_NULL, (table, f"CHECK (({qualified(None, name)} IS NOT NULL))")
    ).scalar():
        yield not_null_step(table, operation, column, value=None)
        return
    value = "DEFAULT" if has_default and not is_identity_involved(operation) else FILL_IN
    yield fill_step(table, operation, name, value)
    yield not_null_step(table, operation, column, value=value)


def _only(operation: ops.AlterColumnOp, **aspects: Any) -> ops.AlterColumnOp:  # noqa: ANN401 - of any type
    """Return an operation that changes one aspect."""
    return ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        **aspects,
    )


_NEVER_NULL = """
    SELECT EXISTS (
        SELECT FROM pg_constraint
        WHERE conrelid = to_regclass(%s) AND contype = 'c' AND convalidated AND pg_get_constraintdef(oid) = %s
    )
"""
