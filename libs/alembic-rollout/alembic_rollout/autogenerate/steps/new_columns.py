"""Columns that a change adds to tables in use: without reading or rewriting a row under a lock."""

from collections.abc import Iterator, Mapping
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Computed, Identity

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, ROW_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.new_tables import updating_trigger
from alembic_rollout.autogenerate.steps.row_checks import nulls
from alembic_rollout.lint.rules import FILL_IN
from alembic_rollout.postgres.identifiers import qualified


def column_steps(source: ChangeSource, operation: ops.AddColumnOp) -> Iterator[Step]:
    """Add a column to a table in use.

    A default that is the same for every row is stored with the table. One that is not, as `gen_random_uuid()`, would
    rewrite it: it holds for new rows, and old ones are filled in batches.
    """
    column, table = operation.column, table_of(operation)
    default = source.default_sql(column)
    is_filled = default is not None and not source.is_volatile(default)
    if isinstance(column.server_default, (Computed, Identity)):
        yield _rewriting(source, operation)
    elif is_filled or (column.nullable and default is None):
        yield _structure(source, operation, [source.render(operation)])
    else:
        yield _structure(source, operation, _empty(source, operation, default))
        yield fill_step(table, operation, column.name, "DEFAULT" if default is not None else FILL_IN)
        if not column.nullable:
            checks = {} if default is None else nulls(source, operation.schema, operation.table_name, column.name)
            value = FILL_IN if default is None else None
            yield not_null_step(table, operation, column, value=value, checks=checks)


def fill_step(table: str, operation: ops.AddColumnOp | ops.AlterColumnOp, column: str, value: str) -> Step:
    """Fill a column in batches where it is NULL."""
    name = qualified(None, column)
    return Step(
        Kind.BACKFILL,
        f"Fill {table}.{column} where it is NULL",
        upgrade_helpers=(
            call(
                "operations.backfill",
                operation.table_name,
                set_=f"{name} = {value}",
                where=f"{name} IS NULL",
                schema=operation.schema,
            ),
        ),
        locks={table: ROW_EXCLUSIVE},
        left=_value_to_fill_in(table, column) if value == FILL_IN else "",
    )


def not_null_step(
    table: str,
    operation: ops.AddColumnOp | ops.AlterColumnOp,
    column: Column[Any],
    *,
    value: str | None,
    checks: Mapping[str, str] | None = None,
) -> Step:
    """Make a column NOT NULL; what the previous release left empty since the backfill is filled first.

    Args:
        table: as SQL names it.
        operation: of the column.
        column: as the models have it.
        value: SQL; None where a default fills it.
        checks: what is asked of the rows first.
    """
    arguments = {"fill": value, "schema": operation.schema}
    undo = call("op.alter_column", operation.table_name, column.name, nullable=True, schema=operation.schema)
    return Step(
        Kind.NOT_NULL,
        f"Make {table}.{column.name} NOT NULL",
        upgrade_helpers=(call("operations.set_not_null", operation.table_name, column.name, **arguments),),
        downgrade=(undo,),
        locks={table: ACCESS_EXCLUSIVE},
        checks=checks or {},
        left=_value_to_fill_in(table, column.name) if value == FILL_IN else "",
    )


def _value_to_fill_in(table: str, column: str) -> str:
    return f"write the value of {table}.{column} for rows that have none, in place of {FILL_IN}"


def _structure(source: ChangeSource, operation: ops.AddColumnOp, upgrade: list[str]) -> Step:
    table = table_of(operation)
    downgrade = [source.render(operation.reverse())]
    if operation.column.name == "updated_at":
        for create, drop in updating_trigger(source, operation.schema, operation.table_name):
            upgrade.append(create)
            downgrade.insert(0, drop)
    return Step(
        Kind.STRUCTURE,
        f"Add {table}.{operation.column.name}",
        upgrade=tuple(upgrade),
        downgrade=tuple(downgrade),
        locks={table: ACCESS_EXCLUSIVE},
    )


def _empty(source: ChangeSource, operation: ops.AddColumnOp, default: str | None) -> list[str]:
    """Return the statements that add a column which is NULL in every row, and set its default for new ones."""
    column = operation.column
    empty: Column[Any] = Column(column.name, column.type, nullable=True, comment=column.comment)
    lines = [source.render(ops.AddColumnOp(operation.table_name, empty, schema=operation.schema))]
    if default is not None:
        alter = ops.AlterColumnOp(
            operation.table_name, column.name, schema=operation.schema, modify_server_default=column.server_default
        )
        lines.append(source.render(alter))
    return lines


def _rewriting(source: ChangeSource, operation: ops.AddColumnOp) -> Step:
    """Add a column that PostgreSQL computes for each row: there is no way to do that beside traffic."""
    table, column = table_of(operation), operation.column
    is_virtual = isinstance(column.server_default, Computed) and column.server_default.persisted is False
    left = (
        ""
        if is_virtual
        else f"adding {table}.{column.name} rewrites the table under ACCESS EXCLUSIVE, and cannot be done beside"
        " traffic: accept adding-field-with-default where the table is small"
    )
    return Step(
        Kind.STRUCTURE,
        f"Add {table}.{column.name}",
        upgrade=(source.render(operation),),
        downgrade=(source.render(operation.reverse()),),
        locks={table: ACCESS_EXCLUSIVE},
        left=left,
        blocks=not is_virtual,
    )
