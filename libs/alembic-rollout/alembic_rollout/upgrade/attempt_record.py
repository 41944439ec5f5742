"""The history's row of one attempt, from before its first statement until its success was read back."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alembic_rollout.errors import RolloutError
from alembic_rollout.history.attempt import Attempt, Direction, Outcome
from alembic_rollout.history.table import History
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.run_lock import RunLock
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.tracing.noted_span import NotedSpan
from alembic_rollout.tracing.run_spans import PREFIX, note_inside
from alembic_rollout.upgrade.migration_steps import Step, revision_of
from alembic_rollout.upgrade.statements.timeouts import TRANSACTION_MARK

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

Connect = Callable[[], AbstractContextManager[Connection]]

logger = logging.getLogger(__name__)


class EndedTransactionError(RolloutError):
    """A revision has ended the transaction that it runs in."""


class AttemptRecord:
    """The row of the step that runs now; one object serves all steps of a command, one after the other.

    Args:
        history: where the rows are.
        version_table: what "applied" is read back from.
        lock: the run lock; its connection writes, in autocommit, whatever becomes of the revision.
        connect: makes another connection in autocommit, for when the lock's is gone.
    """

    def __init__(self, history: History, version_table: VersionTable, lock: RunLock, connect: Connect) -> None:
        self._history = history
        self._version_table = version_table
        self._lock = lock
        self._connect = connect
        self._row: int | None = None
        self._attempt: Attempt | None = None
        self._started = time.monotonic()
        self._span: NotedSpan | None = None
        self.tries = 0

    @property
    def is_open(self) -> bool:
        """Return True from the first try of a step until it is confirmed or given up."""
        return self._row is not None

    @property
    def revision(self) -> str | None:
        """Which revision the open row is about; None where none is open."""
        return self._attempt.revision if self._attempt is not None else None

    @property
    def seconds(self) -> float:
        """How long the step has taken, seconds, the pauses between its tries included."""
        return time.monotonic() - self._started

    @property
    def milliseconds(self) -> int:
        """The same in milliseconds."""
        return round(self.seconds * 1000)

    def open(self, attempt: Attempt) -> None:
        """Write the row of a step that is about to begin."""
        with self._lock.connection() as connection:
            row = self._history.begin(connection, attempt)
        self._begin(row, attempt)

    def _begin(self, row: int, attempt: Attempt) -> None:
        self._row, self._attempt, self.tries = row, attempt, 0
        self._started = time.monotonic()
        self._span = note_inside(
            f"{attempt.direction} {attempt.revision}",
            {
                f"{PREFIX}revision": attempt.revision,
                f"{PREFIX}direction": attempt.direction,
                f"{PREFIX}phase": attempt.phase,
                f"{PREFIX}lock_wait_ms": attempt.lock_wait_ms,
                f"{PREFIX}app_version": attempt.app_version,
                f"{PREFIX}history_id": row,
            },
        )

    def succeed(self, connection: Connection) -> None:
        """Turn the row into a success, in the step's own transaction.

        Raises:
            EndedTransactionError: it is not the transaction that the step began in.
        """
        assert self._row is not None  # noqa: S101 - a step has begun
        assert self._attempt is not None  # noqa: S101 - for the type checker
        if not self._history.applied(
            connection,
            self._row,
            attempts=self.tries,
            duration_ms=self.milliseconds,
            note=self._attempt.note,
            mark=TRANSACTION_MARK,
        ):
            raise EndedTransactionError

    def confirm(self, expected: tuple[str, ...], *, following: Attempt | None) -> None:
        """Read back what was committed, and close the row; open that of the step that follows, if one does.

        Args:
            expected: what the version table has to hold now, sorted.
            following: the step that is about to begin.

        Raises:
            RolloutError: the database says otherwise.
        """
        assert self._row is not None  # noqa: S101 - a step has begun
        with self._lock.connection() as connection:
            outcome, found, row = self._history.read_back(
                connection, self._row, self._version_table, expected, following=following
            )
        if found != expected or outcome != "applied":
            raise RolloutError(
                f"its transaction ended without an error, and the database is at {', '.join(found) or 'base'}, not at"
                f" {', '.join(expected) or 'base'} (history: {outcome}). Something else changed the version table or"
                " the history: compare the schema (alembic-rollout drift) before the next try"
            )
        self._end_span("applied")
        self.close()
        if following is not None and row is not None:
            self._begin(row, following)

    def close(self) -> None:
        """Forget the row: the next step gets one of its own."""
        self._row, self._attempt, self.tries = None, None, 0

    def _end_span(self, outcome: Outcome, *, error: str | None = None) -> None:
        if self._span is not None:
            self._span.end(
                error=error, attributes={f"{PREFIX}outcome": outcome, f"{PREFIX}attempts": max(self.tries, 1)}
            )

    def give_up(self, reasons: Sequence[str]) -> None:
        """Write into the row that the step is held, and close it."""
        self._end_span("held")
        self.fail(f"given up, held: {'; '.join(reasons)}", None, kind="RolloutError")
        self.close()

    def fail(self, cause: str, statement: str | None, *, kind: str) -> int:
        """Write into the row why the step failed.

        Args:
            cause: in one line, without values.
            statement: which one failed.
            kind: the SQLSTATE, or the class of the error.

        Returns:
            How often in a row it failed so; 0 where it had been committed before. 1 where nothing can be written: the
            row says already that the attempt did not succeed.
        """
        assert self._row is not None  # noqa: S101 - a step has begun
        self._end_span("failed", error=kind)
        unreachable: SQLAlchemyError | None = None
        for connect in (self._lock.connection, self._connect):
            try:
                with connect() as connection:
                    return self._history.failed(
                        connection,
                        self._row,
                        attempts=self.tries,
                        duration_ms=self.milliseconds,
                        error=cause,
                        statement=statement,
                        cause=kind,
                    )
            except SQLAlchemyError as error:  # what ended the migration may have ended the lock's session too
                unreachable = error
        assert unreachable is not None  # noqa: S101 - for the type checker
        logger.warning("Could not record the failure in %s: %s", self._history.name, one_line(unreachable))
        return 1


def attempt_of(
    step: Step, environment: "Environment", *, direction: Direction, lock_wait_ms: int, backup: str | None
) -> Attempt:
    """Return what the history says of an attempt that begins.

    Args:
        step: which is tried.
        environment: whose tree, release and note.
        direction: of the command.
        lock_wait_ms: how long it waited for the run lock.
        backup: that was taken before, if any.
    """
    revision = revision_of(step)
    file = environment.tree.by_revision.get(revision)
    return Attempt(
        revision=revision,
        direction=direction,
        phase=file.phase if file else "expand",
        checksum=file.checksum() if file else None,
        app_version=environment.settings.app_version,
        lock_wait_ms=lock_wait_ms,
        backup=backup,
        note=environment.config.attributes.get("history_note"),
    )
