"""Names of PostgreSQL's objects as SQL, quoted where they have to be."""

from sqlalchemy import quoted_name
from sqlalchemy.dialects.postgresql.base import PGDialect

_preparer = PGDialect().identifier_preparer  # type: ignore[no-untyped-call]


def quote(name: str) -> str:
    """Return a name as SQL, in quotes."""
    return _preparer.quote_identifier(name)


def qualified(schema: str | None, table: str) -> str:
    """Return a table's name as SQL, quoted where it has to be."""
    names = [quoted_name(name, quote=None) for name in (schema, table) if name]
    return ".".join(_preparer.quote(name) for name in names)
