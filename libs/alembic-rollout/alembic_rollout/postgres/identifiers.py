"""Names of PostgreSQL's objects as SQL, quoted where they have to be."""

from sqlalchemy import quoted_name
from sqlalchemy.dialects.postgresql.base import PGDialect

LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts a longer one (NAMEDATALEN, less the zero byte)."""

_preparer = PGDialect().identifier_preparer  # type: ignore[no-untyped-call]


def quote(name: str) -> str:
    """Return a name as SQL, in quotes, for a statement without parameters: percent signs stay as they are."""
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str | None, table: str) -> str:
    """Return a table's name as SQL, quoted where it has to be; percent signs doubled, as with parameters."""
    names = [quoted_name(name, quote=None) for name in (schema, table) if name]
    return ".".join(_preparer.quote(name) for name in names)


def name_beside(name: str, suffix: str) -> str:
    """Return a name that says what it belongs to; cut where PostgreSQL would cut the end."""
    return name.encode()[: LONGEST_NAME - len(suffix.encode())].decode(errors="ignore") + suffix
