"""Exclusion constraints by name; Alembic does not compare them.

One that the models leave unnamed has the name that PostgreSQL gave it, which ends in `_excl` and perhaps a number.
"""

import re
from collections.abc import Iterator
from weakref import WeakKeyDictionary

from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import PriorityDispatchResult
from sqlalchemy import Column, Connection, Constraint, Dialect, MetaData, Table
from sqlalchemy.dialects.postgresql import ExcludeConstraint

from alembic_rollout.postgres.identifiers import name_beside, qualified
from alembic_rollout.project.alembic_private import final_name

_PRESENT = """
    SELECT nspname::text, relname::text, conname::text, pg_get_constraintdef(k.oid)
    FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid JOIN pg_namespace n ON n.oid = relnamespace
    WHERE contype = 'x'
"""
_GIVEN = re.compile(r"_excl\d*")
"""The end of a name that PostgreSQL gives."""
_known: WeakKeyDictionary[AutogenContext, dict[tuple[str, str], dict[str, str]]] = WeakKeyDictionary()
"""The definitions of those of the whole database, by schema and table, then by name: asked once for a comparison."""


class DropExclusionConstraintOp(ops.DropConstraintOp):
    """Drops an exclusion constraint that only the database has; undone by the definition that it has there.

    Args:
        name: of the constraint.
        table: of the constraint.
        schema: of the table; None for the default one.
        definition: as PostgreSQL words it, from EXCLUDE on.
    """

    def __init__(self, name: str, table: str, schema: str | None, definition: str) -> None:
        super().__init__(name, table, schema=schema)
        self._definition = definition

    def to_constraint(self) -> Constraint:
        """Return a constraint of that name and table, by which a difference and a step are named."""
        constraint = ExcludeConstraint((Column("definition"), "="), name=self.constraint_name)
        Table(self.table_name, MetaData(), Column("definition"), constraint, schema=self.schema)
        return constraint

    def reverse(self) -> ops.ExecuteSQLOp:  # type: ignore[override]
        """Return what adds it again; Alembic has no operation that takes a definition."""
        name = qualified(None, str(self.constraint_name))
        return ops.ExecuteSQLOp(
            f"ALTER TABLE {qualified(self.schema, self.table_name)} ADD CONSTRAINT {name} {self._definition}"
        )


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic."""
    plugin.add_autogenerate_comparator(_compare, "table", "exclusionconstraints", qualifier="postgresql")


def _compare(  # noqa: PLR0917 - Alembic's
    context: AutogenContext,
    operations: ops.ModifyTableOps,
    schema: str | None,
    name: str,
    live: Table | None,
    model: Table | None,
) -> PriorityDispatchResult:
    """Add the exclusion constraints that only the models have, and drop those that only the database has."""
    if live is None or model is None or context.connection is None:
        return PriorityDispatchResult.CONTINUE
    if context not in _known:
        _known[context] = _read(context.connection)
    dialect = context.connection.dialect
    present = _known[context].get((schema or str(dialect.default_schema_name), name), {})
    wanted = _by_name(model, dialect)
    if len(wanted) < sum(1 for _ in _exclusions_in(model)):
        # They get names below, which the models do not have to see.
        model = model.to_metadata(MetaData(naming_convention=model.metadata.naming_convention))
        wanted = _by_name(model, dialect)
        given = [key for key in sorted(present.keys() - wanted.keys()) if _GIVEN.fullmatch(key[key.rfind("_") :])]
        for one in [one for one in _exclusions_in(model) if not final_name(one, dialect)]:
            name_in_database = given.pop(0) if given else _name_to_give(one)
            one.name = name_in_database
            wanted[name_in_database] = one
    for key in sorted(wanted.keys() - present.keys()):
        operations.ops.append(ops.AddConstraintOp.from_constraint(wanted[key]))
    for key in sorted(present.keys() - wanted.keys()):
        operations.ops.append(DropExclusionConstraintOp(key, name, schema, present[key]))
    return PriorityDispatchResult.CONTINUE


def _exclusions_in(table: Table) -> Iterator[ExcludeConstraint]:
    return (one for one in table.constraints if isinstance(one, ExcludeConstraint))


def _by_name(table: Table, dialect: Dialect) -> dict[str, ExcludeConstraint]:
    return {key: one for one in _exclusions_in(table) if (key := final_name(one, dialect))}


def _name_to_give(constraint: ExcludeConstraint) -> str:
    columns = "_".join(column.name for column in constraint.columns) or "expr"
    return name_beside(f"{constraint.table.name}_{columns}", "_excl")


def _read(connection: Connection) -> dict[tuple[str, str], dict[str, str]]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, name, definition in connection.exec_driver_sql(_PRESENT):
        found.setdefault((schema, table), {})[name] = definition
    return found
