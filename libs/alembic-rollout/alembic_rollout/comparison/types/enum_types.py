"""Enum types: those that only the models have, those whose labels differ, and those that nothing uses any more.

Alembic compares none. The order of labels does not count: PostgreSQL cannot change it.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Self

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult
from sqlalchemy import Connection, Enum, MetaData
from sqlalchemy.types import TypeEngine

from alembic_rollout.comparison.compared_sides import compared_sides
from alembic_rollout.postgres.identifiers import for_text, qualified

Labels = tuple[str, ...]

_LIVE = """
    SELECT nspname::text, typname::text, array_agg(enumlabel::text ORDER BY enumsortorder)
    FROM pg_enum JOIN pg_type y ON y.oid = enumtypid JOIN pg_namespace n ON n.oid = typnamespace
    WHERE NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_type'::regclass AND objid = y.oid AND deptype = 'e')
    GROUP BY 1, 2
"""
_USERS = """
    SELECT nspname::text, relname::text, attname::text, pg_get_expr(adbin, adrelid), y.oid <> atttypid
    FROM pg_type y JOIN pg_attribute ON atttypid IN (y.oid, y.typarray)
    JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE y.oid = to_regtype(%s) AND relkind IN ('r', 'p') AND NOT relispartition AND NOT attisdropped ORDER BY 1, 2, 3
"""


class EnumOp(ops.MigrateOperation):
    """A type that comes, goes, or gets other labels.

    Args:
        schema: its schema; None for the default one.
        name: its name.
        former: its labels in the database, in order; None where it is not there.
        wanted: its labels in the models; None where none has it.
    """

    def __init__(self, schema: str | None, name: str, former: Labels | None, wanted: Labels | None) -> None:
        self.schema = schema
        self.name = name
        self.former = former
        self.wanted = wanted

    @property
    def sql_name(self) -> str:
        """The type's name as SQL."""
        return qualified(self.schema, self.name)

    def reverse(self) -> Self:
        """Return the operation that undoes it."""
        return type(self)(self.schema, self.name, self.wanted, self.former)

    def to_diff_tuple(self) -> tuple[str, str, Labels | None, Labels | None]:
        """Return it as `alembic check` shows it."""
        kind = "add_enum" if self.former is None else "remove_enum" if self.wanted is None else "change_enum"
        return kind, self.sql_name, self.former, self.wanted


@renderers.dispatch_for(EnumOp)
def _render(_context: AutogenContext, operation: EnumOp) -> list[str]:
    """Return it as Python, where Alembic writes a revision without the steps of `autogenerate`."""
    if operation.former is None:
        return [f"op.execute({for_text(creation(operation.sql_name, operation.wanted or ()))!r})"]
    if operation.wanted is None:
        return [f"op.execute({for_text(f'DROP TYPE {operation.sql_name}')!r})"]
    return [
        f"op.execute({for_text(sql)!r})" for sql in additions(operation.sql_name, operation.former, operation.wanted)
    ]


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after that of tables."""
    plugin.add_autogenerate_comparator(
        _compare, "schema", "enums", qualifier="postgresql", priority=DispatchPriority.LAST
    )


def creation(name: str, labels: Sequence[str]) -> str:
    """Return the statement that creates a type."""
    return f"CREATE TYPE {name} AS ENUM ({', '.join(map(quoted_label, labels))})"


def additions(name: str, former: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    """Yield the statements that add the labels which are missing, each where the models have it."""
    present = set(former)
    for number, label in enumerate(wanted):
        if label in present:
            continue
        after = next((other for other in reversed(wanted[:number]) if other in present), None)
        before = next((other for other in wanted[number:] if other in present), None)
        place = f" AFTER {quoted_label(after)}" if after else f" BEFORE {quoted_label(before)}" if before else ""
        present.add(label)
        yield f"ALTER TYPE {name} ADD VALUE {quoted_label(label)}{place}"


def users(connection: Connection, name: str) -> list[tuple[str, str, str, str | None, bool]]:
    """Return the columns of a type: schema, table, column, default, and True where it is an array of it."""
    return [tuple(row) for row in connection.exec_driver_sql(_USERS, (name,))]


def quoted_label(label: str) -> str:
    """Return a label as SQL."""
    return "'" + label.replace("'", "''") + "'"


def is_unused(connection: Connection, operations: ops.UpgradeOps, name: str, default: str) -> bool:
    """Return True if the change takes away every column of a type, and there is one."""
    columns = users(connection, name)
    going = set(_going(operations.ops))
    return bool(columns) and all(
        {(None if schema == default else schema, table, column), (None if schema == default else schema, table, "")}
        & going
        for schema, table, column, *_ in columns
    )


def _compare(context: AutogenContext, operations: ops.UpgradeOps, schemas: set[str | None]) -> PriorityDispatchResult:
    connection, default, metadata = compared_sides(context)
    wanted = dict(_wanted(metadata, default))
    live: dict[tuple[str | None, str], Labels] = {
        (None if schema == default else schema, name): tuple(labels)
        for schema, name, labels in connection.exec_driver_sql(_LIVE)
    }
    for key in sorted(wanted.keys() | live.keys(), key=str):
        former, labels = live.get(key), wanted.get(key)
        if key[0] not in schemas:
            continue
        if labels is None:
            if is_unused(connection, operations, qualified(*key), str(default)):
                operations.ops.append(EnumOp(*key, former, None))
        elif former is None or set(former) != set(labels):
            operations.ops.insert(0, EnumOp(*key, former, labels))
    return PriorityDispatchResult.CONTINUE


def _wanted(metadata: Sequence[MetaData], default: str | None) -> Iterator[tuple[tuple[str | None, str], Labels]]:
    for one in metadata:
        for table in one.tables.values():
            for column in table.columns:
                for enum in enums_in(column.type):
                    schema = None if enum.schema == default else enum.schema
                    yield (schema, str(enum.name)), tuple(enum.enums)


def enums_in(type_: TypeEngine[Any]) -> Iterator[Enum]:
    """Yield the enum that a column's type is, or that it is made of."""
    for part in type_parts(type_):
        if isinstance(part, Enum) and part.native_enum and part.name:
            yield part


def type_parts(type_: TypeEngine[Any]) -> Iterator[TypeEngine[Any]]:
    """Yield what a type is made of, innermost first: of an array, a TypeDecorator or a domain; then the type."""
    for name in ("item_type", "impl", "data_type"):
        part = getattr(type_, name, None)
        if isinstance(part, TypeEngine) and part is not type_:
            yield from type_parts(part)
    yield type_


def _going(operations: Sequence[ops.MigrateOperation]) -> Iterator[tuple[str | None, str, str]]:
    for operation in operations:
        if isinstance(operation, ops.ModifyTableOps):
            yield from _going(operation.ops)
        elif isinstance(operation, ops.DropTableOp):
            yield operation.schema, str(operation.table_name), ""
        elif isinstance(operation, ops.DropColumnOp) or (
            isinstance(operation, ops.AlterColumnOp) and operation.modify_type is not None
        ):
            yield operation.schema, str(operation.table_name), str(operation.column_name)
