"""Pairs of models, at random: what a developer had, and what it becomes.

Every row that `rows` makes obeys the constraints of both, and every value can be converted to every type that a column
may change to: the tables are full of digits, and of ids of each other.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

ROWS = 3
_NAMES = ("a", "b", "c", "d", "e")
_TABLES = ("t", "u", "v")
_LABELS = ("1", "2", "3")
_TYPES = {
    "Integer": ("BigInteger", "Text", "Numeric(8, 2)"),
    "BigInteger": ("Text", "Numeric"),
    "String(20)": ("String(40)", "Text", "Integer"),
    "Text": ("String(40)", "Integer"),
    "Numeric(8, 2)": ("Numeric(10, 2)", "Numeric", "Text"),
    "Boolean": (),
    "DateTime(timezone=True)": (),
    "JSONB": (),
    "ARRAY(Text)": (),
    "Uuid": (),
    "mood": (),
}
"""What a column may be, and what each may change to."""
_CHANGES = ("type", "null", "default", "built")
_TEXTS = ("String(20)", "Text")
_VALUES = {
    "Boolean": ("mod(n, 2) = 0", "false"),
    "DateTime(timezone=True)": ("now() + n * interval '1 day'", "now()"),
    "JSONB": ("to_jsonb(n)", "'{}'"),
    "ARRAY(Text)": ("ARRAY[n::text]", "'{}'"),
    "Uuid": ("gen_random_uuid()", "gen_random_uuid()"),
    "mood": ("n::text::mood", "'1'"),
}
"""SQL for the value of row `n`, and for a default."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column besides the key `id`.

    Attributes:
        name: its name.
        type_: a key of `_TYPES`.
        required: NOT NULL.
        default: it has one.
        index: none, `plain`, `unique`, `partial`, `expression`.
        unique: a unique constraint is on it.
        refers: table whose id it is, or none.
        check: its lower bound, or none.
        comment: on it, or none.
    """

    name: str
    type_: str = "Integer"
    required: bool = False
    default: bool = False
    index: str = ""
    unique: bool = False
    refers: str = ""
    check: int | None = None
    comment: str = ""

    def text(self) -> str:
        """Return the column as models.py has it."""
        type_ = "MOOD" if self.type_ == "mood" else self.type_
        key = f', ForeignKey("{self.refers}.id")' if self.refers else ""
        options = [f"nullable={not self.required}"]
        if self.default:
            options.append(f'server_default=text("{_value(self.type_)[1]}")')
        if self.unique:
            options.append("unique=True")
        if self.comment:
            options.append(f"comment={self.comment!r}")
        return f'Column("{self.name}", {type_}{key}, {", ".join(options)})'

    def parts(self, table: str) -> list[str]:
        """Return what is on the table for the column."""
        name, found = f"ix_{table}_{self.name}", []
        if self.index in {"plain", "unique"}:
            found.append(f'Index("{name}", "{self.name}", unique={self.index == "unique"})')
        elif self.index == "partial":
            found.append(f'Index("{name}", "{self.name}", postgresql_where=text("id > 1"))')
        elif self.index == "expression":
            found.append(f'Index("{name}", text("(({self.name} IS NULL))"))')
        if self.check is not None:
            found.append(f'CheckConstraint("length({self.name}::text) > {self.check}", name="{self.name}")')
        return found


@dataclass(frozen=True, slots=True)
class Models:
    """Tables of columns.

    Attributes:
        tables: columns by table.
        labels: of the enum.
        together: tables whose first two columns have an index together.
    """

    tables: dict[str, tuple[Column, ...]]
    labels: tuple[str, ...]
    together: frozenset[str]

    def text(self) -> str:
        """Return what models.py has behind its header."""
        lines = [f"MOOD = Enum({', '.join(map(repr, self.labels))}, name='mood')"]
        for name, columns in self.tables.items():
            parts = [
                'Column("id", Integer, primary_key=True)',
                *(column.text() for column in columns),
                *(part for column in columns for part in column.parts(name)),
            ]
            if name in self.together and len(columns) > 1:
                parts.append(f'Index("ix_{name}_together", "{columns[0].name}", text("{columns[1].name} DESC"))')
            lines.append(f'Table("{name}", metadata, {", ".join(parts)})')
        return "\n".join(lines) + "\n"

    def rows(self) -> list[str]:
        """Return the statements that fill the tables: rows that refer to each other come last."""
        filled = []
        for name, columns in self.tables.items():
            values = [_value(column.type_)[0] for column in columns]
            names = [column.name for column in columns]
            target = f"{name} ({', '.join(['id', *names])})"
            filled.append(
                f"INSERT INTO {target} SELECT {', '.join(['n', *values])} FROM generate_series(1, {ROWS}) AS n"  # noqa: S608 - names of the tests
            )
        return filled


@dataclass(frozen=True, slots=True)
class Pair:
    """A change.

    Attributes:
        former: the models before it.
        wanted: those after it.
        renames: as the command takes them.
    """

    former: Models
    wanted: Models
    renames: tuple[str, ...]


def fill_in(column_type: str) -> str:
    """Return the value that the developer writes for a column that is NULL: another one in each row."""
    return re.sub(r"\bn\b", "id", _value(column_type)[0])


def _value(type_: str) -> tuple[str, str]:
    return _VALUES.get(type_, ("n", "7"))


@st.composite
def pairs(draw: st.DrawFn) -> Pair:
    """A change of a few things at once."""
    names = draw(st.lists(st.sampled_from(_TABLES), min_size=1, max_size=3, unique=True))
    former = {name: _columns(draw, names) for name in names}
    labels = _LABELS + draw(st.sampled_from([(), ("x",)]))
    renames: list[str] = []
    # A table that is restored has no rows: none may refer to them.
    referred = {column.refers for name, columns in former.items() for column in columns if column.refers != name}
    kept = [name for name in names if draw(st.integers(0, 3)) or name == names[0] or name in referred]
    new = [name for name in _TABLES if name not in names and draw(st.booleans())]
    wanted = {name: _changed(draw, name, former[name], [*kept, *new], renames) for name in kept}
    wanted |= {name: _columns(draw, [*kept, *new]) for name in new}
    more = (*labels, "y") if draw(st.booleans()) else labels
    tables = st.sets(st.sampled_from(_TABLES))
    return Pair(
        Models(former, labels, frozenset(draw(tables))),
        Models(wanted, more, frozenset(draw(tables))),
        tuple(renames),
    )


def _columns(draw: st.DrawFn, tables: Sequence[str]) -> tuple[Column, ...]:
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=4, unique=True))
    return tuple(_column(draw, name, tables) for name in names)


def _column(draw: st.DrawFn, name: str, tables: Sequence[str]) -> Column:
    type_ = draw(st.sampled_from(list(_TYPES)))
    column = Column(
        name,
        type_,
        required=draw(st.booleans()),
        default=draw(st.booleans()),
        comment=draw(st.sampled_from(["", "", "it's a comment: 100%"])),
    )
    return _built_on(draw, column, tables)


def _built_on(draw: st.DrawFn, column: Column, tables: Sequence[str]) -> Column:
    """Draw what is on a column: what its type allows, and its values obey."""
    type_ = column.type_
    # A default is the same in every row that a change fills.
    distinct = type_ not in ("Boolean", "JSONB") and not column.default
    is_number = type_ == "Integer"
    has_text = type_ not in ("JSONB", "ARRAY(Text)", "DateTime(timezone=True)")
    kinds = ["", "", "plain", "partial", "expression", *(["unique"] if distinct else [])]
    return replace(
        column,
        index=draw(st.sampled_from(kinds if type_ != "JSONB" else ["", "expression"])),
        unique=distinct and draw(st.integers(0, 3)) == 0,
        refers=draw(st.sampled_from(["", *tables])) if is_number and not column.default else "",
        check=draw(st.sampled_from([None, None, 0])) if has_text else None,
    )


def _changed(
    draw: st.DrawFn, table: str, columns: Sequence[Column], tables: Sequence[str], renames: list[str]
) -> tuple[Column, ...]:
    """Draw what becomes of a table's columns."""
    free = [name for name in _NAMES if name not in {column.name for column in columns}]
    found: list[Column] = []
    for column in columns:
        same = replace(column, refers=column.refers if column.refers in tables else "")
        kind = draw(st.sampled_from(["keep", "keep", "keep", "drop", "rename", *_CHANGES]))
        if kind in _CHANGES:
            found.append(_altered(draw, same, kind, tables))
        elif kind == "rename" and free:
            renames.append(f"{table}.{column.name}={free[-1]}")
            found.append(replace(same, name=free.pop()))
        elif kind == "keep":
            found.append(same)
    if draw(st.booleans()) and free:
        found.append(_column(draw, free.pop(), tables))
    return tuple(found)


def _altered(draw: st.DrawFn, column: Column, kind: str, tables: Sequence[str]) -> Column:
    if kind == "type" and _TYPES[column.type_]:
        type_ = draw(st.sampled_from(_TYPES[column.type_]))
        # PostgreSQL keeps a check in the words of the former type, which numbers do not know.
        are_texts = column.type_ in _TEXTS and type_ != "Integer"
        return replace(column, type_=type_, refers="", check=column.check if are_texts else None)
    if kind == "null":
        return replace(column, required=not column.required)
    if kind == "default" and not (column.unique or column.index == "unique" or column.refers):
        return replace(column, default=not column.default)
    return _built_on(draw, column, tables) if kind == "built" else column
