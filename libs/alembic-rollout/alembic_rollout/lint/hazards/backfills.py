"""Changes of many rows of a table that is in use, in one transaction."""

from collections.abc import Iterator, Sequence

from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.expressions.row_counts import rows_changed

MOST_ROWS = 10_000
"""More rows of one table in one transaction are too many: their locks are held until its end."""

_CHANGES = ("update", "delete", "merge", "insert")
_ROW_LOCATION = "ctid"
_KEYS = ("id", "uuid", "key", "code", "slug", "name", "email")


def check_backfills(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find a change of more rows of a table in use than its keys name."""
    action = step.action
    if action.verb not in _CHANGES or step.on_new or step.statement.helper:
        return
    counted = rows_changed(action, lambda table, columns: _is_key(now, table, columns))
    before = now.rows.get((step.transaction, action.table), 0)
    if counted is not None:
        now.rows[step.transaction, action.table] = before + counted
        if before + counted <= MOST_ROWS or before > MOST_ROWS:
            return
    verb = "ON CONFLICT DO UPDATE" if action.verb == "insert" else action.verb.upper()
    message = f"{verb} of {action.table} locks every row that it touches until the revision ends."
    yield Hazard("backfill-in-transaction", message, action.table)


def _is_key(now: Situation, table: str, columns: Sequence[str]) -> bool:
    """Return True if a row of a table has the values of some columns alone."""
    if _ROW_LOCATION in columns:
        return True
    known = now.table(table)
    if known is not None and known.is_complete and all(column in known.columns for column in columns):
        return any(set(key) <= set(columns) for key in now.catalogue.unique_keys(table))
    return any(_is_key_by_name(column, table) for column in columns)


def _is_key_by_name(column: str, table: str) -> bool:
    # `user_id` is a key of `users`; elsewhere it refers to one, and any number of rows may have it.
    if column in _KEYS:
        return True
    stem = column.removesuffix("_uuid").removesuffix("_id")
    return stem != column and stem.casefold() in _singulars(table)


def _singulars(table: str) -> set[str]:
    """Return what a row of a table may be called: `order_item` and `item` for `order_items`."""
    name = table.rpartition(".")[2].casefold()
    one = f"{name[:-3]}y" if name.endswith("ies") else name.removesuffix("s")
    return {name, one, one.rpartition("_")[2]}
