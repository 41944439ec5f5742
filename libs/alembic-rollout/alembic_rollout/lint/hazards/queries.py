"""Queries that read a whole table while the locks of the same transaction keep others waiting."""

from collections.abc import Iterator

from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step
from alembic_rollout.sql.expressions.row_counts import rows_returned

_CATALOGUES = ("pg_", "information_schema")


def check_queries(step: Step, now: Situation) -> Iterator[Hazard]:
    """Find a query over a table in use behind an ALTER of the same transaction."""
    action = step.action
    if action.verb != "query" or step.transaction not in now.locking or step.statement.helper:
        return
    if action.name.startswith(_CATALOGUES) or now.made.has_named(action.name, ("table", "materialized view")):
        return
    if rows_returned(action.tokens, lambda _, columns: "id" in columns, {}) is None:
        message = f"{action.name} is read while the locks of what the transaction did before are held."
        yield Hazard("query-under-lock", message, action.name)
