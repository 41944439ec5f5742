"""`alembic-rollout history`: the attempts to migrate a database."""

from dataclasses import asdict
from typing import TYPE_CHECKING

from alembic_rollout.history.attempt import HistoryRow, ShownOutcome, shown_outcome
from alembic_rollout.history.table import history_of
from alembic_rollout.output import print_json, print_table
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.run_lock import lock_holder, lock_key
from alembic_rollout.wording.durations import format_duration

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_COLUMNS = ("revision", "direction", "phase", "outcome", "started (UTC)", "duration", "tries", "by", "release", "error")


def show_history(environment: "Environment", *, limit: int, as_json: bool) -> None:
    """Print the newest attempts, the newest first.

    Args:
        environment: whose database.
        limit: how many.
        as_json: every column, for programs.
    """
    history = history_of(environment)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        rows = history.rows(connection, limit=limit) if history.exists(connection) else []
        key = lock_key(str(connection.engine.url.database), environment.version_table)
        is_lock_held = lock_holder(connection, key) is not None
    outcomes = [shown_outcome(row, is_newest=place == 0, is_lock_held=is_lock_held) for place, row in enumerate(rows)]
    if as_json:
        print_json([asdict(row) | {"outcome": outcome} for row, outcome in zip(rows, outcomes, strict=True)])
    elif rows:
        print_table(_COLUMNS, [_cells(row, outcome) for row, outcome in zip(rows, outcomes, strict=True)])
    else:
        print("No attempt is recorded in this database.")


def _cells(row: HistoryRow, outcome: ShownOutcome) -> tuple[object, ...]:
    return (
        row.revision,
        row.direction,
        row.phase,
        f"{outcome} ({row.occurrences} times)" if row.occurrences > 1 else outcome,
        f"{row.started_at:%Y-%m-%d %H:%M:%S}",
        format_duration(row.duration_ms / 1000) if row.duration_ms is not None else "",
        row.attempts,
        f"{row.os_user}@{row.host}",
        row.app_version,
        None if outcome == "running" else row.error,
    )
