"""Reads the database when it is scraped, and no more often than it has to."""

import logging
import math
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager

from prometheus_client.core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.drift.catalogue_drift import catalogue_drift
from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.history.table import history_of
from alembic_rollout.metrics import families
from alembic_rollout.metrics.readings import read_backfills, read_backups, read_history
from alembic_rollout.observation import DRIFT_SECONDS
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.run_lock import lock_holder, lock_key
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE
from alembic_rollout.releases.schema import Schema

Connect = Callable[[], AbstractContextManager[Connection]]
CACHE_SECONDS = 15.0

logger = logging.getLogger(__name__)


class RolloutCollector(Collector):
    """Reads the schema's state and the history when it is scraped, at most every 15 seconds.

    The number of changes since the last migration, without what `drift_ignore` names, is never older than 30 seconds
    when it is scraped; it is absent where it is unknown, for one of the reasons that `alembic-rollout drift` gives.

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
        self._due_at = -math.inf
        self._drift: Sequence[DriftFinding] | None = None
        self._drift_at: str | None = None
        self._drift_read_at = -math.inf
        self._has_said = False

    def describe(self) -> Iterable[Metric]:
        """Name the metrics without asking the database: a registry wants the names before there may be one."""
        return [
            families.up(False),
            *families.of_state(self._schema, None),
            *families.of_history(self._schema, None),
            families.of_run_lock(None),
            *families.of_backfills([]),
            *families.of_drift(None),
            families.of_backups({}),
        ]

    def collect(self) -> Iterator[Metric]:
        """Return the metrics, read again if they are older than 15 seconds, or the drift than 30."""
        with self._turn:
            if time.monotonic() >= self._due_at:
                self._metrics = self._read()
                now, drift_due_at = time.monotonic(), self._drift_read_at + DRIFT_SECONDS
                # A drift that could not be read waits as the rest does.
                self._due_at = min(now + CACHE_SECONDS, drift_due_at if drift_due_at > now else math.inf)
            metrics = self._metrics
        yield from metrics

    def _read(self) -> list[Metric]:
        environment = self._schema.environment
        try:
            with self._connect() as connection:
                state = self._schema.state(connection)
                key = lock_key(str(connection.engine.url.database), environment.version_table)
                is_migrating = lock_holder(connection, key) is not None
                summary, no_history = read_history(connection, self._history)
                backfills, no_backfills = read_backfills(connection, environment.version_table.schema)
                backups, no_backups = read_backups(connection, environment.folder, environment.settings)
                problem = no_history or self._read_drift(connection, state.current, is_migrating=is_migrating)
        except (
            Exception
        ) as error:  # whatever the caller's `connect` raises: the service's other metrics must not suffer
            self._say(f"The schema's state cannot be read for metrics: {one_line(error)}")
            return [families.up(False)]
        self._say(problem or no_backfills or no_backups)
        return [
            families.up(True),
            *families.of_state(self._schema, state),
            *(families.of_history(self._schema, summary) if summary is not None else ()),
            families.of_run_lock(is_migrating),
            *families.of_backfills(backfills),
            *families.of_drift(self._drift),
            families.of_backups(backups),
        ]

    def _read_drift(self, connection: Connection, current: str | None, *, is_migrating: bool) -> str | None:
        """Count the changes since the last migration, unless the last count is new; return what is wrong, if anything.

        Args:
            connection: to the database.
            current: the revision that it is at; a migration makes a new count necessary.
            is_migrating: the comparison would wait for the locks of that process, and what it finds is on its way.
        """
        if is_migrating:
            self._drift, self._drift_read_at = None, -math.inf
            return None
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
        self._drift = None if compared.unknown else compared.findings
        return None

    def _say(self, problem: str | None) -> None:
        """Log a problem when it begins, not at every scrape."""
        if problem is not None and not self._has_said:
            logger.warning("%s", problem)
        self._has_said = problem is not None
