"""Names of PostgreSQL's objects as SQL, quoted where they have to be."""

import re

from sqlalchemy import quoted_name
from sqlalchemy.dialects.postgresql.base import PGDialect

LONGEST_NAME = 63
"""Bytes of a name; PostgreSQL cuts a longer one (NAMEDATALEN, less the zero byte)."""

_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")  # what SQLAlchemy's text() takes for one
_preparer = PGDialect(paramstyle="named").identifier_preparer  # type: ignore[no-untyped-call]


def quote(name: str) -> str:
    """Return a name as SQL, in quotes, for a statement without parameters: percent signs stay as they are."""
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str | None, table: str) -> str:
    """Return a table's name as SQL, quoted where it has to be; `for_driver` puts it into a statement of a driver's."""
    names = [quoted_name(name, quote=None) for name in (schema, table) if name]
    return ".".join(_preparer.quote(name) for name in names)


def for_driver(sql: str) -> str:
    """Return SQL as a driver wants it, which reads percent signs as its own: those of names and texts are doubled."""
    return sql.replace("%", "%%")


def for_text(sql: str) -> str:
    """Return SQL as `op.execute` and `sqlalchemy.text` want it, which read `:name` as a parameter: with `\\:name`."""
    return _PARAMETER.sub(r"\\:", sql)


def no_search_path(role: str) -> str:
    """Return what is wrong with a session that finds no table by its bare name, and what helps."""
    return (
        f"The search_path of {role} names no schema that exists, so that no table can be found or created by its bare"
        f" name. Give it one: ALTER ROLE {quote(role)} SET search_path = public. Or name the schema everywhere:"
        " version_table_schema in env.py, and MetaData(schema=...)."
    )


def name_beside(name: str, suffix: str) -> str:
    """Return a name that says what it belongs to; cut where PostgreSQL would cut the end."""
    return name.encode()[: LONGEST_NAME - len(suffix.encode())].decode(errors="ignore") + suffix
