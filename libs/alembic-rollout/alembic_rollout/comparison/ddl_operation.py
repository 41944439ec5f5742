"""An operation that is SQL in both directions, for kinds of objects for which Alembic has none."""

from collections.abc import Sequence
from typing import Self

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops

from alembic_rollout.postgres.identifiers import for_text


class DdlOp(ops.MigrateOperation):
    """Creates, changes or drops an object.

    Args:
        title: kind and name, as `sequence numbers`.
        verb: what it does to it, as `Create`.
        upgrade: statements; none where there is no way, and `left` says why.
        downgrade: statements that undo them, in order.
        fact: the difference, as a sentence about the object goes on.
        is_contract: True if the previous release may need what goes, or fail at what comes.
        left: what the developer has to decide; empty where nothing is left.
    """

    def __init__(
        self,
        title: str,
        verb: str,
        upgrade: Sequence[str],
        downgrade: Sequence[str],
        *,
        fact: str,
        is_contract: bool = False,
        left: str = "",
    ) -> None:
        self.title = title
        self.verb = verb
        self.upgrade = tuple(upgrade)
        self.downgrade = tuple(downgrade)
        self.fact = fact
        self.is_contract = is_contract
        self.left = left

    def reverse(self) -> Self:
        """Return the operation that undoes it."""
        return type(self)(self.title, "Undo", self.downgrade, self.upgrade, fact=self.fact)

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return it as `alembic check` shows it."""
        return "sql_object", self.title, self.fact


@renderers.dispatch_for(DdlOp)
def _render(_context: AutogenContext, operation: DdlOp) -> list[str]:
    """Return it as Python, where Alembic writes a revision without the steps of `autogenerate`."""
    return [f"op.execute({for_text(sql)!r})" for sql in operation.upgrade]
