"""Replays what makes tables, columns, constraints and indexes in a catalogue."""

from dataclasses import replace

from alembic_rollout.lint.known.action_definitions import (
    column_of,
    columns_in,
    constraint_of,
    index_of,
    read_constraint,
)
from alembic_rollout.lint.known.known_catalogue import Catalogue, Constraint, Table
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import (
    ColumnDefinition,
    added_column,
    is_column,
    read_column,
    table_elements,
)
from alembic_rollout.sql.tokens import Tokens, enclosed, outermost, read_name, split_name

_FROM_A_QUERY = ("as", "like", "inherits", "of")


def create_table(catalogue: Catalogue, action: Action) -> None:
    """Add the table that a CREATE TABLE or CREATE MATERIALIZED VIEW makes, with its columns and constraints."""
    key = catalogue.key(action.name)
    if key in catalogue.tables and action.has("not", "exists"):
        return
    words = outermost(action.tokens)
    table = catalogue.tables[key] = Table(is_complete=not any(word in words for word in _FROM_A_QUERY))
    if "partition" in words and "by" in words:
        at = action.tokens.index("by")
        table.partition_key = columns_in(enclosed(action.tokens, at + 2))
    if action.has("partition", "of"):
        _inherit(catalogue, action, table)
    for element in table_elements(action.tokens):
        _add_element(catalogue, action.name, table, element)


def _inherit(catalogue: Catalogue, action: Action, table: Table) -> None:
    tokens = action.tokens
    place = next(at for at in range(len(tokens)) if tokens[at : at + 2] == ("partition", "of"))
    parent = catalogue.table(read_name(tokens, place + 2)[0])
    if parent is not None:
        table.columns.update({name: replace(column) for name, column in parent.columns.items()})
        table.is_complete = parent.is_complete
        parent.has_default_partition = parent.has_default_partition or action.tokens[-1:] == ("default",)


def _add_element(catalogue: Catalogue, name: str, table: Table, element: Tokens) -> None:
    if is_column(element):
        _add_column(catalogue, name, table, read_column(element))
        return
    if element[:1] == ("like",):
        other = catalogue.table(read_name(element, 1)[0])
        table.columns.update({name: replace(column) for name, column in (other.columns if other else {}).items()})
        table.is_complete = other is not None and other.is_complete
        return
    own, position = read_name(element, 1) if element[:1] == ("constraint",) else ("", 0)
    _add_constraint(name, table, own, read_constraint(element[position:]))


def _add_column(catalogue: Catalogue, name: str, table: Table, column: ColumnDefinition) -> None:
    if not column.name:
        return
    table.columns[column.name] = column_of(column)
    bare = split_name(name)[1]
    if column.is_primary_key:
        table.constraints[f"{bare}_pkey"] = Constraint("primary key", (column.name,))
    if column.is_unique:
        table.constraints[f"{bare}_{column.name}_key"] = Constraint("unique", (column.name,))
    for condition in column.checks:
        table.constraints[f"{bare}_{column.name}_check"] = Constraint("check", condition=condition)
    if column.references:
        table.constraints[f"{bare}_{column.name}_fkey"] = Constraint(
            "foreign key", (column.name,), target=column.references
        )
    catalogue.tables[catalogue.key(name)] = table


def _add_constraint(name: str, table: Table, own: str, constraint: Constraint) -> None:
    bare = split_name(name)[1]
    endings = {"primary key": "pkey", "unique": "key", "foreign key": "fkey", "check": "check", "not null": "not_null"}
    columns = constraint.columns if constraint.kind != "primary key" else ()
    given = own or "_".join((bare, *columns, endings.get(constraint.kind, "excl")))
    table.constraints[given] = constraint
    if constraint.kind in ("primary key", "not null"):
        for column in constraint.columns:
            if column in table.columns:
                table.columns[column].is_nullable = False


def new_column(catalogue: Catalogue, action: Action) -> None:
    """Add the column that an ADD COLUMN makes to a table that is known."""
    table = catalogue.table(action.table)
    if table is not None and not (action.has("not", "exists") and action.name in table.columns):
        _add_column(catalogue, action.table, table, added_column(action.tokens))


def new_constraint(catalogue: Catalogue, action: Action) -> None:
    """Add the constraint that an ADD makes to a table that is known."""
    table = catalogue.table(action.table)
    if table is None:
        return
    constraint = constraint_of(action)
    words = action.tokens
    if "using" in words and "index" in words and constraint.kind in ("unique", "primary key"):
        index = catalogue.index(read_name(words, words.index("index") + 1)[0], action.table)
        columns = index.columns if index else ()
        constraint = Constraint(constraint.kind, columns)
    _add_constraint(action.table, table, action.name, constraint)


def create_index(catalogue: Catalogue, action: Action) -> None:
    """Add the index that a CREATE INDEX makes."""
    if not action.table:
        return
    schema = split_name(catalogue.key(action.table))[0]
    name = split_name(action.name)[1]
    catalogue.indexes[catalogue.key(f"{schema}.{name}" if schema else name)] = index_of(catalogue, action)
