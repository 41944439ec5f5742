"""The models against the live schema, by `alembic.autogenerate.compare_metadata`, in sentences.

It sees tables, columns, indexes, constraints and comments. Check constraints are compared by name.
"""

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from alembic.autogenerate import compare_metadata
from alembic.runtime.environment import EnvironmentContext
from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Constraint,
    Dialect,
    ForeignKeyConstraint,
    Index,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.schema import CreateIndex
from sqlalchemy.types import TypeEngine

from alembic_rollout.comparison.plugins import comparing
from alembic_rollout.comparison.reflection_warnings import ignore_those_of_no_use
from alembic_rollout.drift.differences import DriftFinding, identity, identity_by_columns

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_COMPUTED = re.compile("Computed default on (.+) cannot be modified")
_CONSTRAINT_KINDS: tuple[tuple[type[Constraint], str], ...] = (
    (ForeignKeyConstraint, "foreign key"),
    (UniqueConstraint, "unique constraint"),
    (CheckConstraint, "check constraint"),
    (PrimaryKeyConstraint, "primary key"),
)
_NULLABLE = {True: "may be NULL", False: "is NOT NULL"}


def compare_with_models(
    environment: "Environment", connection: Connection, metadata: Sequence[MetaData]
) -> list[DriftFinding]:
    """Return what Alembic would generate a revision for.

    Args:
        environment: whose options of `context.configure` count: `include_name`, `include_object`, `compare_type`, ...
        connection: to the database.
        metadata: of the models, each.
    """
    default_schema = str(connection.dialect.default_schema_name)
    options = comparing(environment.configure_options(), environment, enums=False)
    with (
        _computed_otherwise(metadata, default_schema) as computed,
        EnvironmentContext(environment.config, environment.script) as context,
    ):
        context.configure(connection=connection, **options)
        # Alembic takes several as well; its annotation does not say so.
        differences = list(_flat(compare_metadata(context.get_context(), cast("MetaData", list(metadata)))))
    return [*_Reading(metadata, connection.dialect, differences).findings(), *computed]


@contextmanager
def _computed_otherwise(metadata: Sequence[MetaData], default_schema: str) -> Iterator[list[DriftFinding]]:
    """Turn what Alembic only warns of, columns that are computed otherwise, into findings."""
    found: list[DriftFinding] = []
    with warnings.catch_warnings(record=True) as warned:
        ignore_those_of_no_use()
        warnings.filterwarnings("always", message=_COMPUTED.pattern)
        yield found
    for warning in warned:
        if match := _COMPUTED.match(str(warning.message)):
            table, column = match[1].rsplit(".", 1)
            fact = "is computed by another expression in the models than in the database"
            # The warning leaves the schema out.
            schemas = {
                one.schema or default_schema for model in metadata for one in model.tables.values() if one.name == table
            }
            identities = tuple(identity("column", schema, table, column) for schema in schemas)
            found.append(DriftFinding("column", match[1], f"table {table}: column {column} {fact}", fact, identities))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _flat(differences: list[Any]) -> Iterator[tuple[Any, ...]]:
    for difference in differences:
        yield from difference if isinstance(difference, list) else [difference]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One of Alembic's differences: an object that one side has, or in which both differ."""

    kind: str
    name: str
    subject: str
    side: str = ""
    detail: str = ""
    identities: tuple[str, ...] = ()


class _Reading:
    """Alembic's differences, read one by one: `_add_*` is what only the models have, `_remove_*` the database.

    Args:
        metadata: of the models, each.
        dialect: writes definitions.
        differences: Alembic's tuples.
    """

    def __init__(self, metadata: Sequence[MetaData], dialect: Dialect, differences: list[tuple[Any, ...]]) -> None:
        self._metadata = metadata
        self._dialect = dialect
        self._default_schema = str(dialect.default_schema_name)
        self._differences = differences
        self._whole_tables = {item[1].fullname for item in differences if item[0] in ("add_table", "remove_table")}

    def findings(self) -> list[DriftFinding]:
        """Return one finding for every object."""
        seen: dict[tuple[str, str], list[_Seen]] = {}
        for operation, *parts in self._differences:
            read = getattr(self, f"_{operation}", None) or getattr(self, f"_{operation.partition('_')[0]}", None)
            # What has no method is a plug-in's, and told as it is.
            one = read(operation, *parts) if read else _Seen(operation, str(parts[0]), operation, detail=str(parts[0]))
            if one is not None:
                seen.setdefault((one.kind, one.name), []).append(one)
        return [_finding(parts) for parts in seen.values()]

    def _add_table(self, _: str, table: Table) -> _Seen:
        return self._table(table, "models")

    def _remove_table(self, _: str, table: Table) -> _Seen:
        return self._table(table, "database")

    def _table(self, table: Table, side: str) -> _Seen:
        identities = (identity("table", *self._address(table)),)
        return _Seen("table", table.fullname, f"table {table.fullname}", side, identities=identities)

    def _address(self, table: Table) -> tuple[str, str]:
        return table.schema or self._default_schema, table.name

    def _add_column(self, _: str, schema: str | None, table: str, column: Column[Any]) -> _Seen:
        return self._column(schema, table, column.name, side="models")

    def _remove_column(self, _: str, schema: str | None, table: str, column: Column[Any]) -> _Seen:
        return self._column(schema, table, column.name, side="database")

    def _modify(self, operation: str, schema: str | None, table: str, column: str, *values: Any) -> _Seen:  # noqa: ANN401
        _, database, models = values
        aspect = operation.removeprefix("modify_").replace("_", " ")
        if aspect == "comment":
            name = f"{schema}.{table}.{column}" if schema else f"{table}.{column}"
            on = identity("comment on table column", schema or self._default_schema, table, column)
            return _comment(f"column {name}", name, models, database, on)
        if aspect == "nullable":
            told = f"{_NULLABLE[models]} in the models and {_NULLABLE[database]} in the database"
        else:
            one, other = self._told_apart(models, database)
            told = f"has the {aspect} {one} in the models and {other} in the database"
        return self._column(schema, table, column, detail=told)

    def _column(self, schema: str | None, table: str, column: str, *, side: str = "", detail: str = "") -> _Seen:
        identities = (identity("column", schema or self._default_schema, table, column),)
        table = f"{schema}.{table}" if schema else table
        return _Seen("column", f"{table}.{column}", f"table {table}: column {column}", side, detail, identities)

    def _told_apart(self, models: object, database: object) -> tuple[str, str]:
        """Return both as they read in SQL; where that is the same, as Python has them."""
        one, other = self._shown(models), self._shown(database)
        return (one, other) if one != other else (f"{one} ({models!r})", f"{other} ({database!r})")

    def _shown(self, value: object) -> str:
        return value.compile(dialect=self._dialect) if isinstance(value, TypeEngine) else _shown(value)

    def _add_index(self, _: str, index: Index) -> _Seen | None:
        return self._index(index, "models")

    def _remove_index(self, _: str, index: Index) -> _Seen | None:
        return self._index(index, "database")

    def _index(self, index: Index, side: str) -> _Seen | None:
        assert index.table is not None  # noqa: S101 - for the type checker: Alembic found it on one
        definition = str(CreateIndex(index).compile(dialect=self._dialect))
        identities = (identity("index", index.table.schema or self._default_schema, index.name),)
        seen = _Seen("index", str(index.name), f"index {index.name}", side, definition, identities)
        return self._on_table(index.table, seen)

    def _add_constraint(self, _: str, constraint: Constraint) -> _Seen | None:
        return self._constraint(constraint, "models")

    def _remove_constraint(self, _: str, constraint: Constraint) -> _Seen | None:
        if isinstance(constraint, CheckConstraint) and self._has_unnamed_checks(constraint.table):
            return None  # PostgreSQL named it; which of the models' it is remains unknown
        return self._constraint(constraint, "database")

    def _sql_object(self, _: str, title: str, sentence: str) -> _Seen:
        kind, _, name = title.partition(" ")
        return _Seen(kind, name, title, detail=sentence)

    _add_fk = _add_constraint
    _remove_fk = _remove_constraint

    def _constraint(self, constraint: Constraint, side: str) -> _Seen | None:
        kind = next((word for type_, word in _CONSTRAINT_KINDS if isinstance(constraint, type_)), "constraint")
        detail = str(constraint.sqltext) if isinstance(constraint, CheckConstraint) else _columns(constraint)
        name = str(constraint.name) if constraint.name else detail
        identities = tuple(self._identities_of(constraint))
        return self._on_table(constraint.table, _Seen("constraint", name, f"{kind} {name}", side, detail, identities))

    def _identities_of(self, constraint: Constraint) -> Iterator[str]:
        table = self._address(constraint.table)
        if constraint.name:
            yield identity("constraint", *table, str(constraint.name))
        for type_, kind in ((ForeignKeyConstraint, "FOREIGN KEY"), (UniqueConstraint, "UNIQUE")):
            if isinstance(constraint, type_):
                yield identity_by_columns(kind, (column.name for column in constraint.columns), *table)

    def _on_table(self, table: Table, seen: _Seen) -> _Seen | None:
        if table.fullname in self._whole_tables:
            return None  # said already, with the table
        return replace(seen, subject=f"table {table.fullname}: {seen.subject}")

    def _add_table_comment(self, _: str, table: Table, existing: str | None) -> _Seen:
        return self._table_comment(table, table.comment, existing)

    def _remove_table_comment(self, _: str, table: Table) -> _Seen:
        return self._table_comment(table, None, None)

    def _table_comment(self, table: Table, models: str | None, database: str | None) -> _Seen:
        on = identity("comment on table", *self._address(table))
        return _comment(f"table {table.fullname}", table.fullname, models, database, on)

    def _has_unnamed_checks(self, table: Table) -> bool:
        models = (one.tables[table.fullname] for one in self._metadata if table.fullname in one.tables)
        return any(
            isinstance(item, CheckConstraint) and not isinstance(item.name, str)
            for model in models
            for item in constraints_of(model)
        )


def constraints_of(table: Table) -> Iterator[Constraint]:
    """Yield the constraints of a table, those that stand in a column's definition included."""
    yield from table.constraints
    for column in table.columns:
        yield from column.constraints


def _columns(constraint: Constraint) -> str:
    names = f"({', '.join(column.name for column in getattr(constraint, 'columns', ()))})"
    if not isinstance(constraint, ForeignKeyConstraint):
        return names
    targets = [element.target_fullname.rpartition(".") for element in constraint.elements]
    options = f" ON DELETE {constraint.ondelete}" if constraint.ondelete else ""
    return f"{names} -> {targets[0][0]} ({', '.join(column for _, _, column in targets)}){options}"


def _shown(value: object) -> str:
    """Return a type, a default or a comment as it reads."""
    value = getattr(value, "arg", value)  # of a DefaultClause
    value = getattr(value, "text", value)  # of a text()
    return "none" if value in (None, False) else f"{value!r}" if isinstance(value, str) else str(value)


def _comment(on: str, name: str, models: str | None, database: str | None, identity: str) -> _Seen:
    subject = f"the comment on {on}"
    if models is None and database is None:
        return _Seen("comment", name, subject, "database", identities=(identity,))
    told = f"is {_shown(models)} in the models and {_shown(database)} in the database"
    return _Seen("comment", name, subject, detail=told, identities=(identity,))


def _finding(seen: list[_Seen]) -> DriftFinding:
    one, fact = seen[0], _fact(seen)
    identities = tuple(dict.fromkeys(each for part in seen for each in part.identities))
    return DriftFinding(one.kind, one.name, f"{one.subject} {fact}", fact, identities)


def _fact(seen: list[_Seen]) -> str:
    by_side = {one.side: one for one in seen}
    if {"models", "database"} <= set(by_side):
        details = by_side["models"].detail, by_side["database"].detail
        if details[0] == details[1]:
            return "is not the same in the models and in the database"
        return f"is {details[0]} in the models and {details[1]} in the database"
    if "" in by_side:
        return "; ".join(one.detail for one in seen)
    other = {"models": "database", "database": "models"}[seen[0].side]
    detail = f": {seen[0].detail}" if seen[0].detail else ""
    return f"is in the {seen[0].side} and not in the {other}{detail}"
