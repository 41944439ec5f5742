"""The part of PostgreSQL's catalogue that decides what a statement locks, reads and rewrites."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.sql.expressions.conditions import implies, requires_value
from alembic_rollout.sql.tokens import Tokens, split_name, unquote

DEFAULT_SCHEMA = "public"
_UNKNOWN_SCHEMA = "?"
"""Stands for the schema in which names are looked up where its name is not written; no object is in it."""

Volatility = Literal["immutable", "stable", "volatile"]


@dataclass(slots=True)
class Column:
    """A column.

    Attributes:
        type: its words, such as `varchar ( 20 )`.
        is_nullable: it may hold NULL.
        default: the words of its default; None where it has none.
        generated: `stored`, `virtual`, `always` or `by default`; see `ColumnDefinition`.
    """

    type: Tokens = ()
    is_nullable: bool = True
    default: Tokens | None = None
    generated: str = ""

    def copy(self) -> "Column":
        """Return one that can be changed alone."""
        return Column(self.type, self.is_nullable, self.default, self.generated)


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint.

    Attributes:
        kind: `check`, `unique`, `primary key`, `foreign key`, `exclude` or `not null`.
        columns: of a key; empty where they are unknown.
        condition: of a check.
        is_validated: every row has been read.
        target: the table that a foreign key refers to.
    """

    kind: str
    columns: tuple[str, ...] = ()
    condition: Tokens = ()
    is_validated: bool = True
    target: str = ""


@dataclass(frozen=True, slots=True)
class Index:
    """An index.

    Attributes:
        table: its table, qualified.
        columns: that it is on; one that is an expression is empty.
        is_unique: it refuses duplicates.
        is_partial: it has a WHERE.
        words: of its expressions and its WHERE.
    """

    table: str
    columns: tuple[str, ...] = ()
    is_unique: bool = False
    is_partial: bool = False
    words: Tokens = ()


@dataclass(slots=True)
class Table:
    """A table or a materialized view.

    Attributes:
        columns: by name.
        constraints: by name.
        is_complete: every column is known.
        partition_key: the columns by which it is partitioned; None where it is not.
        has_default_partition: one of its partitions takes what no other takes.
    """

    columns: dict[str, Column] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    is_complete: bool = True
    partition_key: tuple[str, ...] | None = None
    has_default_partition: bool = False

    def copy(self) -> "Table":
        """Return one that can be changed alone."""
        columns = {name: each.copy() for name, each in self.columns.items()}
        return replace(self, columns=columns, constraints=dict(self.constraints))

    def checks(self) -> Iterator[Tokens]:
        """Yield the conditions that every row is known to pass."""
        for constraint in self.constraints.values():
            if constraint.kind == "check" and constraint.is_validated:
                yield constraint.condition

    def has_value_in(self, column: str) -> bool:
        """Return True if every row is known to have a value in a column, so that SET NOT NULL reads nothing."""
        known = self.columns.get(column)
        return (known is not None and not known.is_nullable) or any(
            requires_value(condition, column) for condition in self.checks()
        )

    def passes(self, condition: Tokens) -> bool:
        """Return True if every row is known to meet a condition."""
        return any(implies(check, condition) for check in self.checks())


@dataclass(slots=True)
class Domain:
    """A domain.

    Attributes:
        base: the words of the type that it is made of.
        is_constrained: it has a check or NOT NULL.
    """

    base: Tokens = ()
    is_constrained: bool = False


@dataclass(slots=True)
class Catalogue:
    """What is known of a database; every name is qualified, unless it is in the default schema.

    Attributes:
        tables: by name.
        indexes: by name.
        enums: the labels of each, by name.
        domains: by name.
        functions: how volatile each is, by name.
        views: the columns of views, by name; those that are not known are not there.
        sizes: of the tables that are there before the judged revisions, by name; those of others are unknown.
        default_schema: the one in which unqualified names are looked up.
        search_path: the schema in which they are looked up since the revision has set another one; empty before.
        has_standard_strings: False where a backslash in a string is an escape, unless a session says otherwise.
    """

    tables: dict[str, Table] = field(default_factory=dict)
    indexes: dict[str, Index] = field(default_factory=dict)
    enums: dict[str, list[str]] = field(default_factory=dict)
    domains: dict[str, Domain] = field(default_factory=dict)
    functions: dict[str, Volatility] = field(default_factory=dict)
    views: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sizes: Mapping[str, Size] = field(default_factory=dict)
    default_schema: str = DEFAULT_SCHEMA
    search_path: str = ""
    has_standard_strings: bool = True

    def copy(self) -> "Catalogue":
        """Return one that can be changed alone; quicker than `deepcopy`, since much in it is never changed."""
        return replace(
            self,
            tables={name: table.copy() for name, table in self.tables.items()},
            indexes=dict(self.indexes),
            enums={name: list(labels) for name, labels in self.enums.items()},
            domains={name: replace(domain) for name, domain in self.domains.items()},
            functions=dict(self.functions),
            views=dict(self.views),
        )

    def key(self, name: str) -> str:
        """Return a name as the catalogue's dictionaries have it."""
        schema, own = split_name(name)
        schema = schema or self.search_path
        return own if schema in ("", self.default_schema) else f"{schema}.{own}"

    def table(self, name: str) -> Table | None:
        """Return a table; None where none is known by that name."""
        return self.tables.get(self.key(name))

    def column(self, table: str, name: str) -> Column | None:
        """Return a column of a table; None where it is unknown."""
        found = self.table(table)
        return found.columns.get(name) if found else None

    def constraint(self, table: str, name: str) -> Constraint | None:
        """Return a constraint of a table; None where it is unknown."""
        found = self.table(table)
        return found.constraints.get(name) if found else None

    def index(self, name: str, table: str = "") -> Index | None:
        """Return an index, which is in its table's schema where the name does not say."""
        schema, own = split_name(name)
        if not schema and table:
            schema = split_name(self.key(table))[0]
        return self.indexes.get(self.key(f"{schema}.{own}" if schema else own))

    def is_indexed(self, table: str, column: str) -> bool:
        """Return True if an index, or a constraint with one, is on a column."""
        key = self.key(table)
        indexes = [each.columns for each in self.indexes.values() if each.table == key]
        return any(column in columns for columns in (*indexes, *self.unique_keys(table)))

    def has_condition_on(self, table: str, column: str) -> bool:
        """Return True if a check, or an expression or WHERE of an index, depends on a column."""
        found, key = self.table(table), self.key(table)
        checks = (each.condition for each in found.constraints.values()) if found else ()
        words = (*checks, *(index.words for index in self.indexes.values() if index.table == key))
        return any(column in map(unquote, each) for each in words)

    def unique_keys(self, table: str) -> Iterator[tuple[str, ...]]:
        """Yield the sets of columns of a table of which no two rows have the same values."""
        found = self.table(table)
        for constraint in found.constraints.values() if found else ():
            if constraint.kind in ("primary key", "unique") and constraint.columns:
                yield constraint.columns
        for index in self.indexes.values():
            if index.table == self.key(table) and index.is_unique and not index.is_partial and all(index.columns):
                yield index.columns


def first_schema(search_path: str) -> str:
    """Return the schema in which unqualified names are looked up first.

    Args:
        search_path: as it is set, such as `shop, public`; `default` where it is reset.

    Returns:
        The schema; empty where it is that of the role and the database; one that holds no object where it is unknown.
    """
    first = search_path.split(",", maxsplit=1)[0].strip()
    if first == "default":
        return ""
    return first if first and first[0] not in "$?" else _UNKNOWN_SCHEMA
