"""Domains and sequences: their SQL, in both directions."""

from alembic_rollout.autogenerate.chain import Kind, Step
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.comparison.ddl_operation import DdlOp
from alembic_rollout.errors import UsageError


def ddl_step(operation: DdlOp) -> Step:
    """Return the step of an operation.

    Raises:
        UsageError: there is no way to do it.
    """
    if not operation.upgrade:
        raise UsageError(f"{operation.title} {operation.fact}. {operation.left}. No revision was written.")
    return Step(
        Kind.CONTRACT if operation.is_contract else Kind.STRUCTURE,
        f"{operation.verb} {operation.title}",
        upgrade=tuple(call("op.execute", sql) for sql in operation.upgrade),
        downgrade=tuple(call("op.execute", sql) for sql in operation.downgrade),
        left=operation.left,
        blocks=bool(operation.left),
    )
