"""The columns that an INSERT leaves out and that nothing else gives a value: NOT NULL, no default, no trigger."""

from collections.abc import Iterator

from sqlalchemy import Connection

from alembic_rollout.sql.scanner import tokenize
from alembic_rollout.sql.tokens import Tokens, enclosed, read_name, skip, split_at_commas, unquote

# A trigger of an expand revision fills what the previous release does not know: its code names the column. Bits of
# tgtype: ROW, BEFORE, INSERT (https://github.com/postgres/postgres/blob/master/src/include/catalog/pg_trigger.h).
_REQUIRED = """
SELECT a.attname
FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = to_regclass(%s) AND a.attnum > 0 AND NOT a.attisdropped
  AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = '' AND t.typdefault IS NULL
  AND (a.attnotnull OR t.typnotnull OR EXISTS (
    SELECT FROM pg_catalog.pg_constraint AS c
    WHERE c.conrelid = a.attrelid AND c.contype = 'c'
      AND pg_get_constraintdef(c.oid) LIKE 'CHECK ((' || quote_ident(a.attname) || ' IS NOT NULL))%%'))
  AND NOT EXISTS (
    SELECT FROM pg_catalog.pg_trigger AS g JOIN pg_catalog.pg_proc AS p ON p.oid = g.tgfoid
    WHERE g.tgrelid = a.attrelid AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 7 = 7
      AND position(a.attname::text IN p.prosrc) > 0)
"""


def missing_columns(connection: Connection, statement: str) -> frozenset[str]:
    """Return the required columns that the INSERTs of a statement leave out, as `table.column`."""
    missing: set[str] = set()
    for table, given in _inserts(tokenize(statement)):
        required = connection.exec_driver_sql(_REQUIRED, (table,)).scalars()
        missing |= {f"{table}.{column}" for column in required if column not in given}
    return frozenset(missing)


def _inserts(tokens: Tokens) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the table and the columns of each INSERT that names its columns, wherever in a statement it stands."""
    for position in range(len(tokens) - 1):
        if tokens[position : position + 2] != ("insert", "into"):
            continue
        name, end = read_name(tokens, position + 2)
        table = "".join(tokens[position + 2 : end])
        if tokens[end : end + 1] == ("as",):
            end += 2
        if tokens[end : end + 1] == ("(",):
            columns = enclosed(tokens, end)
            if columns[:1] not in (("select",), ("with",), ("values",), ("(",)):
                yield table, frozenset(unquote(column[0]) for column in split_at_commas(columns) if column)
        elif name and tokens[skip(tokens, end, "overriding", "system", "user", "value")] == "default":
            yield table, frozenset()
