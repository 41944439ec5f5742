"""Applies what statements do to a catalogue, so that a revision is judged on what the ones before it have made.

What cannot be read (a table made by a query, names put together while the statement runs) is left unknown.
"""

from collections.abc import Callable
from dataclasses import replace

from alembic_rollout.lint.known.action_definitions import new_label, new_type
from alembic_rollout.lint.known.known_catalogue import (
    Catalogue,
    Constraint,
    Domain,
    Volatility,
    first_schema,
)
from alembic_rollout.lint.known.replayed_tables import create_index, create_table, new_column, new_constraint
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import read_column
from alembic_rollout.sql.expressions.functions import is_inlined
from alembic_rollout.sql.expressions.view_columns import view_columns
from alembic_rollout.sql.tokens import enclosed, outermost, read_name, skip, split_name, unquote

_VOLATILITIES: tuple[Volatility, ...] = ("immutable", "stable", "volatile")


def apply(catalogue: Catalogue, action: Action) -> None:
    """Apply one action to a catalogue."""
    change = _CHANGES.get((action.verb, action.kind))
    if change is not None:
        change(catalogue, action)


def _set_search_path(catalogue: Catalogue, action: Action) -> None:
    if action.name == "search_path":
        catalogue.search_path = first_schema(action.detail)


def _forget(catalogue: Catalogue, _: Action) -> None:
    """What was undone is unknown, and so is everything that it may have changed."""
    for known in (catalogue.tables, catalogue.indexes, catalogue.enums, catalogue.domains, catalogue.views):
        known.clear()


def _validate(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    found = catalogue.constraint(action.table, action.name)
    if table is not None and found is not None:
        table.constraints[action.name] = Constraint(found.kind, found.columns, found.condition, target=found.target)


def _drop_table(catalogue: Catalogue, action: Action) -> None:
    key = catalogue.key(action.name)
    catalogue.tables.pop(key, None)
    catalogue.indexes = {name: index for name, index in catalogue.indexes.items() if index.table != key}


def _drop_column(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    if table is None:
        return
    table.columns.pop(action.name, None)
    table.constraints = {
        name: each
        for name, each in table.constraints.items()
        if action.name not in each.columns and action.name not in map(unquote, each.condition)
    }
    key = catalogue.key(action.table)
    catalogue.indexes = {
        name: index
        for name, index in catalogue.indexes.items()
        if index.table != key or action.name not in index.columns
    }


def _drop_constraint(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    if table is not None:
        table.constraints.pop(action.name, None)
    index = catalogue.index(action.name, action.table)
    if index is not None and index.table == catalogue.key(action.table):
        _drop_index(catalogue, action)


def _drop_index(catalogue: Catalogue, action: Action) -> None:
    schema = split_name(catalogue.key(action.table))[0] if action.table else ""
    catalogue.indexes.pop(catalogue.key(f"{schema}.{action.name}" if schema else action.name), None)


def _rename_table(catalogue: Catalogue, action: Action) -> None:
    key, new = catalogue.key(action.name), catalogue.key(action.new_name)
    table = catalogue.tables.pop(key, None)
    if table is None:
        return
    catalogue.tables[new] = table
    for name, index in list(catalogue.indexes.items()):
        if index.table == key:
            catalogue.indexes[name] = replace(index, table=new)


def _rename_column(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    if table is None or action.name not in table.columns:
        return
    old, new = action.name, split_name(action.new_name)[1]

    def renamed(words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(new if unquote(word) == old else word for word in words)

    table.columns = {new if name == old else name: column for name, column in table.columns.items()}
    table.constraints = {
        name: Constraint(each.kind, renamed(each.columns), renamed(each.condition), each.is_validated, each.target)
        for name, each in table.constraints.items()
    }
    key = catalogue.key(action.table)
    for name, index in list(catalogue.indexes.items()):
        if index.table == key:
            catalogue.indexes[name] = replace(index, columns=renamed(index.columns), words=renamed(index.words))


def _rename_constraint(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    if table is not None and action.name in table.constraints:
        table.constraints[split_name(action.new_name)[1]] = table.constraints.pop(action.name)


def _rename_index(catalogue: Catalogue, action: Action) -> None:
    index = catalogue.indexes.pop(catalogue.key(action.name), None)
    if index is not None:
        catalogue.indexes[catalogue.key(action.new_name)] = index


def _alter_column(catalogue: Catalogue, action: Action) -> None:
    column = catalogue.column(action.table, action.name)
    if column is None:
        return
    words = action.tokens
    if action.detail in ("set not null", "drop not null"):
        column.is_nullable = action.detail == "drop not null"
    elif action.detail == "type":
        column.type = new_type(action)
    elif action.detail in ("set default", "drop default"):
        column.default = words[words.index("default") + 1 :] if "set" in words else None
    elif action.detail in ("drop identity", "drop expression"):
        column.generated = ""
    elif action.detail in ("add generated", "set generated"):
        column.generated = "always" if "always" in words else "by default"


def _attach(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    if table is not None and action.detail.startswith("attach partition"):
        table.has_default_partition = table.has_default_partition or action.tokens[-1:] == ("default",)


def _create_view(catalogue: Catalogue, action: Action) -> None:
    columns = view_columns(action.tokens)
    if columns is not None:
        catalogue.views[catalogue.key(action.name)] = columns
    else:
        catalogue.views.pop(catalogue.key(action.name), None)


def _create_type(catalogue: Catalogue, action: Action) -> None:
    tokens = action.tokens
    if "enum" in tokens:
        labels = enclosed(tokens, tokens.index("enum") + 1)
        catalogue.enums[catalogue.key(action.name)] = [unquote(label) for label in labels if label != ","]


def _alter_type(catalogue: Catalogue, action: Action) -> None:
    labels = catalogue.enums.get(catalogue.key(action.name))
    if labels is not None and action.detail == "add value":
        labels.append(new_label(action))


def _create_domain(catalogue: Catalogue, action: Action) -> None:
    start = skip(action.tokens, read_name(action.tokens, 2)[1], "as")
    read = read_column(("d", *action.tokens[start:]))
    catalogue.domains[catalogue.key(action.name)] = Domain(
        read.type, is_constrained=read.is_required or bool(read.checks)
    )


def _constrain_domain(catalogue: Catalogue, action: Action) -> None:
    catalogue.domains.setdefault(catalogue.key(action.table or action.name), Domain()).is_constrained = True


def _alter_domain(catalogue: Catalogue, action: Action) -> None:
    if action.detail == "set not null":
        _constrain_domain(catalogue, action)


def _create_function(catalogue: Catalogue, action: Action) -> None:
    words = outermost(action.tokens)
    found: Volatility = next((word for word in _VOLATILITIES if word in words), "volatile")
    body = next((unquote(word) for word in reversed(words) if word[:1] in ("$", "'") and len(word) > 1), "")
    if found == "volatile" and "sql" in words and is_inlined(body):
        found = "stable"
    catalogue.functions[catalogue.key(action.name)] = found


def _drop_type(catalogue: Catalogue, action: Action) -> None:
    catalogue.enums.pop(catalogue.key(action.name), None)
    catalogue.domains.pop(catalogue.key(action.name), None)


_CHANGES: dict[tuple[str, str], Callable[[Catalogue, Action], None]] = {
    ("set", "setting"): _set_search_path,
    ("rollback", "savepoint"): _forget,
    ("create", "table"): create_table,
    ("create", "materialized view"): create_table,
    ("create", "column"): new_column,
    ("create", "constraint"): new_constraint,
    ("create", "index"): create_index,
    ("create", "view"): _create_view,
    ("create", "type"): _create_type,
    ("create", "domain"): _create_domain,
    ("create", "domain constraint"): _constrain_domain,
    ("create", "function"): _create_function,
    ("validate", "constraint"): _validate,
    ("drop", "table"): _drop_table,
    ("drop", "materialized view"): _drop_table,
    ("drop", "column"): _drop_column,
    ("drop", "constraint"): _drop_constraint,
    ("drop", "index"): _drop_index,
    ("drop", "type"): _drop_type,
    ("drop", "domain"): _drop_type,
    ("rename", "table"): _rename_table,
    ("rename", "materialized view"): _rename_table,
    ("rename", "column"): _rename_column,
    ("rename", "constraint"): _rename_constraint,
    ("rename", "index"): _rename_index,
    ("alter", "column"): _alter_column,
    ("alter", "table"): _attach,
    ("alter", "type"): _alter_type,
    ("alter", "domain"): _alter_domain,
}
