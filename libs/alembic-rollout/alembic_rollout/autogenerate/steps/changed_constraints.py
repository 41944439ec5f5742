"""Constraints of tables in use that change: replaced by one of the same name, or by an index of it."""

from collections.abc import Iterator, Mapping

from alembic.operations import ops
from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, UniqueConstraint

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.steps.constraint_code import (
    adding,
    dropping,
    index_for,
    index_of,
    name_of,
    table_name,
    unvalidated_check,
    unvalidated_foreign_key,
    using_index,
)
from alembic_rollout.autogenerate.steps.constraint_steps import KINDS, built_under_lock, validation_step
from alembic_rollout.autogenerate.steps.index_steps import creation, removal, renaming
from alembic_rollout.autogenerate.steps.row_checks import broken, duplicates, orphans
from alembic_rollout.postgres.identifiers import name_beside, qualified

_FORMER = "_former"
_NEW = "_new"


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
        yield _replacement(source, old, unvalidated_check(source, new, either), Kind.STRUCTURE)
        again = [dropping(new), unvalidated_check(source, new, either)]
        replaced = [dropping(new), unvalidated_check(source, new)]
        yield Step(
            Kind.CONSTRAINTS,
            f"Narrow check {new.name} of {table_name(new)} to its new condition",
            upgrade=tuple(replaced),
            downgrade=tuple(again),
            locks={table_name(new): ACCESS_EXCLUSIVE},
            checks=broken(source, new, str(new.name)),
        )
    elif isinstance(new, ForeignKeyConstraint):
        yield _replacement(
            source, old, unvalidated_foreign_key(source, new), Kind.CONSTRAINTS, checks=orphans(source, new)
        )
    elif isinstance(new, CheckConstraint):
        checks = broken(source, new, str(new.name))
        yield _replacement(source, old, unvalidated_check(source, new), Kind.CONSTRAINTS, checks=checks)
    elif isinstance(new, UniqueConstraint):
        index, built = index_for(source, new, suffix=_NEW), name_beside(str(new.name), _NEW)
        checks = duplicates(source, index_of(new))
        yield _replacement(source, old, using_index(new, built), Kind.CONSTRAINTS, helper=index, checks=checks)
        return
    else:
        left = built_under_lock(new)
        yield _replacement(source, old, source.render(wanted), Kind.CONSTRAINTS, left=left, blocks=True)
        return
    yield validation_step(new, str(new.name), Kind.VALIDATION)


def index_for_constraint_step(source: ChangeSource, former: ops.DropConstraintOp, wanted: ops.CreateIndexOp) -> Step:
    """Replace a unique constraint by an index of its name."""
    constraint, index = former.to_constraint(), wanted.to_index()
    assert isinstance(constraint, UniqueConstraint)  # noqa: S101 - for the type checker: others share no name with an index
    name, table = name_of(constraint), table_name(constraint)
    return Step(
        Kind.UNIQUE,
        f"Replace unique constraint {name} of {table} by an index",
        upgrade_helpers=(creation(source, index, suffix=_NEW),),
        upgrade=(dropping(constraint), renaming(index, suffix=_NEW)),
        downgrade_helpers=(index_for(source, constraint, suffix=_NEW), removal(index)),
        downgrade=(using_index(constraint, name_beside(name, _NEW), source.deferral(table, name)),),
        locks={table: ACCESS_EXCLUSIVE},
        checks=duplicates(source, index) if index.unique else {},
    )


def constraint_for_index_step(source: ChangeSource, former: ops.DropIndexOp, wanted: ops.AddConstraintOp) -> Step:
    """Replace an index by a unique constraint of its name."""
    index, constraint = former.to_index(), wanted.to_constraint()
    assert isinstance(constraint, UniqueConstraint)  # noqa: S101 - for the type checker: others share no name with an index
    name, table = name_of(constraint), table_name(constraint)
    return Step(
        Kind.UNIQUE,
        f"Replace index {name} of {table} by a unique constraint",
        upgrade_helpers=(index_for(source, constraint, suffix=_NEW), removal(index)),
        upgrade=(using_index(constraint, name_beside(name, _NEW)),),
        downgrade_helpers=(creation(source, index, suffix=_NEW),),
        downgrade=(dropping(constraint), renaming(index, suffix=_NEW)),
        locks={table: ACCESS_EXCLUSIVE},
        checks=duplicates(source, index_of(constraint)),
    )


def _changed_unique_step(source: ChangeSource, old: UniqueConstraint, new: UniqueConstraint) -> Step:
    name, table = name_of(new), table_name(new)
    return Step(
        Kind.UNIQUE,
        f"Change unique constraint {name} of {table}",
        upgrade_helpers=(index_for(source, new, suffix=_NEW),),
        upgrade=(dropping(old), using_index(new, name_beside(name, _NEW))),
        downgrade_helpers=(index_for(source, old, suffix=_NEW),),
        downgrade=(dropping(new), using_index(old, name_beside(name, _NEW), source.deferral(table, name))),
        locks={table: ACCESS_EXCLUSIVE},
        checks=duplicates(source, index_of(new)),
    )


def _replacement(
    source: ChangeSource,
    old: Constraint,
    added: str,
    kind: Kind,
    *,
    helper: str = "",
    checks: Mapping[str, str] | None = None,
    left: str = "",
    blocks: bool = False,
) -> Step:
    """Drop a constraint and add one of its name in one transaction; the downgrade builds the old one beside it."""
    table, name = table_name(old), str(old.name)
    former = name_beside(name, _FORMER)
    restored: str | None
    if isinstance(old, UniqueConstraint):
        restored = creation(source, index_of(old), suffix=_FORMER)
        last = using_index(old, former, source.deferral(table, name))
    elif (restored := adding(source, old, name=former)) is not None:
        rename = f"ALTER TABLE {table} RENAME CONSTRAINT {qualified(None, former)} TO {qualified(None, name)}"
        last = call("op.execute", rename)
    else:
        last = source.render(ops.AddConstraintOp.from_constraint(old))
    return Step(
        kind,
        f"Change {KINDS.get(type(old), 'constraint')} {name} of {table}",
        upgrade_helpers=(helper,) if helper else (),
        upgrade=(dropping(old), added),
        downgrade_helpers=(restored,) if restored else (),
        downgrade=(dropping(old), last),
        locks={table: ACCESS_EXCLUSIVE},
        checks=checks or {},
        left=left,
        blocks=blocks,
    )
