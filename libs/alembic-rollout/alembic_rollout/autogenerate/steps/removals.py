"""Columns and tables that go: in a contract revision, whose downgrade restores them as they are in the database."""

from collections.abc import Iterator, Sequence
from typing import Any

from alembic.operations import ops
from sqlalchemy import Column, Computed, ForeignKeyConstraint, Identity, Table
from sqlalchemy import types as sqltypes

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.column_changes import nullable_step
from alembic_rollout.autogenerate.steps.constraint_code import dropping, plain_foreign_key, table_name
from alembic_rollout.autogenerate.steps.new_tables import without
from alembic_rollout.lint.rules import FILL_IN

# What a downgrade puts into a NOT NULL column that is restored: the values went with the column.
_FILLERS: tuple[tuple[type[sqltypes.TypeEngine[Any]], str], ...] = (
    (sqltypes.Boolean, "false"),
    (sqltypes.Uuid, "gen_random_uuid()"),
    (sqltypes.Integer, "0"),
    (sqltypes.Numeric, "0"),
    (sqltypes.DateTime, "now()"),
    (sqltypes.Date, "current_date"),
    (sqltypes.Time, "localtime"),
    (sqltypes.Interval, "interval '0'"),
    (sqltypes.JSON, "'{}'"),
    (sqltypes.ARRAY, "'{}'"),
    (sqltypes.LargeBinary, "''"),
)


def removed_column_steps(source: ChangeSource, operation: ops.DropColumnOp) -> Iterator[Step]:
    """Drop a column; until then, inserts of the new release leave it out."""
    table = table_of(operation)
    column = operation.to_column()
    default, is_constrained = column.server_default, source.is_constrained(table, str(column.name))
    is_generated = isinstance(default, (Computed, Identity))
    # Where a constraint is on it, a value that is the same in every row may be refused.
    is_filled = default is not None and (is_generated or not is_constrained)
    is_required = not column.nullable and not column.primary_key and not is_filled
    if is_required:
        fill = FILL_IN if is_constrained else _filler(column)
        left = f"write what a downgrade puts into {table}.{column.name}, in place of {FILL_IN}: its values go with it"
        yield nullable_step(operation, fill=fill, left=left if fill == FILL_IN else "")
    restored: Column[Any] = Column(
        column.name, column.type, nullable=is_required or column.nullable, comment=column.comment
    )
    restored.server_default = default if is_filled else None
    downgrade = [source.render(ops.AddColumnOp(operation.table_name, restored, schema=operation.schema))]
    if default is not None and not is_filled:
        alter = ops.AlterColumnOp(
            operation.table_name, str(column.name), schema=operation.schema, modify_server_default=default
        )
        downgrade.append(source.render(alter))
    yield Step(
        Kind.CONTRACT,
        f"Drop {table}.{column.name}",
        upgrade=(source.render(operation),),
        downgrade=tuple(downgrade),
        locks={table: ACCESS_EXCLUSIVE},
    )


def removed_table_steps(source: ChangeSource) -> Iterator[Step]:
    """Drop the tables that the models have no more, those that refer to others first; keys of a circle before."""
    dropped = [one for one in source.operations if isinstance(one, ops.DropTableOp)]
    ordered = _referring_first(dropped)
    gone: set[tuple[str, str]] = set()
    for number, operation in enumerate(ordered):
        table = table_of(operation)
        created = operation.reverse()
        parts = [
            one for one in created.columns if isinstance(one, ForeignKeyConstraint) and (table, str(one.name)) in gone
        ]
        keys = [
            key
            for other in ordered[number + 1 :]
            for key in other.to_table().foreign_key_constraints
            if _target(key) == table
        ]
        gone |= {(table_name(key), str(key.name)) for key in keys}
        indexes = [
            source.render(one.reverse())
            for one in source.operations
            if isinstance(one, ops.DropIndexOp) and table_of(one) == table
        ]
        triggers = [call("op.execute", sql) for sql in source.triggers(table)]
        yield Step(
            Kind.CONTRACT,
            f"Drop {table}",
            upgrade=(*map(dropping, keys), source.render(operation)),
            downgrade=(
                source.render(without(created, parts)),
                *indexes,
                *triggers,
                *(plain_foreign_key(source, key) for key in keys),
            ),
            locks={table: ACCESS_EXCLUSIVE},
        )


def _referring_first(operations: Sequence[ops.DropTableOp]) -> list[ops.DropTableOp]:
    left = {table_of(one): one for one in sorted(operations, key=table_of)}
    targets = {name: _targets(one.to_table()) - {name} for name, one in left.items()}
    ordered: list[ops.DropTableOp] = []
    while left:
        free = [name for name in left if not any(name in targets[other] for other in left)]
        ordered += [left.pop(name) for name in free or list(left)[:1]]
    return ordered


def _targets(table: Table) -> set[str]:
    return {_target(key) for key in table.foreign_key_constraints}


def _target(key: ForeignKeyConstraint) -> str:
    return key.elements[0].target_fullname.rpartition(".")[0]


def _filler(column: Column[Any]) -> str | None:
    """Return SQL for a value of a column's type; None where none is at hand."""
    if isinstance(column.type, sqltypes.Enum):
        return f"'{column.type.enums[0]}'" if column.type.enums else None
    if isinstance(column.type, sqltypes.String):
        return "''"
    return next((filler for type_, filler in _FILLERS if isinstance(column.type, type_)), None)
