"""Runs steps one transaction each, again where a lock timeout undid one, and reads back what was committed."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from alembic import context
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.util import to_tuple
from sqlalchemy import Connection, Engine

from alembic_rollout.checks.row_questions import Limits
from alembic_rollout.history.attempt import ADOPTED, Attempt, Direction
from alembic_rollout.history.stored_catalogue import CatalogueChanges
from alembic_rollout.history.table import history_of
from alembic_rollout.postgres.error_text import sqlstate
from alembic_rollout.postgres.run_lock import RunLock
from alembic_rollout.project.alembic_private import is_own_transaction_open
from alembic_rollout.releases.phases import HeldContract, held_revisions, stranded_revision
from alembic_rollout.releases.presence import live_releases
from alembic_rollout.signals import Interrupted
from alembic_rollout.upgrade.attempt_record import AttemptRecord, EndedTransactionError, attempt_of
from alembic_rollout.upgrade.bookkeeping import CatalogueRecord, adopt, record_passed_over
from alembic_rollout.upgrade.failures import (
    cause_of,
    ended_transaction,
    failure_of,
    first_error,
    log_interruption,
    shown_statement,
    with_owner,
)
from alembic_rollout.upgrade.lock_retries import LockRetries
from alembic_rollout.upgrade.lock_watch import LockWatch
from alembic_rollout.upgrade.migration_steps import Step, describe, module_of, revision_of, run_to_its_end
from alembic_rollout.upgrade.refusal_texts import stranded_refusal
from alembic_rollout.upgrade.revision_checks import ask_in_transaction
from alembic_rollout.upgrade.statements.decided_statements import DecidedStatements
from alembic_rollout.upgrade.statements.session_changes import SessionChanges
from alembic_rollout.upgrade.statements.timeouts import Timeouts, apply, limit, statement_timeout
from alembic_rollout.wording.durations import format_duration

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.project.rendering import RevisionReading

# The history's row of an attempt is written over the lock's connection: that proves the lock for so long.
_PROVEN_SECONDS = 0.25

logger = logging.getLogger(__name__)


class Runner:
    """The steps of one command, run under the run lock.

    Args:
        environment: whose settings, options and tree.
        lock: the run lock; its connection also writes the history of what fails.
        steps: in order.
        direction: of all of them.
        backup: the backup that was taken before, if any.
        holds: True if contract revisions are held by older releases.
        drift: what was changed in the schema without a migration before.
        decided: what each revision was read to do, by id; those that are not there may do anything.
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
        drift: CatalogueChanges | None = None,
        decided: "Mapping[str, RevisionReading] | None" = None,
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
        self._retries = LockRetries(self._settings)
        self._timeouts = Timeouts(self._settings.lock_timeout, self._settings.statement_timeout)
        self._engine: Engine = environment.engine()
        self._decided, self._statements = decided or {}, DecidedStatements(self._engine)
        self._session = SessionChanges(self._engine)
        limit(self._engine, self._timeouts)
        spare = self._engine_in_autocommit().connect
        self._record = AttemptRecord(self._history, environment.version_table, lock, spare)
        self._catalogue = CatalogueRecord(lock, environment.version_table, self._settings.history_table, drift)
        self._expected: tuple[str, ...] = ()
        self._committed: Step | None = None

    def run(self) -> Sequence[HeldContract]:
        """Run every step.

        Returns:
            The contract revisions that were left out, because an older release has connected meanwhile.

        Raises:
            RolloutError: one failed; those before it stay, it is undone, the history says why.
        """
        with self._lock.connection() as connection:
            self._history.create(connection)
            self._history.interrupted(connection)
            adopt(
                connection,
                self._environment.tree,
                self._environment.version_table,
                self._history,
                Attempt("", "stamp", "expand", None, self._settings.app_version, self._lock.waited_ms, note=ADOPTED),
            )
        with LockWatch(self._lock, self._settings.lock_timeout).running() as watch:
            while True:
                try:
                    self._run_left(watch)
                except BaseException as error:
                    self._pause_or_fail(error, watch)
                else:
                    self._catalogue.store()
                    return self._held

    def _engine_in_autocommit(self) -> Engine:
        return self._environment.own_engine.execution_options(isolation_level="AUTOCOMMIT")

    def _run_left(self, watch: LockWatch) -> None:
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
            self._finish(step)

    def _hold_contracts(self) -> None:
        """Look who is connected just before a contract revision, each time that it is tried.

        Who was connected before the first step was asked before; a backup, a backfill or a lock may take an hour.

        Raises:
            RolloutError: an expand revision is behind one that is held now.
        """
        tree = self._environment.tree
        revision = revision_of(self._left[0])
        if not self._may_be_held(self._left[0]):
            return
        with self._lock.connection() as connection:
            releases = live_releases(connection, self._settings.service)
        held = held_revisions(tree, [revision_of(step) for step in self._left], releases)
        if revision not in held:
            return  # a later one that is held is asked for when it is its turn
        if (stranded := stranded_revision(tree, held)) is not None:
            raise stranded_refusal(stranded)
        self._held = (*self._held, *held.values())
        self._left = deque(step for step in self._left if revision_of(step) not in held)
        if self._record.is_open:
            self._record.give_up(held[revision].reasons)

    def _may_be_held(self, step: Step) -> bool:
        file = self._environment.tree.by_revision.get(revision_of(step))
        return self._holds and file is not None and file.phase == "contract"

    def _begin(self, step: Step, ctx: MigrationContext) -> None:
        self._timeouts.statement = self._statement_timeout(step)
        self._session.begin()
        if isinstance(step, RevisionStep):
            step.migration_fn = run_to_its_end(step.migration_fn, step.revision.path)
            if (reading := self._decided.get(revision_of(step))) is not None:
                step.migration_fn = self._statements.guarded(step.migration_fn, reading)
        assert ctx.connection is not None  # noqa: S101 - for the type checker: this is not `--sql`
        if ctx.connection.in_transaction():  # the first step's, begun by Alembic's look at the version table
            apply(ctx.connection, self._timeouts)
        if not self._record.is_open:
            self._record.open(self._attempt(step))
        self._record.tries += 1
        self._ask(step, ctx.connection, after=False)

    def _following(self) -> Attempt | None:
        """Return the attempt that begins after this one; None where that is not certain yet, or it is the last."""
        if len(self._left) < 2:  # noqa: PLR2004 - the present one, and one that follows
            return None
        step = self._left[1]
        return None if self._may_be_held(step) else self._attempt(step)

    def _attempt(self, step: Step) -> Attempt:
        return attempt_of(
            step, self._environment, direction=self._direction, lock_wait_ms=self._lock.waited_ms, backup=self._backup
        )

    def _statement_timeout(self, step: Step) -> float:
        own = getattr(module_of(step), "statement_timeout", None)
        return statement_timeout(own, self._settings.statement_timeout, revision=revision_of(step))

    def _ask(self, step: Step, connection: Connection, *, after: bool) -> None:
        """Ask what a revision declares, in its own transaction, with its own limits.

        Raises:
            RolloutError: an answer is not what it has to be.
        """
        module = module_of(step)
        if self._direction != "upgrade" or module is None:
            return
        limits = Limits(self._timeouts.statement, self._timeouts.lock)
        ask_in_transaction(connection, module, Path(str(module.__file__)).name, after=after, limits=limits)

    def _about_to_commit(self, ctx: MigrationContext, *, heads: set[str], **facts: Any) -> None:  # noqa: ANN401 - Alembic's
        for callback in to_tuple(self._environment.options.get("on_version_apply"), default=()):
            callback(ctx=ctx, heads=heads, **facts)
        if self._record.seconds > _PROVEN_SECONDS:
            self._lock.ensure_held()
        assert ctx.connection is not None  # noqa: S101 - for the type checker: this is not `--sql`
        if not is_own_transaction_open(ctx):
            raise EndedTransactionError
        self._ask(self._left[0], ctx.connection, after=True)
        if self._direction == "stamp":
            step = self._left[0]
            record_passed_over(ctx.connection, self._environment.tree, self._history, step, self._attempt(step))
        self._record.succeed(ctx.connection)
        self._expected = tuple(sorted(heads))

    def _finish(self, step: Step) -> None:
        """Say that a step is done, once the database says so."""
        self._committed = step
        seconds, tries = self._record.seconds, self._record.tries
        self._record.confirm(self._expected, following=self._following())
        self._left.popleft()
        self._committed = None
        again = f", after {tries} attempts" if tries > 1 else ""
        logger.info(
            "%s in %s%s",
            describe(step, self._direction),
            format_duration(seconds),
            again,
            extra={
                "revision": revision_of(step),
                "direction": self._direction,
                "duration_ms": round(seconds * 1000),
                "attempts": tries,
            },
        )

    def _take_off_confirmed(self) -> None:
        """Take a step off the list that a signal interrupted between its confirmation and that."""
        step = self._committed
        if step is not None and self._left and self._left[0] is step and self._record.revision != revision_of(step):
            self._left.popleft()

    def _pause_or_fail(self, error: BaseException, watch: LockWatch) -> None:
        self._take_off_confirmed()
        try:
            if self._left and self._tries_again(error, watch):
                return
        except BaseException as interruption:
            error = interruption  # in the pause
        self._fail(first_error(error), watch)

    def _tries_again(self, error: BaseException, watch: LockWatch) -> bool:
        tries, seconds, revision = self._record.tries, self._record.seconds, revision_of(self._left[0])
        return self._committed is None and self._retries.pause_after(
            error, revision=revision, tries=tries, seconds=seconds, blockers=watch.blockers
        )

    def _fail(self, error: BaseException, watch: LockWatch) -> None:
        record = self._record
        revision = revision_of(self._left[0]) if self._left else ""
        tries, milliseconds = record.tries, record.milliseconds
        cause = cause_of(
            error,
            attempts=tries,
            seconds=record.seconds,
            statement_timeout=self._timeouts.statement,
            blockers=watch.blockers,
            path=getattr(getattr(self._left[0], "revision", None), "path", None) if self._left else None,
        )
        cause = with_owner(cause, error, self._lock)
        if isinstance(error, EndedTransactionError):
            with self._engine_in_autocommit().connect() as connection:
                cause = ended_transaction(self._environment.version_table.revisions(connection))
        cause = self._session.cause_of(error) or cause
        what = sqlstate(error) or type(error).__name__
        occurrences = record.fail(cause, shown_statement(error), kind=what) if record.is_open else 1
        is_undone = occurrences > 0
        if isinstance(error, Exception):  # an interrupted process has no time for it: drift is unknown then
            self._catalogue.store_after_failure()
        if isinstance(error, (KeyboardInterrupt, Interrupted)):
            log_interruption(revision, is_undone=is_undone)
            raise error
        failure = failure_of(error, cause, self._direction, revision, is_undone=is_undone)
        failure.attempts, failure.duration_ms, failure.occurrences = tries, milliseconds, max(occurrences, 1)
        raise failure from error
