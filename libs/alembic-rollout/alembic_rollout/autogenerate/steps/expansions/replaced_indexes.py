"""What is built on a column that one of another type replaces: its indexes, as they are on the new one."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Column, Index, MetaData, Table, UnaryExpression, UniqueConstraint

from alembic_rollout.autogenerate.change_source import ChangeSource
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.operations.expansions.type_changes import new_column
from alembic_rollout.postgres.identifiers import name_beside, qualified

NEW = "_new"
"""The suffix of an index until it takes the name of the one that it replaces."""


def indexes_of(source: ChangeSource, table: str, name: str, schema: str | None) -> tuple[list[Index], list[Index]]:
    """Read the indexes of a column from the database, as they are on the column that replaces it.

    Args:
        source: of the change.
        table: its name.
        name: of the column.
        schema: of the table, where it is not the default one.

    Returns:
        Its indexes, and its unique constraints as indexes.
    """
    live = Table(table, MetaData(), schema=schema, autoload_with=source.connection, resolve_fks=False)
    copy = Table(table, MetaData(), schema=schema)
    names = {str(column.name): new_column(name) if column.name == name else str(column.name) for column in live.c}
    for column in live.columns:
        copy.append_column(Column(names[str(column.name)], column.type))
    # An index of a unique constraint is reflected with it, and is no index of its own.
    uniques = [one for one in live.constraints if isinstance(one, UniqueConstraint) and name in one.columns]
    taken = {str(one.name) for one in uniques}
    indexes = [one for one in live.indexes if name in columns_of(one) and str(one.name) not in taken]
    return (
        [_on_copy(one, copy, names) for one in sorted(indexes, key=_name)],
        [_unique_on_copy(one, copy, names) for one in sorted(uniques, key=_name)],
    )


def columns_of(index: Index) -> set[str]:
    """Return the columns that an index is on, or includes."""
    return {_column_of(expression) for expression in index.expressions} | {
        str(getattr(column, "name", column)) for column in index.dialect_options["postgresql"].get("include") or ()
    }


def renaming(index: Index) -> str:
    """Return the statement that gives an index its name."""
    assert index.table is not None  # noqa: S101 - for the type checker: it was made with its table
    built = qualified(index.table.schema, name_beside(str(index.name), NEW))
    return call("op.execute", f"ALTER INDEX {built} RENAME TO {qualified(None, str(index.name))}")


def exchange(index: Index) -> Iterator[str]:
    """Yield the statements that exchange the names of an index and the one that is built beside it."""
    assert index.table is not None  # noqa: S101 - for the type checker: it was made with its table
    name = str(index.name)
    names = [name, name_beside(name, NEW), name_beside(name, "_swapped")]
    for former, after in ((0, 2), (1, 0), (2, 1)):
        one = qualified(index.table.schema, names[former])
        yield call("op.execute", f"ALTER INDEX {one} RENAME TO {qualified(None, names[after])}")


def taking_over(unique: Index) -> str:
    """Return the statement that makes an index the unique constraint of its name."""
    assert unique.table is not None  # noqa: S101 - for the type checker: it was made with its table
    table = qualified(unique.table.schema, unique.table.name)
    name, built = str(unique.name), name_beside(str(unique.name), NEW)
    return call(
        "op.execute",
        f"ALTER TABLE {table} ADD CONSTRAINT {qualified(None, name)} UNIQUE USING INDEX {qualified(None, built)}",
    )


def _column_of(expression: Any) -> str:  # noqa: ANN401 - of an index: a column, or one with DESC or NULLS LAST
    while isinstance(expression, UnaryExpression):
        expression = expression.element
    return str(getattr(expression, "name", ""))


def _on_column(expression: Any, copy: Table, names: dict[str, str]) -> Any:  # noqa: ANN401 - as above
    if isinstance(expression, UnaryExpression):
        element = _on_column(expression.element, copy, names)
        return UnaryExpression(element, modifier=expression.modifier)
    return copy.c[names[_column_of(expression)]]


def _name(one: Index | UniqueConstraint) -> str:
    return str(one.name)


def _on_copy(index: Index, copy: Table, names: dict[str, str]) -> Index:
    options = dict(index.dialect_options["postgresql"])
    classes = {names.get(key, key): value for key, value in (options.get("ops") or {}).items()}
    return Index(
        str(index.name),
        *(_on_column(one, copy, names) for one in index.expressions),
        unique=bool(index.unique),
        postgresql_using=options.get("using"),
        postgresql_with=options.get("with") or {},
        postgresql_ops=classes,
        postgresql_include=[names[str(getattr(one, "name", one))] for one in options.get("include") or ()],
        postgresql_nulls_not_distinct=options.get("nulls_not_distinct"),
        _table=copy,
    )


def _unique_on_copy(constraint: UniqueConstraint, copy: Table, names: dict[str, str]) -> Index:
    options = constraint.dialect_options["postgresql"]
    return Index(
        str(constraint.name),
        *(copy.c[names[str(column.name)]] for column in constraint.columns),
        unique=True,
        postgresql_include=[names[str(getattr(one, "name", one))] for one in options.get("include") or ()],
        postgresql_nulls_not_distinct=options.get("nulls_not_distinct"),
        _table=copy,
    )
