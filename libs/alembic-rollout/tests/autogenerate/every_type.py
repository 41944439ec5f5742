"""Every type of SQLAlchemy and of its PostgreSQL dialect, with every argument that reaches the database.

A case is a type as models.py has it, and a default for a column of it; `#` stands for the number of its table.
"""

import inspect
from collections.abc import Iterator

from sqlalchemy import types
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

_TEXTS = ["", "length=7", 'collation="C"', 'length=7, collation="C", collation_schema="pg_catalog"']
_FLOATS = ["", "precision=24", "precision=25", "precision=53"]
_NUMBERS = ["", "precision=8", "precision=8, scale=2"]
_RANGES = {
    "INT4RANGE": "[1,5)",
    "INT8RANGE": "[1,5)",
    "NUMRANGE": "[1.5,2)",
    "DATERANGE": "[2024-01-31,2024-02-01)",
    "TSRANGE": "[2024-01-31 12:00,2024-02-01 12:00)",
    "TSTZRANGE": "(,)",
}


def _of(names: str, arguments: list[str], default: str) -> Iterator[tuple[str, str]]:
    for name in names.split():
        for given in arguments:
            yield f"{name}({given})", f'"{default}"'


CASES: list[tuple[str, str]] = [
    *_of("sa.String sa.VARCHAR sa.Unicode sa.CHAR sa.NCHAR", _TEXTS, "abc"[:1]),
    *_of(
        "sa.Text sa.TEXT sa.UnicodeText", ["", 'collation="C"', 'collation="C", collation_schema="pg_catalog"'], "it's"
    ),
    *_of("sa.Integer sa.INTEGER sa.INT sa.BigInteger sa.BIGINT sa.SmallInteger sa.SMALLINT", [""], "3"),
    *_of("sa.Numeric sa.NUMERIC sa.DECIMAL", [*_NUMBERS, "asdecimal=False, decimal_return_scale=3"], "1.50"),
    *_of("sa.Float sa.FLOAT", [*_FLOATS, "asdecimal=True, decimal_return_scale=3"], "0.5"),
    *_of(
        "sa.REAL sa.Double sa.DOUBLE_PRECISION", ["", "precision=53", "asdecimal=True, decimal_return_scale=3"], "0.5"
    ),
    *_of("sa.Boolean sa.BOOLEAN sa.types.MatchType", ["", 'create_constraint=True, name="is_bool_#"'], "true"),
    *_of("sa.Date sa.DATE", [""], "2024-01-31"),
    *_of("sa.DateTime sa.TIMESTAMP", ["", "timezone=True"], "2024-01-31 12:00"),
    *_of("sa.Time sa.TIME", ["", "timezone=True"], "12:30"),
    *_of("pg.TIME", ["precision=3", "timezone=True, precision=0"], "12:30"),
    *_of("pg.TIMESTAMP", ["precision=3", "timezone=True, precision=0"], "2024-01-31 12:00"),
    *_of("sa.Interval", ["", "second_precision=3", "native=True, day_precision=4"], "1 day"),
    *_of("pg.INTERVAL", ["", "precision=3"], "1 day"),
    *_of("pg.INTERVAL", ['fields="YEAR TO MONTH"', 'fields="YEAR"'], "1 year"),
    *_of("pg.INTERVAL", ['fields="DAY TO SECOND", precision=3'], "1 day"),
    *_of("sa.LargeBinary pg.BYTEA", ["", "length=7"], "\\\\\\\\xdeadbeef"),
    *_of("sa.Uuid sa.UUID", ["", "as_uuid=False"], "00000000-0000-0000-0000-000000000001"),
    *_of("sa.Uuid", ["native_uuid=False"], "00000000000000000000000000000001"),
    *_of("sa.JSON pg.JSON pg.JSONB", ["", "none_as_null=True"], "{}"),
    *_of("pg.JSON pg.JSONB", ["astext_type=sa.Text()"], "[1, 2]"),
    *_of("sa.Enum", ['"sad", "ok", name="mood_#"', '"sad", "ok", name="mood_#", schema="public"'], "sad"),
    *_of("sa.Enum", ['"sad", "ok", name="m_#", native_enum=False', '"sad", name="Mood #", metadata=metadata'], "sad"),
    *_of("sa.Enum", ['"sad", name="m_#", native_enum=False, create_constraint=True, length=9'], "sad"),
    *_of("pg.ENUM", ['"sad", "it\'s", name="ENUM #"'], "sad"),
    *_of("sa.PickleType", ["", "impl=sa.LargeBinary(9)"], "\\\\\\\\x00"),
    *_of("pg.BIT", ["", "length=1"], "1"),
    *_of("pg.BIT", ["length=3", "length=3, varying=True", "varying=True"], "101"),
    *_of("pg.CIDR", [""], "10.0.0.0/8"),
    *_of("pg.INET", [""], "127.0.0.1"),
    *_of("pg.MACADDR", [""], "08:00:2b:01:02:03"),
    *_of("pg.MACADDR8", [""], "08:00:2b:01:02:03:04:05"),
    *_of("pg.MONEY pg.OID", [""], "1"),
    *_of("pg.REGCLASS", [""], "pg_class"),
    *_of("pg.REGCONFIG", [""], "simple"),
    *_of("pg.TSVECTOR", [""], "a b"),
    *_of("pg.TSQUERY", [""], "a & b"),
    *_of("pg.JSONPATH", [""], "$.a"),
    *(pair for name, value in _RANGES.items() for pair in _of(f"pg.{name}", [""], value)),
    *(
        pair
        for name, value in _RANGES.items()
        for pair in _of(f"pg.{name.replace('RANGE', 'MULTIRANGE')}", [""], f"{{{value}}}")
    ),
    *_of("sa.ARRAY pg.ARRAY", ["sa.Integer", "sa.String(7)", "sa.Integer, dimensions=2", "sa.Numeric(8, 2)"], "{}"),
    *_of("sa.ARRAY pg.ARRAY", ['sa.Text(collation="C")', "sa.Text, as_tuple=True, zero_indexes=True"], "{}"),
    *_of("sa.ARRAY pg.ARRAY", ['sa.Enum("sad", "ok", name="moods_#")'], "{sad}"),
    *_of("pg.DOMAIN", ['"share_#", sa.Integer'], "3"),
    *_of("pg.DOMAIN", ['"Share #", sa.Numeric(5, 2), check="VALUE > 0", constraint_name="positive"'], "3"),
    *_of("pg.DOMAIN", ['"share_#", sa.String(9), not_null=True, default="it\'s", schema="public"'], "3"),
    *_of("pg.DOMAIN", ['"share_#", sa.Text, collation="C", collation_schema="pg_catalog"'], "3"),
    *_of("Upper", ["7"], "x"),
    *_of("Code", [""], "x"),
    *_of("Key", [""], "00000000-0000-0000-0000-000000000001"),
    *_of("Vector", ["", "2"], "[1, 2]"),
]
NESTED: list[tuple[str, str]] = [
    *_of("pg.DOMAIN", ['"share_#", sa.Enum("a", "b", name="label_#"), check="VALUE <> \'b\'"'], "a"),
    *_of("pg.DOMAIN", ['"outer_#", pg.DOMAIN("inner_#", sa.Integer, not_null=True), default=sa.text("1+1")'], "3"),
]
"""What `create_all` fails at: types that are made of types."""
CLASSES = """
class Upper(sa.types.TypeDecorator):
    impl = sa.String
    cache_ok = True


class Code(sa.types.TypeDecorator):
    impl = sa.String
    cache_ok = True

    def __init__(self):
        super().__init__(length=9)


class Key(sa.types.TypeDecorator):
    impl = sa.Uuid
    cache_ok = True

    def __repr__(self):
        return "<a key>"


"""
_NOT_OF_POSTGRESQL = {"DOUBLE", "NVARCHAR", "BINARY", "BLOB", "CLOB", "DATETIME", "VARBINARY"}
_ABSTRACT = {
    "AbstractMultiRange",
    "AbstractRange",
    "AbstractSingleRange",
    "NamedType",
    "NullType",
    "TupleType",
    "TypeDecorator",
    "TypeEngine",
    "UserDefinedType",
    "Variant",
    "_Binary",
}
_IN_EXTENSIONS = {"CITEXT", "HSTORE"}
"""That the embedded server lacks."""
_IN_PYTHON = {
    "self",
    "args",
    "kwargs",
    "kw",
    "arg",
    "pickler",
    "comparator",
    "protocol",
    "_create_events",
    "_adapted_from",
}
_IN_PYTHON |= {"item_type", "enums", "name", "data_type"}  # given by place
_IN_PYTHON |= {"create_type"}  # says only who creates it
_REFUSED = {"Text.length", "TEXT.length", "UnicodeText.length"}
"""By PostgreSQL: `TEXT(7)`."""


def missing_types() -> set[str]:
    """Return the types of both modules that no case has."""
    known = {expression.partition("(")[0].rpartition(".")[2] for expression, _ in CASES}
    known |= _NOT_OF_POSTGRESQL | _ABSTRACT | _IN_EXTENSIONS
    return {name for module in (types, postgresql) for name, _ in _types_in(module)} - known


def missing_arguments() -> set[str]:
    """Return the arguments, as `Type.argument`, of every type with a case that no case gives."""
    missing = set()
    for module, prefix in ((types, "sa"), (postgresql, "pg")):
        for name, type_ in _types_in(module):
            given = "".join(text for text, _ in CASES if text.startswith((f"{prefix}.{name}(", f"sa.types.{name}(")))
            if not given:
                continue
            for argument in inspect.signature(type_).parameters:
                if argument not in _IN_PYTHON and f"{argument}=" not in given:
                    missing.add(f"{name}.{argument}")
    return missing - _REFUSED


def _types_in(module: object) -> list[tuple[str, type[TypeEngine[object]]]]:
    return inspect.getmembers(module, lambda one: inspect.isclass(one) and issubclass(one, TypeEngine))
