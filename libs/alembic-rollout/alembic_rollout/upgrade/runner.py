"""Runs steps one transaction each, again where a lock was taken, and writes down what became of every attempt."""

import logging
import random
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from alembic import context
from alembic.runtime.migration import MigrationContext
from alembic.util import to_tuple
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic_rollout.durations import format_duration, parse_duration
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.history.table import Attempt, Direction, history_of
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.run_lock import RunLock
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE
from alembic_rollout.releases.phases import HeldContract
from alembic_rollout.upgrade.checks import hold_contracts
from alembic_rollout.upgrade.failures import cause_of, first_error
from alembic_rollout.upgrade.lock_watch import Watch
from alembic_rollout.upgrade.migration_steps import Step, describe, revision_of
from alembic_rollout.upgrade.timeouts import Timeouts, apply, limit

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

# The history's row of an attempt is written over the lock's connection: that proves the lock for so long.
_PROVEN_SECONDS = 0.25

logger = logging.getLogger(__name__)


class Steps:
    """The steps of one command, run under the run lock.

    Args:
        environment: whose settings, options and tree.
        lock: the run lock; its connection also writes the history of what fails.
        steps: in order.
        direction: of all of them.
        backup: the backup that was taken before, if any.
        holds: whether contract revisions wait for older releases.
    """

    def __init__(
        self,
        environment: "Environment",
        lock: RunLock,
        steps: Iterable[Step],
        direction: Direction,
        *,
        backup: str | None = None,
        holds: bool = False,
    ) -> None:
        self._environment = environment
        self._settings = environment.settings
        self._lock = lock
        self._left = deque(steps)
        self._direction = direction
        self._backup = backup
        self._holds = holds
        self._held: Sequence[HeldContract] = ()
        self._history = history_of(environment)
        self._timeouts = Timeouts(self._settings.lock_timeout, self._settings.statement_timeout)
        self._engine: Engine = environment.engine()
        limit(self._engine, self._timeouts)
        self._row: int | None = None
        self._attempts = 0
        self._started = time.monotonic()

    def run(self) -> Sequence[HeldContract]:
        """Run every step.

        Returns:
            The contract revisions that were left out, because an older release has connected meanwhile.

        Raises:
            RolloutError: one failed; those before it stay, it is undone, the history says why.
        """
        with self._lock.connection() as connection:
            self._history.create(connection)
        with Watch(self._lock).running() as watch:
            while True:
                try:
                    self._run_left(watch)
                except BaseException as error:
                    self._pause_or_fail(error, watch)
                else:
                    return self._held

    def _run_left(self, watch: Watch) -> None:
        with self._engine.connect() as connection:
            watch.attend(connection)
            try:
                options = self._environment.configure_options() | {"on_version_apply": self._about_to_commit}
                context.configure(connection=connection, fn=self._one_by_one, **options)
                with context.begin_transaction():
                    context.run_migrations()
            finally:
                watch.leave()

    def _one_by_one(self, _heads: object, ctx: MigrationContext) -> Iterator[Step]:
        # Alembic opens the step's transaction after it got the step, and commits before it asks for the next one.
        while self._left:
            self._hold_contracts()
            if not self._left:
                return
            step = self._left[0]
            self._begin(step, ctx)
            yield step
            self._left.popleft()
            self._finish(step)

    def _hold_contracts(self) -> None:
        """Look who is connected just before a contract revision, each time that it is tried.

        Whoever was connected before the first step was asked before; a backup, a backfill or a lock may take an hour.
        """
        revision = revision_of(self._left[0])
        file = self._environment.tree.by_revision.get(revision)
        if not self._holds or file is None or file.phase != "contract":
            return
        with self._lock.connection() as connection:
            cleared = hold_contracts(self._environment, connection, tuple(self._left))
        if all(contract.revision != revision for contract in cleared.held):
            return  # a later one that is held is asked for when it is its turn
        self._held = (*self._held, *cleared.held)
        self._left = deque(cleared.steps)
        if self._row is not None:
            self._write_failure(f"given up, held: {'; '.join(cleared.held[0].reasons)}", None)
            self._row, self._attempts = None, 0

    def _begin(self, step: Step, ctx: MigrationContext) -> None:
        self._attempts += 1
        self._timeouts.statement = self._statement_timeout(step)
        assert ctx.connection is not None  # noqa: S101 - for the type checker: this is not `--sql`
        if ctx.connection.in_transaction():  # the first step's, begun by Alembic's look at the version table
            apply(ctx.connection, self._timeouts)
        if self._row is not None:
            return
        with self._lock.connection() as connection:
            self._row = self._history.begin(connection, self._attempt(step))
        self._started = time.monotonic()

    def _attempt(self, step: Step) -> Attempt:
        revision = revision_of(step)
        file = self._environment.tree.by_revision.get(revision)
        return Attempt(
            revision=revision,
            direction=self._direction,
            phase=file.phase if file else "expand",
            checksum=file.checksum() if file else None,
            app_version=self._settings.app_version,
            lock_wait_ms=self._lock.waited_ms,
            backup=self._backup,
        )

    def _statement_timeout(self, step: Step) -> float:
        script = getattr(step, "revision", None)
        own = getattr(getattr(script, "module", None), "statement_timeout", None)
        if own is None:
            return self._settings.statement_timeout
        try:
            return parse_duration(str(own))
        except ValueError as error:
            raise UsageError(f"{revision_of(step)}: statement_timeout: {error}") from None

    def _about_to_commit(self, ctx: MigrationContext, **facts: Any) -> None:  # noqa: ANN401 - Alembic's
        for callback in to_tuple(self._environment.options.get("on_version_apply"), default=()):
            callback(ctx=ctx, **facts)
        if time.monotonic() - self._started > _PROVEN_SECONDS:
            self._lock.ensure_held()
        assert ctx.connection is not None  # noqa: S101 - for the type checker: this is not `--sql`
        assert self._row is not None  # noqa: S101 - a step has begun
        if self._direction == "stamp":
            self._record_passed_over(ctx.connection, self._left[0])
        self._history.applied(ctx.connection, self._row, attempts=self._attempts, duration_ms=self._elapsed_ms())

    def _record_passed_over(self, connection: Connection, step: Step) -> None:
        """Have the history know every revision that a stamp counts as applied: older code asks it for their phases."""
        tree = self._environment.tree
        passed = tree.ancestors(step.to_revisions) - tree.ancestors(step.from_revisions) - {revision_of(step)}
        if files := [tree.by_revision[revision] for revision in tree.order if revision in passed]:
            self._history.stamped(connection, self._attempt(step), files)

    def _finish(self, step: Step) -> None:
        seconds = time.monotonic() - self._started
        again = f", after {self._attempts} attempts" if self._attempts > 1 else ""
        logger.info(
            "%s in %s%s",
            describe(step, self._direction),
            format_duration(seconds),
            again,
            extra={
                "revision": revision_of(step),
                "direction": self._direction,
                "duration_ms": round(seconds * 1000),
                "attempts": self._attempts,
            },
        )
        self._row, self._attempts = None, 0

    def _pause_or_fail(self, error: BaseException, watch: Watch) -> None:
        try:
            if self._left and self._tries_again(error, watch):
                return
        except BaseException as interruption:
            error = interruption  # in the pause
        self._fail(first_error(error), watch)

    def _tries_again(self, error: BaseException, watch: Watch) -> bool:
        """Pause and say so, where the only thing wrong was that somebody else had a lock, and time is left."""
        elapsed = time.monotonic() - self._started
        if sqlstate(error) != LOCK_NOT_AVAILABLE or elapsed > self._settings.lock_retry_for:
            return False
        doubled = self._settings.lock_retry_pause * 2.0 ** (self._attempts - 1)
        pause = min(doubled, self._settings.lock_retry_longest_pause) * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
        logger.warning(
            "%s waited %s for a lock behind %s. Undone; attempt %d follows in %s.",
            revision_of(self._left[0]),
            format_duration(self._settings.lock_timeout),
            "; ".join(map(str, watch.blockers)) or "a session that has just gone",
            self._attempts + 1,
            format_duration(pause),
            extra={"revision": revision_of(self._left[0]), "attempts": self._attempts},
        )
        time.sleep(pause)
        return True

    def _fail(self, error: BaseException, watch: Watch) -> None:
        cause = cause_of(
            error,
            attempts=self._attempts,
            seconds=self._elapsed_ms() / 1000,
            statement_timeout=self._timeouts.statement,
            blockers=watch.blockers,
            path=getattr(getattr(self._left[0], "revision", None), "path", None) if self._left else None,
        )
        revision = revision_of(self._left[0]) if self._left else ""
        statement = error.statement if isinstance(error, DBAPIError) else None
        undone = self._row is None or self._write_failure(cause, statement)
        if not isinstance(error, Exception):
            what = "%s was interrupted and is undone." if undone else "%s is applied; it was interrupted after that."
            logger.error(what, revision, extra={"revision": revision})
            raise error
        kind = type(error) if isinstance(error, RolloutError) else RolloutError
        verb = {"upgrade": "Upgrading to", "downgrade": "Taking back", "stamp": "Stamping"}[self._direction]
        said = f"{verb} {revision} failed: {cause}"
        failure = kind(said if undone else f"{revision} is done, but then: {cause}. Start again for what is left.")
        failure.revision, failure.attempts, failure.duration_ms = revision, self._attempts, self._elapsed_ms()
        raise failure from error

    def _write_failure(self, cause: str, statement: str | None) -> bool:
        """Tell the history why; return whether the attempt did fail, and not something after its COMMIT."""
        assert self._row is not None  # noqa: S101 - checked by the caller
        unreachable: SQLAlchemyError | None = None
        for connect in (
            self._lock.connection,
            self._environment.engine().execution_options(isolation_level="AUTOCOMMIT").connect,
        ):
            try:
                with connect() as connection:
                    return self._history.failed(
                        connection,
                        self._row,
                        attempts=self._attempts,
                        duration_ms=self._elapsed_ms(),
                        error=cause,
                        statement=statement,
                    )
            except SQLAlchemyError as error:  # what ended the migration may have ended the lock's session too
                unreachable = error
        assert unreachable is not None  # noqa: S101 - for the type checker
        # The row that `begin` wrote says already that the attempt did not succeed.
        logger.warning("The history could not be told why: %s", one_line(unreachable))
        return True

    def _elapsed_ms(self) -> int:
        return round((time.monotonic() - self._started) * 1000)
