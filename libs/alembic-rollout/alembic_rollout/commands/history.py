"""`alembic-rollout history`: the attempts to migrate a database."""

from typing import TYPE_CHECKING

from alembic_rollout.durations import format_duration
from alembic_rollout.history.table import HistoryRow, history_of
from alembic_rollout.output import print_json, print_table
from alembic_rollout.postgres.connection import wait_for_database

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
    if as_json:
        print_json(rows)
    elif rows:
        print_table(_COLUMNS, [_cells(row) for row in rows])
    else:
        print("No attempt is recorded in this database.")


def _cells(row: HistoryRow) -> tuple[object, ...]:
    return (
        row.revision,
        row.direction,
        row.phase,
        row.outcome,
        f"{row.started_at:%Y-%m-%d %H:%M:%S}",
        format_duration(row.duration_ms / 1000) if row.duration_ms is not None else "",
        row.attempts,
        f"{row.os_user}@{row.host}",
        row.app_version,
        row.error,
    )
