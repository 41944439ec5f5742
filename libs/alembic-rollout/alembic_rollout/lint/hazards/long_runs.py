"""What runs beside the traffic and takes long: announced with its estimated time, and stops nothing."""

from collections.abc import Iterator

from alembic_rollout.lint.known.sizes import about, seconds_to_index, seconds_to_read, seconds_to_update
from alembic_rollout.lint.situation import Hazard, Situation
from alembic_rollout.lint.steps import Step

_WORTH_SAYING = 60.0
"""Seconds."""


def announce_long_runs(step: Step, now: Situation) -> Iterator[Hazard]:
    """Announce validations, concurrent builds and backfills of large tables."""
    action = step.action
    if step.on_new or not action.table or not now.has_sizes:
        return
    size = now.size(action.table)
    if size is None:
        return
    if action.verb == "validate":
        what, seconds = "VALIDATE CONSTRAINT reads", seconds_to_read(size)
    elif action.verb == "create" and action.kind == "index" and action.is_concurrent:
        what, seconds = "CREATE INDEX CONCURRENTLY reads", seconds_to_index(size)
    elif action.verb == "update" and step.statement.helper:
        what, seconds = "The backfill updates up to", seconds_to_update(size)
    else:
        return
    if seconds >= _WORTH_SAYING:
        yield Hazard("takes-long", f"{what} {action.table} ({size}): {about(seconds)}, beside the traffic.")
