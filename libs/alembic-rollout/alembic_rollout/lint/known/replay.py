"""Applies what statements do to a catalogue, so that a revision is judged on what the ones before it have made.

What cannot be read (a table made by a query, names put together while the statement runs) is left unknown.
"""

from collections.abc import Callable
from dataclasses import replace

from alembic_rollout.lint.known.known_catalogue import Catalogue, Column, Constraint, Domain, Index, Table, Volatility
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.definitions import (
    ColumnDefinition,
    added_column,
    is_column,
    read_column,
    table_elements,
)
from alembic_rollout.sql.expressions.functions import is_inlined
from alembic_rollout.sql.expressions.view_columns import view_columns
from alembic_rollout.sql.tokens import (
    Tokens,
    enclosed,
    outermost,
    outermost_index,
    read_name,
    skip,
    skip_phrase,
    split_at_commas,
    split_name,
    unquote,
)

_FROM_A_QUERY = ("as", "like", "inherits", "of")
_VOLATILITIES: tuple[Volatility, ...] = ("immutable", "stable", "volatile")


def apply(catalogue: Catalogue, action: Action) -> None:
    """Apply one action to a catalogue."""
    change = _CHANGES.get((action.verb, action.kind))
    if change is not None:
        change(catalogue, action)


def read_constraint(tokens: Tokens) -> Constraint:
    """Read a constraint of a table, from its kind on: `CHECK (...)`, `FOREIGN KEY (...) REFERENCES ...`."""
    kind = " ".join(tokens[:2]) if tokens[:1] in (("primary",), ("foreign",), ("not",)) else "".join(tokens[:1])
    words = outermost(tokens)
    is_valid = not any(words[at : at + 2] in (("not", "valid"), ("not", "enforced")) for at in range(len(words)))
    if kind == "check":
        return Constraint(kind, condition=enclosed(tokens, 1), is_validated=is_valid)
    if kind == "not null":
        return Constraint(kind, (read_name(tokens, 2)[0],), is_validated=is_valid)
    columns: tuple[str, ...] = ()
    if "(" in tokens and kind != "exclude" and "using" not in words:
        columns = _columns_in(enclosed(tokens, tokens.index("(")))
    target = read_name(tokens, tokens.index("references") + 1)[0] if "references" in tokens else ""
    return Constraint(kind, columns, is_validated=is_valid, target=target)


def constraint_of(action: Action) -> Constraint:
    """Return the constraint that an ADD makes."""
    tokens = action.tokens[1:]
    position = read_name(tokens, 1)[1] if tokens[:1] == ("constraint",) else 0
    return read_constraint(tokens[position:])


def column_of(column: ColumnDefinition) -> Column:
    """Return a column as the catalogue has it."""
    is_nullable = not (column.is_required or column.is_serial or column.generated in ("always", "by default"))
    default = ("nextval",) if column.is_serial else column.default
    return Column(column.type, is_nullable, default, column.generated)


def _create_table(catalogue: Catalogue, action: Action) -> None:
    key = catalogue.key(action.name)
    if key in catalogue.tables and action.has("not", "exists"):
        return
    words = outermost(action.tokens)
    table = catalogue.tables[key] = Table(is_complete=not any(word in words for word in _FROM_A_QUERY))
    if "partition" in words and "by" in words:
        at = action.tokens.index("by")
        table.partition_key = _columns_in(enclosed(action.tokens, at + 2))
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


def _new_column(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    if table is not None and not (action.has("not", "exists") and action.name in table.columns):
        _add_column(catalogue, action.table, table, added_column(action.tokens))


def _new_constraint(catalogue: Catalogue, action: Action) -> None:
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


def _validate(catalogue: Catalogue, action: Action) -> None:
    table = catalogue.table(action.table)
    found = catalogue.constraint(action.table, action.name)
    if table is not None and found is not None:
        table.constraints[action.name] = Constraint(found.kind, found.columns, found.condition, target=found.target)


def _create_index(catalogue: Catalogue, action: Action) -> None:
    if not action.table:
        return
    schema = split_name(catalogue.key(action.table))[0]
    name = split_name(action.name)[1]
    catalogue.indexes[catalogue.key(f"{schema}.{name}" if schema else name)] = index_of(catalogue, action)


def index_of(catalogue: Catalogue, action: Action) -> Index:
    """Return the index that a CREATE INDEX makes."""
    tokens = action.tokens
    start = tokens.index("(") if "(" in tokens else len(tokens)
    columns = _columns_in(enclosed(tokens, start)) if start < len(tokens) else ()
    words = outermost(tokens)
    where = outermost_index(tokens, "where")
    calculated = (*(enclosed(tokens, start) if "" in columns else ()), *(tokens[where:] if where > 0 else ()))
    return Index(catalogue.key(action.table), columns, "unique" in words[:2], where > 0, calculated)


def _columns_in(tokens: Tokens) -> tuple[str, ...]:
    """Return the columns of a list; one that is an expression is empty."""
    found = []
    for part in split_at_commas(tokens):
        name, end = read_name(part)
        found.append("" if part[end : end + 1] == ("(",) else name)
    return tuple(found)


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


def new_type(action: Action) -> Tokens:
    """Return the words of the type that an ALTER COLUMN ... TYPE gives, without USING and COLLATE."""
    words = action.tokens[action.tokens.index("type") + 1 :]
    ends = [words.index(word) for word in ("using", "collate") if word in words]
    return words[: min(ends, default=len(words))]


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


def new_label(action: Action) -> str:
    """Return the label that an ALTER TYPE ... ADD VALUE adds."""
    words = action.tokens
    return unquote("".join(words[skip_phrase(words, 2, "if", "not", "exists") :][:1]))


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
    ("create", "table"): _create_table,
    ("create", "materialized view"): _create_table,
    ("create", "column"): _new_column,
    ("create", "constraint"): _new_constraint,
    ("create", "index"): _create_index,
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
