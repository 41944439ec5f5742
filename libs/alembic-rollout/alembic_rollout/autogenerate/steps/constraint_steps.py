"""Constraints of tables in use: unique ones take over an index, others are NOT VALID first and validated later."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, Index, UniqueConstraint

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, SHARE_ROW, SHARE_UPDATE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import Code, call
from alembic_rollout.autogenerate.steps.index_steps import creation
from alembic_rollout.autogenerate.steps.row_checks import broken, duplicates, orphans
from alembic_rollout.postgres.identifiers import name_beside, qualified
from alembic_rollout.project.alembic_private import final_name
from alembic_rollout.project.written_sql import DIALECT

_FORMER = "_former"
_NEW = "_new"
_SUFFIXES = {UniqueConstraint: "key", ForeignKeyConstraint: "fkey"}
_KINDS = {UniqueConstraint: "unique constraint", ForeignKeyConstraint: "foreign key", CheckConstraint: "check"}


def new_constraint_steps(source: ChangeSource, operation: ops.AddConstraintOp) -> Iterator[Step]:
    """Add a constraint to a table in use."""
    constraint = operation.to_constraint()
    if isinstance(constraint, UniqueConstraint):
        yield _unique_step(source, constraint)
    elif isinstance(constraint, (ForeignKeyConstraint, CheckConstraint)):
        yield from _unvalidated_steps(source, constraint)
    else:
        yield _exclusion_step(source, operation, constraint)


def changed_constraint_steps(
    source: ChangeSource, former: ops.DropConstraintOp, wanted: ops.AddConstraintOp
) -> Iterator[Step]:
    """Replace a constraint by one of the same name.

    A check is replaced by either condition first, so that no release is refused what it writes.
    """
    old, new = former.to_constraint(), wanted.to_constraint()
    if isinstance(old, UniqueConstraint) and isinstance(new, UniqueConstraint):
        yield _changed_unique_step(source, old, new)
        return
    if isinstance(old, CheckConstraint) and isinstance(new, CheckConstraint):
        either = f"({source.sql(old.sqltext)}) OR ({source.sql(new.sqltext)})"
        yield _replacement(source, old, _check(source, new, either), Kind.STRUCTURE)
        again = [_drop(new), _check(source, new, either)]
        replaced = [_drop(new), _check(source, new)]
        yield Step(
            Kind.CONSTRAINTS,
            f"Narrow check {new.name} of {_table(new)} to its new condition",
            upgrade=tuple(replaced),
            downgrade=tuple(again),
            locks={_table(new): ACCESS_EXCLUSIVE},
            checks=broken(source, new, str(new.name)),
        )
    elif isinstance(new, ForeignKeyConstraint):
        yield _replacement(source, old, _foreign_key(source, new), Kind.CONSTRAINTS, checks=orphans(source, new))
    yield _validation_step(new, str(new.name), Kind.VALIDATION)


def removed_constraint_step(source: ChangeSource, operation: ops.DropConstraintOp) -> Step:
    """Drop a constraint; the downgrade adds it beside the traffic."""
    constraint = operation.to_constraint()
    table = _table(constraint)
    helpers: list[str] = []
    lines: list[str] = []
    if isinstance(constraint, UniqueConstraint):
        helpers.append(_index_for(source, constraint))
        lines.append(_use_index(constraint, str(constraint.name), source.deferral(table, str(constraint.name))))
    elif (added := _added(source, constraint)) is not None:
        helpers.append(added)
    else:
        lines.append(source.render(operation.reverse()))
    return Step(
        Kind.UNUSED_CONSTRAINTS,
        f"Drop {_KINDS.get(type(constraint), 'constraint')} {constraint.name} of {table}",
        upgrade=(_drop(constraint),),
        downgrade=tuple(lines),
        downgrade_helpers=tuple(helpers),
        locks={table: ACCESS_EXCLUSIVE},
    )


def _unique_step(source: ChangeSource, constraint: UniqueConstraint) -> Step:
    name, table = _name(constraint), _table(constraint)
    return Step(
        Kind.UNIQUE,
        f"Add unique constraint {name} to {table}",
        upgrade_helpers=(_index_for(source, constraint),),
        upgrade=(_use_index(constraint, name),),
        downgrade=(_drop(constraint),),
        locks={table: ACCESS_EXCLUSIVE},
        checks=duplicates(source, _index(constraint)),
    )


def _changed_unique_step(source: ChangeSource, old: UniqueConstraint, new: UniqueConstraint) -> Step:
    name, table = _name(new), _table(new)
    return Step(
        Kind.UNIQUE,
        f"Change unique constraint {name} of {table}",
        upgrade_helpers=(_index_for(source, new, suffix=_NEW),),
        upgrade=(_drop(old), _use_index(new, name_beside(name, _NEW))),
        downgrade_helpers=(_index_for(source, old, suffix=_NEW),),
        downgrade=(_drop(new), _use_index(old, name_beside(name, _NEW), source.deferral(table, name))),
        locks={table: ACCESS_EXCLUSIVE},
        checks=duplicates(source, _index(new)),
    )


def _unvalidated_steps(source: ChangeSource, constraint: ForeignKeyConstraint | CheckConstraint) -> Iterator[Step]:
    table, name = _table(constraint), _name(constraint)
    is_on_new = _is_on_new_columns(source, constraint)
    locks = {table: ACCESS_EXCLUSIVE}
    if isinstance(constraint, ForeignKeyConstraint):
        added, checks = _foreign_key(source, constraint), orphans(source, constraint)
        locks = {table: SHARE_ROW, _referred(constraint): SHARE_ROW}
    else:
        added, checks = _check(source, constraint), broken(source, constraint, name)
    yield Step(
        Kind.STRUCTURE if is_on_new else Kind.CONSTRAINTS,
        f"Add {_KINDS[type(constraint)]} {name} to {table}, NOT VALID",
        upgrade=(added,),
        downgrade=(_drop(constraint),),
        locks=locks,
        checks={} if is_on_new else checks,
    )
    yield _validation_step(constraint, name, Kind.EXPAND_VALIDATION if is_on_new else Kind.VALIDATION)


def _exclusion_step(source: ChangeSource, operation: ops.AddConstraintOp, constraint: Constraint) -> Step:
    table = table_of(operation)
    return Step(
        Kind.CONSTRAINTS,
        f"Add {constraint.name} to {table}",
        upgrade=(source.render(operation),),
        downgrade=(source.render(operation.reverse()),),
        locks={table: ACCESS_EXCLUSIVE},
        left=f"the index of {constraint.name} is built under ACCESS EXCLUSIVE, and cannot be built beside traffic:"
        " accept exclusion-build where the table is small",
    )


def _validation_step(constraint: Constraint, name: str, kind: Kind) -> Step:
    table = constraint.table
    return Step(
        kind,
        f"Validate {name} of {_table(constraint)}",
        upgrade_helpers=(call("operations.validate_constraint", table.name, name, schema=table.schema),),
        locks={_table(constraint): SHARE_UPDATE},
    )


def _replacement(
    source: ChangeSource, old: Constraint, added: str, kind: Kind, *, checks: Mapping[str, str] | None = None
) -> Step:
    """Drop a constraint and add one of its name in one transaction; the downgrade builds the old one beside it."""
    table, name = _table(old), str(old.name)
    former = name_beside(name, _FORMER)
    rename = f"ALTER TABLE {table} RENAME CONSTRAINT {qualified(None, former)} TO {qualified(None, name)}"
    restored = _added(source, old, name=former)
    return Step(
        kind,
        f"Change {_KINDS.get(type(old), 'constraint')} {name} of {table}",
        upgrade=(_drop(old), added),
        downgrade_helpers=(restored,) if restored else (),
        downgrade=(_drop(old), call("op.execute", rename)),
        locks={table: ACCESS_EXCLUSIVE},
        checks=checks or {},
    )


def _added(source: ChangeSource, constraint: Constraint, *, name: str | None = None) -> str | None:
    """Return the helper's call that adds and validates a foreign key or a check; None where it cannot."""
    name = name or _name(constraint)
    if isinstance(constraint, CheckConstraint):
        condition = source.sql(constraint.sqltext)
        table = constraint.table
        return call("operations.add_check", name, table.name, condition, schema=table.schema)
    if not isinstance(constraint, ForeignKeyConstraint) or constraint.match:
        return None
    remote = constraint.referred_table
    return call(
        "operations.add_foreign_key",
        name,
        constraint.table.name,
        remote.name,
        [column.name for column in constraint.columns],
        [element.column.name for element in constraint.elements],
        ondelete=constraint.ondelete,
        onupdate=constraint.onupdate,
        deferrable=True if constraint.deferrable else None,
        initially_deferred=True if (constraint.initially or "").upper() == "DEFERRED" else None,
        source_schema=constraint.table.schema,
        referent_schema=remote.schema,
    )


def _foreign_key(source: ChangeSource, constraint: ForeignKeyConstraint) -> str:
    operation = ops.CreateForeignKeyOp.from_constraint(constraint)
    assert isinstance(operation, ops.CreateForeignKeyOp)  # noqa: S101 - for the type checker
    operation.constraint_name = operation.constraint_name or _name(constraint)
    operation.kw["postgresql_not_valid"] = True
    return source.render(operation)


def _check(source: ChangeSource, constraint: CheckConstraint, condition: str | None = None) -> str:
    return call(
        "op.create_check_constraint",
        Code(call("op.f", _name(constraint))),
        constraint.table.name,
        condition or source.sql(constraint.sqltext),
        schema=constraint.table.schema,
        postgresql_not_valid=True,
    )


def _drop(constraint: Constraint) -> str:
    return call(
        "op.drop_constraint",
        Code(call("op.f", _name(constraint))),
        constraint.table.name,
        schema=constraint.table.schema,
    )


def _index_for(source: ChangeSource, constraint: UniqueConstraint, *, suffix: str = "") -> str:
    """Return the helper's call that builds the index of a unique constraint."""
    return creation(source, _index(constraint), suffix=suffix)


def _index(constraint: UniqueConstraint) -> Index:
    """Return the index of a unique constraint."""
    options = constraint.dialect_options["postgresql"]
    index = Index(
        _name(constraint),
        *constraint.columns,
        unique=True,
        postgresql_include=options.get("include") or None,
        postgresql_nulls_not_distinct=options.get("nulls_not_distinct"),
        _table=constraint.table,
    )
    constraint.table.indexes.discard(index)
    return index


def _use_index(constraint: UniqueConstraint, index: str, deferral: str | None = None) -> str:
    """Return the statement that makes an index a unique constraint.

    Args:
        constraint: which.
        index: its name.
        deferral: `DEFERRABLE ...` of the database, which SQLAlchemy does not read; the models' by default.
    """
    if deferral is None:
        deferral = " DEFERRABLE" if constraint.deferrable or constraint.initially else ""
        deferral += " INITIALLY DEFERRED" if (constraint.initially or "").upper() == "DEFERRED" else ""
    sql = (
        f"ALTER TABLE {_table(constraint)} ADD CONSTRAINT {qualified(None, _name(constraint))}"
        f" UNIQUE USING INDEX {qualified(None, index)}{deferral}"
    )
    return call("op.execute", sql)


def _is_on_new_columns(source: ChangeSource, constraint: ForeignKeyConstraint | CheckConstraint) -> bool:
    """Return True if the previous release writes none of the columns of a constraint."""
    added = source.columns(ops.AddColumnOp, _table(constraint))
    if isinstance(constraint, ForeignKeyConstraint):
        return {column.name for column in constraint.columns} <= added
    words = set(re.findall(r"\w+", source.sql(constraint.sqltext)))
    mentioned = source.model_columns(constraint.table.schema, constraint.table.name) & words
    return bool(mentioned) and mentioned <= added


def _name(constraint: Any) -> str:  # noqa: ANN401 - a constraint with columns
    """Return a constraint's name; where it has none, the one that PostgreSQL would give it."""
    name = final_name(constraint, DIALECT)
    if name:
        return name
    columns = "_".join(column.name for column in constraint.columns)
    suffix = _SUFFIXES.get(type(constraint), "check")
    return name_beside(f"{constraint.table.name}_{columns}", f"_{suffix}")


def _table(constraint: Constraint) -> str:
    return qualified(constraint.table.schema, constraint.table.name)


def _referred(constraint: ForeignKeyConstraint) -> str:
    return qualified(constraint.referred_table.schema, constraint.referred_table.name)
