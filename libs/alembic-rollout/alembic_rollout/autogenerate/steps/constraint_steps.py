"""Constraints of tables in use: unique ones take over an index, others are NOT VALID first and validated later."""

import re
from collections.abc import Iterator

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, UniqueConstraint

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, SHARE_ROW, SHARE_UPDATE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.constraint_code import (
    adding,
    dropping,
    index_for,
    index_of,
    name_of,
    referred_table,
    table_name,
    unvalidated_check,
    unvalidated_foreign_key,
    using_index,
)
from alembic_rollout.autogenerate.steps.row_checks import broken, duplicates, orphans
from alembic_rollout.autogenerate.steps.waiting_keys import waits_for_key

KINDS = {UniqueConstraint: "unique constraint", ForeignKeyConstraint: "foreign key", CheckConstraint: "check"}
"""What a sentence calls a constraint."""


def new_constraint_steps(source: ChangeSource, operation: ops.AddConstraintOp) -> Iterator[Step]:
    """Add a constraint to a table in use."""
    constraint = operation.to_constraint()
    if isinstance(constraint, UniqueConstraint):
        yield _unique_step(source, constraint)
    elif isinstance(constraint, (ForeignKeyConstraint, CheckConstraint)):
        yield from unvalidated_steps(source, constraint)
    else:
        yield _exclusion_step(source, operation, constraint)


def removed_constraint_step(source: ChangeSource, operation: ops.DropConstraintOp) -> Step:
    """Drop a constraint; the downgrade adds it beside the traffic."""
    constraint = operation.to_constraint()
    table = table_name(constraint)
    helpers: list[str] = []
    lines: list[str] = []
    if isinstance(constraint, UniqueConstraint):
        helpers.append(index_for(source, constraint))
        lines.append(using_index(constraint, str(constraint.name), source.deferral(table, str(constraint.name))))
    elif (added := adding(source, constraint)) is not None:
        helpers.append(added)
    else:
        lines.append(source.render(operation.reverse()))
    return Step(
        Kind.UNUSED_CONSTRAINTS,
        f"Drop {KINDS.get(type(constraint), 'constraint')} {constraint.name} of {table}",
        upgrade=(dropping(constraint),),
        downgrade=tuple(lines),
        downgrade_helpers=tuple(helpers),
        locks={table: ACCESS_EXCLUSIVE},
    )


def _unique_step(source: ChangeSource, constraint: UniqueConstraint) -> Step:
    name, table = name_of(constraint), table_name(constraint)
    return Step(
        Kind.UNIQUE,
        f"Add unique constraint {name} to {table}",
        upgrade_helpers=(index_for(source, constraint),),
        upgrade=(using_index(constraint, name),),
        downgrade=(dropping(constraint),),
        locks={table: ACCESS_EXCLUSIVE},
        checks=duplicates(source, index_of(constraint)),
    )


def unvalidated_steps(source: ChangeSource, constraint: ForeignKeyConstraint | CheckConstraint) -> Iterator[Step]:
    """Add a foreign key or a check, NOT VALID, and validate it in the next revision."""
    table, name = table_name(constraint), name_of(constraint)
    is_on_new = _is_on_new_columns(source, constraint)
    locks = {table: ACCESS_EXCLUSIVE}
    if isinstance(constraint, ForeignKeyConstraint):
        added, checks = unvalidated_foreign_key(source, constraint), orphans(source, constraint)
        locks = {table: SHARE_ROW, referred_table(constraint): SHARE_ROW}
    else:
        added, checks = unvalidated_check(source, constraint), broken(source, constraint, name)
    yield Step(
        Kind.STRUCTURE if is_on_new else Kind.CONSTRAINTS,
        f"Add {KINDS[type(constraint)]} {name} to {table}, NOT VALID",
        upgrade=(added,),
        downgrade=(dropping(constraint),),
        locks=locks,
        checks={} if is_on_new else checks,
    )
    yield validation_step(constraint, name, Kind.EXPAND_VALIDATION if is_on_new else Kind.VALIDATION)


def _exclusion_step(source: ChangeSource, operation: ops.AddConstraintOp, constraint: Constraint) -> Step:
    table = table_of(operation)
    return Step(
        Kind.CONSTRAINTS,
        f"Add {constraint.name} to {table}",
        upgrade=(source.render(operation),),
        downgrade=(source.render(operation.reverse()),),
        locks={table: ACCESS_EXCLUSIVE},
        left=built_under_lock(constraint),
        blocks=True,
    )


def built_under_lock(constraint: Constraint) -> str:
    """Say what cannot be done beside traffic."""
    return (
        f"the index of {constraint.name} is built under ACCESS EXCLUSIVE, and cannot be built beside traffic:"
        " accept exclusion-build where the table is small"
    )


def validation_step(constraint: Constraint, name: str, kind: Kind) -> Step:
    """Validate a constraint."""
    table = constraint.table
    return Step(
        kind,
        f"Validate {name} of {table_name(constraint)}",
        upgrade_helpers=(call("operations.validate_constraint", table.name, name, schema=table.schema),),
        locks={table_name(constraint): SHARE_UPDATE},
    )


def _is_on_new_columns(source: ChangeSource, constraint: ForeignKeyConstraint | CheckConstraint) -> bool:
    """Return True if the previous release writes none of the columns of a constraint, which can be added at once."""
    added = source.columns(ops.AddColumnOp, table_name(constraint))
    if isinstance(constraint, ForeignKeyConstraint):
        is_on_new = {column.name for column in constraint.columns} <= added
        return is_on_new and not waits_for_key(source, constraint)
    words = set(re.findall(r"\w+", source.sql(constraint.sqltext)))
    mentioned = source.model_columns(constraint.table.schema, constraint.table.name) & words
    return bool(mentioned) and mentioned <= added
