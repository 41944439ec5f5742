"""What a revision asks of the rows before it: the rows that a constraint, an index or NOT NULL would refuse.

Each is SQL for the `checks` of the revision, by what has to hold. Rows are named by their primary key.
"""

import re
from typing import Any

from sqlalchemy import CheckConstraint, Column, ForeignKeyConstraint, Index, Table

from alembic_rollout.autogenerate.change_source import ChangeSource, listed
from alembic_rollout.postgres.identifiers import qualified

_ORDER = re.compile(r"(\s+(ASC|DESC))?(\s+NULLS\s+(FIRST|LAST))?\s*$", re.IGNORECASE)
_WHOLE = re.compile(r"\w+|.*\)", re.DOTALL)
"""A column, a call or an expression in parentheses: what else an index may add, as a collation, is behind these."""
_COPIES = "copies"


def duplicates(source: ChangeSource, index: Index) -> dict[str, str]:
    """Return the check of a unique index; none where its expressions are not known well enough."""
    table = index.table
    assert table is not None  # noqa: S101 - Alembic gives indexes with their table
    expressions = [_expression(source, one) for one in index.expressions]
    options = index.dialect_options["postgresql"]
    if not all(expressions):
        return {}
    where = options.get("where")
    conditions = [] if where is None else [f"({source.sql(where)})"]
    if not options.get("nulls_not_distinct"):
        conditions += [f"{one} IS NOT NULL" for one in expressions]
    rows = f"FROM {_name(table)}" + (f" WHERE {' AND '.join(conditions)}" if conditions else "")
    keys, values = _keys(source, table), ", ".join(expressions)
    if keys and _COPIES not in keys:
        counted = f"SELECT {', '.join(keys)}, count(*) OVER (PARTITION BY {values}) AS {_COPIES} {rows}"
        sql = f"SELECT {', '.join(keys)} FROM ({counted}) AS counted WHERE {_COPIES} > 1"  # noqa: S608 - quoted names, and the models' own SQL
    else:
        sql = f"SELECT count(*) AS {_COPIES} {rows} GROUP BY {values} HAVING count(*) > 1"
    return {f"no two rows of {_name(table)} have the same {listed(expressions)}": sql}


def nulls(source: ChangeSource, schema: str | None, table: str, column: str) -> dict[str, str]:
    """Return the check of a column that becomes NOT NULL."""
    name = qualified(schema, table)
    keys = _model_keys(source, schema, table) or ["1"]
    sql = f"SELECT {', '.join(keys)} FROM {name} WHERE {qualified(None, column)} IS NULL"  # noqa: S608 - quoted names, and the models' own SQL
    return {f"no row of {name} has NULL in {column}": sql}


def orphans(source: ChangeSource, constraint: ForeignKeyConstraint) -> dict[str, str]:
    """Return the check of a foreign key; none of MATCH FULL, which asks more."""
    if constraint.match:
        return {}
    table, remote = constraint.table, constraint.referred_table
    local = [qualified(None, column.name) for column in constraint.columns]
    referred = [qualified(None, element.column.name) for element in constraint.elements]
    given = " AND ".join(f"referring.{one} IS NOT NULL" for one in local)
    same = " AND ".join(f"referred.{far} = referring.{one}" for one, far in zip(local, referred, strict=True))
    keys = [f"referring.{key}" for key in _keys(source, table)] or ["1"]
    sql = (
        f"SELECT {', '.join(keys)} FROM {_name(table)} AS referring WHERE {given}"  # noqa: S608 - quoted names, and the models' own SQL
        f" AND NOT EXISTS (SELECT FROM {_name(remote)} AS referred WHERE {same})"
    )
    return {f"every {listed(local)} of {_name(table)} is in {_name(remote)}": sql}


def broken(source: ChangeSource, constraint: CheckConstraint, name: str) -> dict[str, str]:
    """Return the check of a check constraint."""
    table = constraint.table
    keys = _keys(source, table) or ["1"]
    sql = f"SELECT {', '.join(keys)} FROM {_name(table)} WHERE NOT ({source.sql(constraint.sqltext)})"  # noqa: S608 - quoted names, and the models' own SQL
    return {f"no row of {_name(table)} breaks {name}": sql}


def _expression(source: ChangeSource, expression: Any) -> str:  # noqa: ANN401 - a column or an expression
    """Return an element of an index without its order; empty where more than an order may stand behind it."""
    if isinstance(expression, Column):
        return qualified(None, str(expression.name))
    impl = source.context.migration_context.impl
    written = _ORDER.sub("", impl.render_ddl_sql_expr(expression, is_index=True))
    return written if _WHOLE.fullmatch(written) else ""


def _keys(source: ChangeSource, table: Table) -> list[str]:
    return _model_keys(source, table.schema, table.name)


def _model_keys(source: ChangeSource, schema: str | None, table: str) -> list[str]:
    """Return the primary key of a table in the models, as SQL."""
    return [qualified(None, name) for name in source.model_key(schema, table)]


def _name(table: Table) -> str:
    return qualified(table.schema, table.name)
