"""What a revision does to a database, seen from beside: its locks, the tables that it rewrites, how long it takes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, event

from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.project.catalogue import own_tables
from alembic_rollout.rehearsal.relations import Lock, read_locks, read_relations, rewritten, strongest_first
from alembic_rollout.rehearsal.sampling import Sampling
from alembic_rollout.scratch.database import Scratch

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


@dataclass(frozen=True, slots=True)
class Observation:
    """What one direction of a revision did.

    Attributes:
        duration_ms: how long it took.
        locks: on relations that were there before it, the strongest first.
        rewritten: tables that were there before it and have another file now.
        is_sampled: whether it ran statements outside its transaction, whose locks are seen by sampling.
    """

    duration_ms: int
    locks: Sequence[Lock]
    rewritten: Sequence[str]
    is_sampled: bool


class Observer:
    """Watches the sessions of one engine, a revision at a time.

    Args:
        connection: in autocommit, of another engine, to the same database.
        sampling: of the engine.
        without: tables that do not count: Alembic's and our own.
    """

    def __init__(self, connection: Connection, sampling: Sampling, without: Sequence[str]) -> None:
        self._connection = connection
        self._sampling = sampling
        self._without = without
        self._relations = read_relations(connection, without=without)
        self._locks: set[Lock] = set()
        self._started = self._ended = 0.0

    def begin(self) -> None:
        """A revision begins."""
        self._locks = set()
        self._sampling.begin(self._relations)
        self._started = time.perf_counter()

    def before_commit(self) -> None:
        """The revision is done, and its transaction still has its locks."""
        self._ended = time.perf_counter()
        self.look()

    def look(self) -> None:
        """Remember the locks that are held now."""
        self._locks |= read_locks(self._connection, self._sampling.pids, self._relations)[0]

    def finish(self) -> Observation:
        """Its transaction is over: return what it did."""
        before, self._relations = self._relations, read_relations(self._connection, without=self._without)
        return Observation(
            duration_ms=round((self._ended - self._started) * 1000),
            locks=strongest_first(self._locks | self._sampling.seen, before),
            rewritten=rewritten(before, self._relations),
            is_sampled=self._sampling.count > 0,
        )


@contextmanager
def observing(environment: "Environment", scratch: Scratch) -> Iterator[Observer]:
    """Watch what the revisions do in a scratch database while inside."""
    with scratch.admin.connect() as looker, scratch.admin.connect() as holder:
        for connection in (looker, holder):
            _use_search_path_of(scratch.engine, connection)
        sampling = Sampling(scratch.engine, looker, holder)
        try:
            observer = Observer(
                looker, sampling, own_tables(environment.version_table, environment.settings.history_table)
            )
            # An autocommit block commits what a revision has done before it, and lets go of those locks.
            event.listen(scratch.engine, "commit", lambda _: observer.look())
            yield observer
        finally:
            sampling.end()


def _use_search_path_of(engine: Engine, connection: Connection) -> None:
    """Let names read here as they read to the migrating role."""
    with engine.connect() as migrating:
        schemas = migrating.exec_driver_sql("SELECT current_schemas(false)").scalar_one()
    path = ", ".join(qualified(None, schema) for schema in schemas)
    connection.exec_driver_sql("SELECT set_config('search_path', %s, false)", (path,))
