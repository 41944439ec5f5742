"""Helpers for revisions: change a table that is in use without blocking the sessions that use it.

    from alembic_rollout import operations

    def upgrade() -> None:
        operations.backfill("profiles", set_="given_name = first_name", where="given_name IS NULL")

Each of them commits what its revision did before, works in transactions of its own, and first reads what an interrupted
run left: a revision that is started again continues where it stopped. Give each a revision of its own, or put several
of them into one and nothing else. They need Alembic only, and `--sql` renders them as plain SQL.

Tables and columns are names, quoted where they must be; `set_`, `where` and `condition` are SQL of the revision's
author.
"""

from alembic_rollout.operations.backfilling import backfill
from alembic_rollout.operations.constraints import add_check, add_foreign_key, set_not_null, validate_constraint
from alembic_rollout.operations.declared_objects import create_object, drop_object, replace_object
from alembic_rollout.operations.expansions.renames import contract_rename, expand_rename
from alembic_rollout.operations.expansions.table_renames import (
    contract_table_rename,
    expand_table_rename,
    restore_former_name,
    undo_table_rename,
)
from alembic_rollout.operations.expansions.type_changes import (
    contract_type_change,
    expand_type_change,
    swap_type_change,
    undo_type_change,
)
from alembic_rollout.operations.indexes import create_index_concurrently, drop_index_concurrently

__all__ = [
    "add_check",
    "add_foreign_key",
    "backfill",
    "contract_rename",
    "contract_table_rename",
    "contract_type_change",
    "create_index_concurrently",
    "create_object",
    "drop_index_concurrently",
    "drop_object",
    "expand_rename",
    "expand_table_rename",
    "expand_type_change",
    "replace_object",
    "restore_former_name",
    "set_not_null",
    "swap_type_change",
    "undo_table_rename",
    "undo_type_change",
    "validate_constraint",
]
