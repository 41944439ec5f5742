"""Functions, views, triggers and policies: SQL files against what the revisions made; no database is asked."""

from collections.abc import Callable, Collection
from fnmatch import fnmatchcase

from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.plugins import Plugin
from alembic.util import DispatchPriority, PriorityDispatchResult

from alembic_rollout.comparison.pruning.left_alone import IGNORED
from alembic_rollout.sql_objects.sql_changes import ObjectChange, SqlObjects

PLUGIN = "alembic_rollout.sql_objects"
OBJECTS = "alembic_rollout_sql_objects"
"""The option of `context.configure` that has a function which reads both sides."""


class SqlObjectOp(ops.MigrateOperation):
    """An object that comes, changes or goes.

    Args:
        change: which.
    """

    def __init__(self, change: ObjectChange) -> None:
        self.change = change

    def reverse(self) -> "SqlObjectOp":
        """Return the operation that undoes it."""
        return SqlObjectOp(ObjectChange(self.change.new, self.change.old))

    def to_diff_tuple(self) -> tuple[str, str, str]:
        """Return it as `alembic check` shows it."""
        return "sql_object", self.change.title, self.change.sentence


@renderers.dispatch_for(SqlObjectOp)
def _render(context: AutogenContext, operation: SqlObjectOp) -> list[str]:
    """Return it as Python, where Alembic writes a revision without the steps of `autogenerate`."""
    context.imports.add("from alembic_rollout import operations")
    old, new = operation.change.old, operation.change.new
    if new is not None:
        return [f"operations.replace_object({new.text!r})"]
    return [f"operations.drop_object({old.name!r})"] if old is not None else []


def setup(plugin: Plugin) -> None:
    """Register the comparison with Alembic; it comes after that of tables."""
    plugin.add_autogenerate_comparator(
        _compare, "autogenerate", "sqlobjects", qualifier="postgresql", priority=DispatchPriority.MEDIUM
    )


def _compare(context: AutogenContext, operations: ops.UpgradeOps) -> PriorityDispatchResult:
    read: Callable[[], SqlObjects] | None = context.opts.get(OBJECTS)
    ignored: Collection[str] = context.opts.get(IGNORED) or ()
    operations.ops += [
        SqlObjectOp(change)
        for change in (read().changes if read is not None else ())
        if not any(fnmatchcase(change.title, pattern) for pattern in ignored)
    ]
    return PriorityDispatchResult.CONTINUE
