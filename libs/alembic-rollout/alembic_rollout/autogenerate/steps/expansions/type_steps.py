"""A column of another type: in place where PostgreSQL only notes it, else one of the new type takes its place."""

import re
from collections.abc import Iterator
from typing import Any

from alembic.operations import ops
from sqlalchemy import Index, Numeric, String, Text, UniqueConstraint

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, column_name, listed, table_of
from alembic_rollout.autogenerate.steps.expansions.replaced_columns import Replacement, shown, using
from alembic_rollout.autogenerate.steps.expansions.replaced_indexes import columns_of
from alembic_rollout.autogenerate.steps.objects.column_guards import Retyped, declared_users
from alembic_rollout.lint.rules import FILL_IN
from alembic_rollout.postgres.identifiers import qualified

# What hangs on a column besides its default and the indexes and unique constraints that are built on the new one too.
_DEPENDENTS = """
    SELECT DISTINCT pg_describe_object(d.classid, d.objid, 0), d.classid::regclass::text
    FROM pg_depend d JOIN pg_attribute a ON attrelid = refobjid AND attnum = refobjsubid
    LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
    LEFT JOIN pg_index i ON d.classid = 'pg_class'::regclass AND i.indexrelid = d.objid
    LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid
    WHERE refclassid = 'pg_class'::regclass AND refobjid = to_regclass(%s) AND attname = %s
        AND NOT (d.classid = 'pg_attrdef'::regclass AND adrelid = attrelid AND adnum = attnum AND attgenerated = '')
        AND NOT (d.classid = 'pg_constraint'::regclass AND contype IN ('u', 'n') AND NOT condeferrable)
        AND NOT (d.classid = 'pg_class'::regclass AND attnum = ANY(coalesce(indkey::int2[], '{}'))
            AND indexprs IS NULL AND indpred IS NULL)
    UNION ALL SELECT 'partitions of it', '' FROM pg_class WHERE oid = to_regclass(%s) AND relkind = 'p'
    ORDER BY 1
"""


_DECLARED = ("pg_rewrite", "pg_trigger", "pg_policy")
"""Where views, triggers and policies are, which SQL files may declare."""


def retyped_columns(source: ChangeSource) -> Iterator[Retyped]:
    """Yield the columns whose types the models change."""
    for one in source.operations:
        if isinstance(one, ops.AlterColumnOp) and one.modify_type is not None:
            kind = Kind.STRUCTURE if is_in_place(source, one) else Kind.CONTRACT
            yield Retyped(kind, table_of(one), column_name(one))


def is_in_place(source: ChangeSource, operation: ops.AlterColumnOp) -> bool:
    """Return True if PostgreSQL changes the type of a column in its catalogue alone.

    A check or a foreign key on the column is made again with it, which reads every row under ACCESS EXCLUSIVE.
    """
    return _is_catalogue_only(operation.existing_type, operation.modify_type) and not _hanging(source, operation)


def _is_catalogue_only(former: Any, wanted: Any) -> bool:  # noqa: ANN401 - types of SQLAlchemy
    """Return True if PostgreSQL changes a type without reading a row: every old value is one of the new type as it is.

    So are a longer or unbounded varchar, varchar to text, and a numeric of more digits and the same scale
    (https://www.postgresql.org/docs/current/sql-altertable.html).
    """
    if isinstance(former, String) and isinstance(wanted, String) and _is_varying(former) and _is_varying(wanted):
        longer = wanted.length is None or (former.length is not None and wanted.length >= former.length)
        return isinstance(wanted, Text) or longer
    if isinstance(former, Numeric) and isinstance(wanted, Numeric) and _is_numeric(former) and _is_numeric(wanted):
        if wanted.precision is None:
            return True
        same_scale = (former.scale or 0) == (wanted.scale or 0)
        return former.precision is not None and same_scale and wanted.precision >= former.precision
    return False


def _is_varying(type_: String) -> bool:
    return type_.__visit_name__ in ("string", "VARCHAR", "text", "TEXT", "unicode", "unicode_text")


def _is_numeric(type_: Any) -> bool:  # noqa: ANN401 - a type of SQLAlchemy
    return type_.__visit_name__ in ("numeric", "NUMERIC", "DECIMAL", "decimal")


def in_place_step(source: ChangeSource, operation: ops.AlterColumnOp) -> Step:
    """Change a type in the catalogue alone."""
    return _altering(source, operation, Kind.STRUCTURE)


def replacement_steps(source: ChangeSource, operation: ops.AlterColumnOp) -> Iterator[Step]:
    """Change a type that would rewrite the table, over two releases; as it is where something hangs on the column."""
    reason = _obstacle(source, operation)
    if reason:
        former, wanted = shown(source, operation.existing_type), shown(source, operation.modify_type)
        yield _altering(
            source,
            operation,
            Kind.CONTRACT,
            left=f"the type of {table_of(operation)}.{column_name(operation)} changes from {former} to {wanted}, which"
            f" rewrites the table, and no column of the new type can take its place: {reason}. Accept"
            " changing-column-type where the table is small",
        )
    else:
        yield from Replacement.of(source, operation).steps()


def _obstacle(source: ChangeSource, operation: ops.AlterColumnOp) -> str:
    """Return why no other column can take the place of one; empty where one can."""
    table, name = table_of(operation), column_name(operation)
    hanging = _hanging(source, operation)
    if hanging:
        return f"{listed(hanging)} depend on it" if len(hanging) > 1 else f"{hanging[0]} depends on it"
    for one in source.operations:
        if isinstance(one, (ops.CreateIndexOp, ops.DropIndexOp)) and table_of(one) == table:
            if name in columns_of(one.to_index()) | _words(source, one.to_index()):
                return f"index {one.index_name} changes too"
        elif isinstance(one, (ops.AddConstraintOp, ops.DropConstraintOp)) and table_of(one) == table:
            constraint = one.to_constraint()
            if not isinstance(constraint, UniqueConstraint) or name in constraint.columns:
                return f"constraint {constraint.name} changes too"
    return ""


def _hanging(source: ChangeSource, operation: ops.AlterColumnOp) -> list[str]:
    table, column = table_of(operation), column_name(operation)
    found = source.connection.exec_driver_sql(_DEPENDENTS, (table, column, table)).all()
    if any(catalogue in _DECLARED for _, catalogue in found) and declared_users(source, table, column) is not None:
        return [shown for shown, catalogue in found if catalogue not in _DECLARED]  # the others are made again
    return [shown for shown, _ in found]


def _words(source: ChangeSource, index: Index) -> set[str]:
    """Return the words of an index's expressions, columns among them."""
    impl, expressions = source.context.migration_context.impl, list[Any](index.expressions)
    return {
        word
        for expression in expressions
        for word in re.findall(r"\w+", impl.render_ddl_sql_expr(expression, is_index=True))
    }


def _altering(source: ChangeSource, operation: ops.AlterColumnOp, kind: Kind, *, left: str = "") -> Step:
    table, name = table_of(operation), column_name(operation)
    former, wanted = (shown(source, type_) for type_ in (operation.existing_type, operation.modify_type))
    change = ops.AlterColumnOp(
        operation.table_name,
        operation.column_name,
        schema=operation.schema,
        existing_type=operation.existing_type,
        modify_type=operation.modify_type,
    )
    up, down = [source.render(change)], [source.render(change.reverse())]
    if kind is Kind.CONTRACT:
        old, new = operation.existing_server_default, operation.modify_server_default
        up = _converting(source, change, wanted, old, old if new is False else new)
        down = _converting(source, change.reverse(), former, old if new is False else new, old)
    return Step(
        kind,
        f"Change the type of {table}.{name} from {former} to {wanted}",
        upgrade=tuple(up),
        downgrade=tuple(down),
        locks={table: ACCESS_EXCLUSIVE},
        left=left,
        blocks=kind is Kind.CONTRACT,
    )


def _converting(
    source: ChangeSource,
    change: ops.AlterColumnOp,
    wanted: str,
    former_default: Any,  # noqa: ANN401 - a default of SQLAlchemy, or none
    default: Any,  # noqa: ANN401 - a default of SQLAlchemy, or none
) -> list[str]:
    """Return the statements that convert a column to a type; a default is not converted with it, but set again."""

    def altering(server_default: Any) -> str:  # noqa: ANN401 - a default of SQLAlchemy, or none
        return source.render(
            ops.AlterColumnOp(
                change.table_name, change.column_name, schema=change.schema, modify_server_default=server_default
            )
        )

    name = qualified(None, change.column_name)
    conversion = FILL_IN if using(source, change, wanted) else f"{name}::{wanted}"
    return [
        *([altering(None)] if former_default is not None and former_default is not False else []),
        f"{source.render(change).rstrip().removesuffix(')')}, postgresql_using={conversion!r})",
        *([altering(default)] if default is not None and default is not False else []),
    ]
