"""What a revision does to a database, seen from beside: its locks, the tables that it rewrites, how long it takes."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import Connection, event

from alembic_rollout.rehearsal.relations import Lock, read_locks, read_relations, rewritten, strongest_first
from alembic_rollout.rehearsal.sampling import Sampling
from alembic_rollout.scratch.database import Scratch


@dataclass(frozen=True, slots=True)
class Observation:
    """What one direction of a revision did.

    Attributes:
        duration_ms: how long it took.
        locks: on relations that were there before it, the strongest first.
        rewritten: tables that were there before it and were rewritten.
        is_sampled: it ran statements outside its transaction, whose locks are seen by sampling.
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
def observing(scratch: Scratch, *, without: Sequence[str]) -> Iterator[Observer]:
    """Watch what the revisions do in a scratch database while inside.

    Args:
        scratch: the database; the sessions that watch it logged in as the role that runs the revisions, because names
            and operators of the database are evaluated in them.
        without: tables that do not count.
    """
    with scratch.observer.connect() as looker, scratch.observer.connect() as holder:
        sampling = Sampling(scratch.engine, looker, holder)
        try:
            observer = Observer(looker, sampling, without)
            # An autocommit block commits what a revision has done before it, and lets go of those locks.
            event.listen(scratch.engine, "commit", lambda _: observer.look())
            yield observer
        finally:
            sampling.end()
