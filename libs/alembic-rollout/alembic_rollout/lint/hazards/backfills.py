"""Changes of many rows of a table that is in use, in one transaction."""

from collections.abc import Iterator, Sequence

from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.action import Action
from alembic_rollout.sql.expressions.key_ranges import IsKey
from alembic_rollout.sql.expressions.row_counts import rows_changed, rows_made, rows_returned

MOST_ROWS = 10_000
"""More rows of one table in one transaction are too many: their locks are held until its end."""

_CHANGES = ("update", "delete", "merge", "insert")
_ROW_LOCATION = "ctid"
_KEYS = ("id", "uuid", "key", "code", "slug", "name", "email")


def check_backfills(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find a change of more rows of a table in use than its keys name."""
    action = step.action

    def is_key(table: str, columns: Sequence[str]) -> bool:
        return _is_key(now, table, columns)

    _count_new_rows(step, now, is_key)
    if step.on_new or step.statement.helper:
        return
    if action.verb == "query" and _locks_rows(action) and rows_returned(action.tokens, is_key, {}) is None:
        message = f"SELECT ... FOR UPDATE locks every row of {action.name} until the revision ends."
        yield Hazard("backfill-in-transaction", message, action.table)
    if action.verb not in _CHANGES:
        return
    made = {name: rows for name, rows in now.rows_of_new.items() if rows is not None}
    counted = rows_changed(action, is_key, made)
    before = now.rows.get((step.transaction, action.table), 0)
    if counted is not None:
        now.rows[step.transaction, action.table] = before + counted
        if before + counted <= MOST_ROWS or before > MOST_ROWS:
            return
    verb = "ON CONFLICT DO UPDATE" if action.verb == "insert" else action.verb.upper()
    message = f"{verb} of {action.table} locks every row that it touches until the revision ends."
    yield Hazard("backfill-in-transaction", message, action.table)


def _count_new_rows(step: Step, now: Situation, is_key: IsKey) -> None:
    """Count the rows of tables that the revision makes: joined with them, a change touches no more."""
    action = step.action
    if (action.verb, action.kind) == ("create", "table"):
        now.rows_of_new[action.name] = rows_made(action, is_key)
    elif action.name in now.rows_of_new and step.on_new and action.verb in ("insert", "copy"):
        before = now.rows_of_new[action.name]
        added = rows_made(action, is_key) if action.verb == "insert" and not action.is_repeated else None
        now.rows_of_new[action.name] = None if before is None or added is None else before + added


def _locks_rows(action: Action) -> bool:
    return any(action.has("for", *words) for words in (("update",), ("no", "key"), ("share",), ("key", "share")))


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
