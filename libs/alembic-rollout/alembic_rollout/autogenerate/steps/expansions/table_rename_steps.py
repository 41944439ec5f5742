"""A renamed table: under its former name a view stays, through which the previous release reads and writes."""

from collections.abc import Iterator

from alembic.operations import ops

from alembic_rollout.autogenerate.chain import ACCESS_EXCLUSIVE, Kind, Step
from alembic_rollout.autogenerate.change_source import ChangeSource, table_of
from alembic_rollout.autogenerate.python_code import call
from alembic_rollout.autogenerate.table_renaming import RenamedTable
from alembic_rollout.errors import UsageError
from alembic_rollout.postgres.identifiers import qualified


def table_rename_steps(source: ChangeSource, renamed: RenamedTable) -> Iterator[Step]:
    """Rename a table over two releases.

    Its constraints and indexes get their names at once: statements do not name them, and later steps do.

    Raises:
        UsageError: the type of one of its columns changes too, which PostgreSQL refuses while a view has the column.
    """
    old, new, columns = renamed.rename.old, renamed.rename.new, list(renamed.columns)
    changed = [
        one.column_name
        for one in source.operations
        if isinstance(one, ops.AlterColumnOp) and one.modify_type is not None and table_of(one) == qualified(None, new)
    ]
    if changed:
        raise UsageError(
            f"rename={old}={new}: the type of {new}.{changed[0]} changes too, and the view {old} would hold on to it."
            " Rename the table first, and change the type in a release after it."
        )
    yield Step(
        Kind.STRUCTURE,
        f"Rename {old} to {new}; a view {old} stays for the previous release",
        upgrade=(
            call("operations.expand_table_rename", old, new, columns=columns),
            *(call("op.execute", sql) for sql in renamed.part_statements()),
        ),
        downgrade=(
            *(call("op.execute", sql) for sql in renamed.part_statements(back=True)),
            call("operations.undo_table_rename", old, new),
        ),
        locks={new: ACCESS_EXCLUSIVE},
        left=f"the previous release uses a view {old}: make sure that it does not TRUNCATE or COPY INTO {old}, lists"
        " what it groups by, and names no constraint in ON CONFLICT",
    )
    yield Step(
        Kind.CONTRACT,
        f"Drop the view {old}",
        upgrade=(call("operations.contract_table_rename", old),),
        downgrade=(call("operations.restore_former_name", old, new, columns=columns),),
        locks={old: ACCESS_EXCLUSIVE},
    )
