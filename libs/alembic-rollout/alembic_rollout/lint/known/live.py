"""What a live database says: its catalogue as far as the linter asks, and how large its tables are."""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.lint.known.action_definitions import read_constraint
from alembic_rollout.lint.known.known_catalogue import Catalogue, Column, Domain, Index, Table, Volatility
from alembic_rollout.lint.known.sizes import Size
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE
from alembic_rollout.project.catalogue import waits_briefly
from alembic_rollout.sql.expressions.functions import is_inlined
from alembic_rollout.sql.scanner import tokenize

logger = logging.getLogger(__name__)
_OWN = "n.nspname <> 'information_schema' AND n.nspname NOT LIKE 'pg\\_%%'"
_TABLES = f"""
SELECT c.oid, n.nspname, c.relname, c.relkind = 'p', c.reltuples::bigint,
  CASE WHEN c.reltuples >= 0 AND c.relkind <> 'p' THEN c.relpages::bigint * current_setting('block_size')::bigint
  WHEN c.relkind <> 'p' THEN pg_relation_size(c.oid) END,
  EXISTS (SELECT FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhrelid WHERE i.inhparent = c.oid
    AND pg_get_expr(p.relpartbound, p.oid) = 'DEFAULT')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm', 'f') AND {_OWN}
"""  # noqa: S608 - a constant
_COLUMNS = f"""
SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, pg_get_expr(d.adbin, d.adrelid),
  a.attgenerated::text, a.attidentity::text,
  a.attnum = ANY (coalesce((SELECT partattrs::int2[] FROM pg_partitioned_table t WHERE t.partrelid = c.oid), '{{}}'))
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'm', 'f') AND {_OWN} ORDER BY a.attrelid, a.attnum
"""  # noqa: S608 - a constant
_VIEWS = f"""
SELECT n.nspname, c.relname, ARRAY(SELECT a.attname FROM pg_attribute a
  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum)::text[]
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND {_OWN}
"""  # noqa: S608 - a constant
_CONSTRAINTS = f"""
SELECT k.conrelid, k.conname, pg_get_constraintdef(k.oid), k.convalidated
FROM pg_constraint k JOIN pg_namespace n ON n.oid = k.connamespace WHERE k.conrelid <> 0 AND {_OWN}
"""  # noqa: S608 - a constant
_INDEXES = f"""
SELECT n.nspname, c.relname, i.indrelid, i.indisunique AND i.indisvalid, i.indpred IS NOT NULL,
  ARRAY(SELECT coalesce(a.attname, '') FROM unnest(i.indkey::int2[]) WITH ORDINALITY k (attnum, place)
    LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0
    WHERE k.place <= i.indnkeyatts ORDER BY k.place)::text[],
  concat_ws(' ', pg_get_expr(i.indexprs, i.indrelid), pg_get_expr(i.indpred, i.indrelid))
FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OWN}
"""  # noqa: S608 - a constant
_TYPES = f"""
SELECT n.nspname, t.typname, t.typtype::text, format_type(t.typbasetype, t.typtypmod),
  t.typnotnull OR EXISTS (SELECT FROM pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
  ARRAY(SELECT e.enumlabel FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)::text[]
FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype IN ('e', 'd') AND {_OWN}
"""  # noqa: S608 - a constant
_FUNCTIONS = f"""
SELECT n.nspname, p.proname, max(p.provolatile::text), max(CASE WHEN l.lanname = 'sql' THEN p.prosrc ELSE '' END)
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace JOIN pg_language l ON l.oid = p.prolang
WHERE p.prokind = 'f' AND {_OWN} GROUP BY 1, 2
"""  # noqa: S608 - a constant
_VOLATILITIES: dict[str, Volatility] = {"i": "immutable", "s": "stable", "v": "volatile"}
_GENERATED = {"s": "stored", "v": "virtual", "a": "always", "d": "by default", "": ""}


def catalogue_of(connection: Connection) -> Catalogue:
    """Return what a database says of its tables, types and functions.

    PostgreSQL opens a table to write its expressions: a lock of another session is waited for two seconds.

    Raises:
        DBAPIError: among others with SQLSTATE 55P03, where that was not enough.
    """
    with waits_briefly(connection):
        return _catalogue_of(connection)


def catalogue_if_readable(connection: Connection, *, sizes: Mapping[str, Size] | None = None) -> Catalogue:
    """Return what a database says; where a lock of another session hides it, nothing, and say so in a warning.

    Where nothing is known, nothing is believed to be safe.

    Args:
        connection: to the database.
        sizes: of the tables of another one, production's, in place of its own.
    """
    try:
        catalogue = catalogue_of(connection)
        return replace(catalogue, sizes=sizes) if sizes else catalogue
    except DBAPIError as error:
        if sqlstate(error) != LOCK_NOT_AVAILABLE:
            raise
        logger.warning("Linted without what the database knows: another session has locked a table.")
        return Catalogue()


def _catalogue_of(connection: Connection) -> Catalogue:
    # The session has set it on; what the role or the database says is what it would be reset to.
    schema, strings = connection.exec_driver_sql(
        "SELECT current_schema(), reset_val FROM pg_settings WHERE name = 'standard_conforming_strings'"
    ).one()
    sizes: dict[str, Size] = {}
    catalogue = Catalogue(
        sizes=sizes,
        default_schema=schema or Catalogue().default_schema,
        has_standard_strings=strings == "on",
    )
    tables: dict[int, Table] = {}
    names: dict[int, str] = {}
    for oid, schema_name, name, is_partitioned, rows, size, has_default in _rows(connection, _TABLES):
        names[oid] = catalogue.key(f"{schema_name}.{name}")
        tables[oid] = catalogue.tables[names[oid]] = Table(
            partition_key=() if is_partitioned else None,
            has_default_partition=has_default,
        )
        if size:  # an empty table says nothing of the one in production
            sizes[names[oid]] = Size(rows if rows >= 0 else None, size)
    _read_parts(catalogue, tables, names, connection)
    for schema_name, name, columns in _rows(connection, _VIEWS):
        catalogue.views[catalogue.key(f"{schema_name}.{name}")] = tuple(columns)
    _read_types(catalogue, connection)
    return catalogue


def _read_parts(catalogue: Catalogue, tables: dict[int, Table], names: dict[int, str], connection: Connection) -> None:
    """Read the columns, constraints and indexes of tables, which are known by their object ids."""
    tokens = cache(tokenize)  # thousands of columns have a few types and defaults
    for oid, name, type_, is_required, default, generated, identity, is_key in _rows(connection, _COLUMNS):
        tables[oid].columns[name] = Column(
            tokens(type_), not is_required, tokens(default) if default else None, _GENERATED[generated or identity]
        )
        if is_key:
            tables[oid].partition_key = (*(tables[oid].partition_key or ()), name)
    for oid, name, definition, is_validated in _rows(connection, _CONSTRAINTS):
        if oid in tables:
            tables[oid].constraints[name] = replace(read_constraint(tokenize(definition)), is_validated=is_validated)
    for schema_name, name, oid, is_unique, is_partial, columns, words in _rows(connection, _INDEXES):
        if oid in names:
            key = catalogue.key(f"{schema_name}.{name}")
            catalogue.indexes[key] = Index(names[oid], tuple(columns), is_unique, is_partial, tokenize(words))


def _read_types(catalogue: Catalogue, connection: Connection) -> None:
    for schema, name, kind, base, is_constrained, labels in _rows(connection, _TYPES):
        key = catalogue.key(f"{schema}.{name}")
        if kind == "e":
            catalogue.enums[key] = labels
        else:
            catalogue.domains[key] = Domain(tokenize(base), is_constrained)
    for schema, name, volatility, body in _rows(connection, _FUNCTIONS):
        known = "stable" if volatility == "v" and is_inlined(body) else _VOLATILITIES[volatility]
        catalogue.functions[catalogue.key(f"{schema}.{name}")] = known


def _rows(connection: Connection, query: str) -> Iterator[Any]:
    yield from connection.exec_driver_sql(query)
