"""What the metrics say of a database, each read in one statement; a time is a point, a duration seconds."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.backup.backups import backup_folder
from alembic_rollout.backup.retention import kept_backups
from alembic_rollout.history.attempt import INTERRUPTED, Outcome
from alembic_rollout.history.table import History
from alembic_rollout.postgres.connection import APPLICATION_NAME
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE, UNDEFINED_TABLE
from alembic_rollout.postgres.version_table import exists
from alembic_rollout.settings import BACKFILL_TABLE, Settings

BUCKETS_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 1800.0)

# A row begins as a failure that was interrupted. The newest one may be under way still: it is left out while a session
# that migrates is there. All rows of one run carry the same wait for the run lock, which counts once.
_SUMMARY = """
    WITH attempt AS (
        SELECT id, revision, direction, outcome, duration_ms,
            coalesce((to_jsonb(history) ->> 'last_started_at')::timestamptz, started_at) AS started_at,
            history.started_at AS first_started_at, lock_wait_ms,
            (host, lock_wait_ms) IS DISTINCT FROM (lag(host) OVER by_id, lag(lock_wait_ms) OVER by_id) AS begins_run,
            row_number() OVER (PARTITION BY revision ORDER BY id DESC) = 1 AS is_latest,
            coalesce((to_jsonb(history) ->> 'occurrences')::int, 1) AS occurrences,
            error, to_jsonb(history) ->> 'cause' AS cause,
            outcome = 'failed' AND error = %(interrupted)s AND id = max(id) OVER () AND EXISTS (
                SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = %(program)s
            ) AS is_running
        FROM {history} history
        WHERE {own}
        WINDOW by_id AS (ORDER BY id)
    ), ended AS (
        SELECT * FROM attempt WHERE NOT is_running
    ), last AS (
        SELECT outcome, started_at, duration_ms, revision, error, cause FROM ended ORDER BY id DESC LIMIT 1
    ), applied AS (
        SELECT duration_ms FROM ended WHERE outcome = 'applied' AND direction <> 'stamp' AND duration_ms IS NOT NULL
    )
    SELECT
        (SELECT count(*) FROM attempt WHERE outcome = 'held' AND is_latest),
        (SELECT min(first_started_at) FROM attempt WHERE outcome = 'held' AND is_latest),
        (SELECT coalesce(sum(occurrences), 0) FROM ended WHERE outcome = 'failed'),
        (SELECT coalesce(sum(lock_wait_ms), 0)::float8 / 1000 FROM attempt WHERE begins_run),
        (SELECT outcome FROM last),
        (SELECT started_at FROM last),
        (SELECT max(started_at) FROM attempt WHERE is_running),
        (SELECT duration_ms::float8 / 1000 FROM last),
        current_database(),
        (SELECT revision FROM last WHERE outcome = 'failed'),
        (SELECT CASE WHEN error = %(interrupted)s THEN 'interrupted' ELSE coalesce(cause, 'unknown') END
            FROM last WHERE outcome = 'failed'),
        (SELECT coalesce(sum(duration_ms), 0)::float8 / 1000 FROM applied),
        (SELECT count(*) FROM applied),
        (SELECT array_agg((SELECT count(*) FROM applied WHERE duration_ms <= bound * 1000) ORDER BY bound)
            FROM unnest(%(bounds)s::float8[]) AS bound)
"""

# In the order of the key the number of rows is the planner's estimate for the whole table, which a condition of the
# backfill may make too high.
_BACKFILLS = """
    SELECT revision, sum(rows_seen)::bigint, sum(greatest(rows_seen, (
        SELECT reltuples::bigint FROM pg_class WHERE oid::text = split_part(made_with, ':', 1)
    )))::bigint, max(moved_at)
    FROM {table} WHERE finished_at IS NULL GROUP BY revision ORDER BY revision
"""


@dataclass(frozen=True, slots=True)
class HistorySummary:
    """The history in numbers; durations are seconds.

    Attributes:
        failed_revision: of the last attempt if it failed; empty where no revision had begun.
        failed_cause: the SQLSTATE of that failure, or the class of the error; `interrupted` where its process ended
            first, `unknown` where an earlier version of this library did not write it down.
    """

    held: int
    held_since: datetime | None
    failures: int
    lock_wait: float
    last_outcome: Outcome | None
    last_started_at: datetime | None
    running_since: datetime | None
    last_duration: float | None
    database: str
    failed_revision: str | None
    failed_cause: str | None
    applied_sum: float
    applied_count: int
    applied_up_to: list[int]


@dataclass(frozen=True, slots=True)
class BackfillProgress:
    """How far the unfinished backfills of a revision have come, in rows."""

    revision: str
    done: int
    estimated: int
    moved_at: datetime


def read_history(connection: Connection, history: History) -> tuple[HistorySummary | None, str | None]:
    """Read the history in one statement; where it is not to be had, return None and what is wrong, if anything."""
    if not history.exists(connection):
        return None, None
    try:
        row = connection.exec_driver_sql(
            _SUMMARY.format(history=history.sql, own=history.own),
            {"interrupted": INTERRUPTED, "program": APPLICATION_NAME, "bounds": list(BUCKETS_SECONDS)},
        ).one()
    except DBAPIError as error:
        if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
            raise
        return None, f"The history cannot be read for metrics, grant SELECT on it: {one_line(error)}"
    return HistorySummary(*row), None


def read_backfills(connection: Connection, schema: str | None) -> tuple[list[BackfillProgress], str | None]:
    """Read the backfills that are not finished; where they may not be read, return none and what is wrong.

    Args:
        connection: to the database.
        schema: where the version table is; None for the search path.
    """
    if not exists(connection, schema, BACKFILL_TABLE):
        return [], None
    try:
        rows = connection.exec_driver_sql(_BACKFILLS.format(table=for_driver(qualified(schema, BACKFILL_TABLE)))).all()
    except DBAPIError as error:
        match sqlstate(error):
            case code if code == UNDEFINED_TABLE:  # the last backfill has just ended
                return [], None
            case code if code == INSUFFICIENT_PRIVILEGE:
                return [], f"The backfills cannot be read for metrics, grant SELECT on them: {one_line(error)}"
        raise
    return [BackfillProgress(*row) for row in rows], None


def read_backups(
    connection: Connection, project_folder: Path, settings: Settings
) -> tuple[dict[str, datetime], str | None]:
    """Return when the newest backup in the folder was taken, by its label, and what is wrong, if anything.

    Args:
        connection: to the database.
        project_folder: where alembic.ini is.
        settings: name the folder.
    """
    database = str(connection.exec_driver_sql("SELECT current_database()").scalar_one())
    folder = backup_folder(project_folder, settings)
    try:
        backups = kept_backups(folder, database)
    except OSError as error:
        return {}, f"The backups in {folder} cannot be read for metrics: {error.strerror}"
    return {backup.label: backup.taken for backup in backups}, None  # the newest comes last
