"""The history of a database's migrations as Prometheus metrics, for the `/metrics` of the service that owns it.

Only services import this module: prometheus_client is theirs to bring.

    registry.register(RolloutCollector(schema, engine.connect))
"""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import get_args

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.history.attempt import INTERRUPTED, Outcome
from alembic_rollout.history.table import history_of
from alembic_rollout.observation import DRIFT_SECONDS
from alembic_rollout.postgres.connection import APPLICATION_NAME
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE
from alembic_rollout.releases.schema import Schema, SchemaState

Connect = Callable[[], AbstractContextManager[Connection]]
BUCKETS_SECONDS = (0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 30.0, 60.0, 300.0, 1800.0)
CACHE_SECONDS = 15.0

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
            outcome = 'failed' AND error = %s AND id = max(id) OVER () AND EXISTS (
                SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = %s
            ) AS is_running
        FROM {history} history
        WINDOW by_id AS (ORDER BY id)
    ), ended AS (
        SELECT * FROM attempt WHERE NOT is_running
    ), last AS (
        SELECT outcome, started_at, duration_ms FROM ended ORDER BY id DESC LIMIT 1
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
        (SELECT duration_ms::float8 / 1000 FROM last),
        (SELECT coalesce(sum(duration_ms), 0)::float8 / 1000 FROM applied),
        (SELECT count(*) FROM applied),
        (SELECT array_agg((SELECT count(*) FROM applied WHERE duration_ms <= bound * 1000) ORDER BY bound)
            FROM unnest(%s::float8[]) AS bound)
"""

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Summary:
    """The history in numbers; durations are seconds."""

    held: int
    held_since: datetime | None
    failures: int
    lock_wait: float
    last_outcome: Outcome | None
    last_started_at: datetime | None
    last_duration: float | None
    applied_sum: float
    applied_count: int
    applied_up_to: list[int]


class RolloutCollector(Collector):
    """Reads the schema's state and the history when it is scraped, at most every 15 seconds.

    The number of changes since the last migration, without what `drift_ignore` names, is read every 30 seconds; it is
    absent where it is unknown, for one of the reasons that `alembic-rollout drift` gives.

    A database that is away is `alembic_rollout_up 0` and nothing else: a scrape never fails. Without a history table,
    or without the right to read it, what it would tell is absent.

    Args:
        schema: what this release was built for.
        connect: gives a connection to the database as the application's role, as `engine.connect` does.
    """

    def __init__(self, schema: Schema, connect: Connect) -> None:
        self._schema = schema
        self._connect = connect
        self._history = history_of(schema.environment)
        self._turn = threading.Lock()
        self._metrics: list[Metric] = []
        self._read_at = -math.inf
        self._drift: int | None = None
        self._drift_at: str | None = None
        self._drift_read_at = -math.inf
        self._has_said = False

    def describe(self) -> Iterable[Metric]:
        """Name the metrics without asking the database: a registry wants the names before there may be one."""
        return [_up(False), *_of_state(self._schema, None), *_of_history(None), _of_drift(None)]

    def collect(self) -> Iterator[Metric]:
        """Return the metrics, read again if the last ones are older than 15 seconds."""
        with self._turn:
            if time.monotonic() - self._read_at >= CACHE_SECONDS:
                self._metrics = self._read()
                self._read_at = time.monotonic()
            metrics = self._metrics
        yield from metrics

    def _read(self) -> list[Metric]:
        try:
            with self._connect() as connection:
                state = self._schema.state(connection)
                summary, problem = self._read_history(connection)
                if problem is None:
                    problem = self._read_drift(connection, state.current)
        except (
            Exception
        ) as error:  # whatever the caller's `connect` raises: the service's other metrics must not suffer
            self._say(f"The schema's state cannot be read for metrics: {one_line(error)}")
            return [_up(False)]
        self._say(problem)
        of_history = _of_history(summary) if summary is not None else ()
        return [_up(True), *_of_state(self._schema, state), *of_history, _of_drift(self._drift)]

    def _read_history(self, connection: Connection) -> tuple[_Summary | None, str | None]:
        """Read the history in one statement; where it is not to be had, return None and what is wrong, if anything."""
        if not self._history.exists(connection):
            return None, None
        try:
            row = connection.exec_driver_sql(
                _SUMMARY.format(history=self._history.name), (INTERRUPTED, APPLICATION_NAME, list(BUCKETS_SECONDS))
            ).one()
        except DBAPIError as error:
            if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
                raise
            return None, f"The history cannot be read for metrics, grant SELECT on it: {one_line(error)}"
        return _Summary(*row), None

    def _read_drift(self, connection: Connection, current: str | None) -> str | None:
        """Count the changes since the last migration, unless the last count is new; return what is wrong, if anything.

        Args:
            connection: to the database.
            current: the revision that it is at; a migration makes a new count necessary.
        """
        if current == self._drift_at and time.monotonic() - self._drift_read_at < DRIFT_SECONDS:
            return None
        environment, self._drift = self._schema.environment, None
        settings = environment.settings
        try:
            compared = catalogue_drift(
                connection, environment.version_table, settings.history_table, ignore=settings.drift_ignore
            )
        except DBAPIError as error:
            if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
                raise
            return f"The stored catalogue cannot be read for metrics, grant SELECT on it: {one_line(error)}"
        self._drift_read_at, self._drift_at = time.monotonic(), current
        self._drift = None if compared.unknown else len(compared.findings)
        return None

    def _say(self, problem: str | None) -> None:
        """Log a problem when it begins, not at every scrape."""
        if problem is not None and not self._has_said:
            logger.warning("%s", problem)
        self._has_said = problem is not None


def _up(is_up: bool) -> Metric:
    return GaugeMetricFamily("alembic_rollout_up", "1 if the schema's state could be read.", value=int(is_up))


def _of_state(schema: Schema, state: SchemaState | None) -> list[Metric]:
    """Return what the version table tells; without a state, names without values."""
    info = GaugeMetricFamily(
        "alembic_rollout_info",
        "Revisions: what the database is at, what this release needs at least, and the head of its tree.",
        labels=["service", "current", "required", "head"],
    )
    pending = GaugeMetricFamily("alembic_rollout_pending_revisions", "Revisions of this release not applied yet.")
    if state is not None:
        info.add_metric([schema.service, state.current or "", state.required, schema.head], 1)
        pending.add_metric([], len(state.pending))
    return [info, pending]


def _of_drift(count: int | None) -> Metric:
    drift = GaugeMetricFamily(
        "alembic_rollout_drift_differences", "Changes of the schema since the last migration that no migration made."
    )
    if count is not None:
        drift.add_metric([], count)
    return drift


def _of_history(summary: _Summary | None) -> list[Metric]:
    """Return what the history tells; without a summary, names without values."""
    held = GaugeMetricFamily(
        "alembic_rollout_held_contract_revisions", "Contract revisions that wait for older releases to go."
    )
    since = GaugeMetricFamily(
        "alembic_rollout_held_since_timestamp_seconds", "Since when the first of them waits; absent where none does."
    )
    failures = CounterMetricFamily("alembic_rollout_failures", "Attempts that failed.")
    lock_wait = CounterMetricFamily("alembic_rollout_lock_wait_seconds", "Time spent waiting for the run lock.")
    durations = HistogramMetricFamily(
        "alembic_rollout_revision_duration_seconds", "Durations of the revisions that were applied or reverted."
    )
    outcome = GaugeMetricFamily("alembic_rollout_last_outcome", "How the last attempt ended.", labels=["outcome"])
    started = GaugeMetricFamily("alembic_rollout_last_run_timestamp_seconds", "When the last attempt began.")
    duration = GaugeMetricFamily("alembic_rollout_last_duration_seconds", "How long the last attempt took.")
    if summary is not None:
        held.add_metric([], summary.held)
        if summary.held_since is not None:
            since.add_metric([], summary.held_since.timestamp())
        failures.add_metric([], summary.failures)
        lock_wait.add_metric([], summary.lock_wait)
        bounds = [*map(floatToGoString, BUCKETS_SECONDS), "+Inf"]
        counts = [*summary.applied_up_to, summary.applied_count]
        durations.add_metric([], list(zip(bounds, counts, strict=True)), summary.applied_sum)
        for name in get_args(Outcome) if summary.last_outcome is not None else ():
            outcome.add_metric([name], int(name == summary.last_outcome))
        if summary.last_started_at is not None:
            started.add_metric([], summary.last_started_at.timestamp())
        if summary.last_duration is not None:
            duration.add_metric([], summary.last_duration)
    return [held, since, failures, lock_wait, durations, outcome, started, duration]
