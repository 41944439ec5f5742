"""The Python of constraints in revisions: adding, validating, dropping; an index that a unique one takes over."""

from typing import Any

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, Index, UniqueConstraint

from alembic_rollout.autogenerate.change_source import ChangeSource
from alembic_rollout.autogenerate.python_code import Code, call
from alembic_rollout.autogenerate.steps.index_steps import creation
from alembic_rollout.postgres.identifiers import name_beside, qualified
from alembic_rollout.project.alembic_private import final_name
from alembic_rollout.project.written_sql import DIALECT

_SUFFIXES = {UniqueConstraint: "key", ForeignKeyConstraint: "fkey"}


def adding(source: ChangeSource, constraint: Constraint, *, name: str | None = None) -> str | None:
    """Return the helper's call that adds and validates a foreign key or a check; None where it cannot."""
    name = name or name_of(constraint)
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


def plain_foreign_key(source: ChangeSource, constraint: ForeignKeyConstraint) -> str:
    """Return the operation that adds a foreign key, and reads all rows."""
    return source.render(_foreign_key(constraint))


def unvalidated_foreign_key(source: ChangeSource, constraint: ForeignKeyConstraint) -> str:
    """Return the operation that adds a foreign key, NOT VALID."""
    operation = _foreign_key(constraint)
    operation.kw["postgresql_not_valid"] = True
    return source.render(operation)


def _foreign_key(constraint: ForeignKeyConstraint) -> ops.CreateForeignKeyOp:
    operation = ops.CreateForeignKeyOp.from_constraint(constraint)
    assert isinstance(operation, ops.CreateForeignKeyOp)  # noqa: S101 - for the type checker
    operation.constraint_name = operation.constraint_name or name_of(constraint)
    operation.kw.pop("use_alter", None)  # it says when to add the key, which is now
    return operation


def unvalidated_check(source: ChangeSource, constraint: CheckConstraint, condition: str | None = None) -> str:
    """Return the operation that adds a check, NOT VALID."""
    return call(
        "op.create_check_constraint",
        Code(call("op.f", name_of(constraint))),
        constraint.table.name,
        condition or source.sql(constraint.sqltext),
        schema=constraint.table.schema,
        postgresql_not_valid=True,
    )


def dropping(constraint: Constraint) -> str:
    """Return the operation that drops a constraint."""
    return call(
        "op.drop_constraint",
        Code(call("op.f", name_of(constraint))),
        constraint.table.name,
        schema=constraint.table.schema,
    )


def index_for(source: ChangeSource, constraint: UniqueConstraint, *, suffix: str = "") -> str:
    """Return the helper's call that builds the index of a unique constraint."""
    return creation(source, index_of(constraint), suffix=suffix)


def index_of(constraint: UniqueConstraint) -> Index:
    """Return the index of a unique constraint."""
    options = constraint.dialect_options["postgresql"]
    index = Index(
        name_of(constraint),
        *constraint.columns,
        unique=True,
        postgresql_include=options.get("include") or None,
        postgresql_nulls_not_distinct=options.get("nulls_not_distinct"),
        table_name=constraint.table,
    )
    constraint.table.indexes.discard(index)
    return index


def using_index(constraint: UniqueConstraint, index: str, deferral: str | None = None) -> str:
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
        f"ALTER TABLE {table_name(constraint)} ADD CONSTRAINT {qualified(None, name_of(constraint))}"
        f" UNIQUE USING INDEX {qualified(None, index)}{deferral}"
    )
    return call("op.execute", sql)


def name_of(constraint: Any) -> str:  # noqa: ANN401 - a constraint with columns
    """Return a constraint's name; where it has none, the one that PostgreSQL would give it."""
    name = final_name(constraint, DIALECT)
    if name:
        return name
    columns = "_".join(column.name for column in constraint.columns)
    suffix = _SUFFIXES.get(type(constraint), "check")
    return name_beside(f"{constraint.table.name}_{columns}", f"_{suffix}")


def table_name(constraint: Constraint) -> str:
    """Return the table of a constraint as SQL names it."""
    return qualified(constraint.table.schema, constraint.table.name)


def referred_table(constraint: ForeignKeyConstraint) -> str:
    """Return the table that a foreign key names."""
    return qualified(constraint.referred_table.schema, constraint.referred_table.name)
