"""Why an attempt failed, in one line and without values."""

import logging
import traceback
from collections.abc import Iterator, Sequence
from pathlib import Path

from sqlalchemy.exc import DBAPIError, PendingRollbackError, SQLAlchemyError

from alembic_rollout.errors import RolloutError
from alembic_rollout.history.attempt import Direction
from alembic_rollout.postgres.blockers import Blocker
from alembic_rollout.postgres.error_text import one_line, sqlstate, with_remedy
from alembic_rollout.postgres.foreign_owner import ownership_remedy
from alembic_rollout.postgres.run_lock import RunLock
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE, LOCK_NOT_AVAILABLE, QUERY_CANCELED
from alembic_rollout.redaction.secrets import HIDDEN
from alembic_rollout.redaction.sql_values import without_literals
from alembic_rollout.signals import Interrupted
from alembic_rollout.upgrade.attempt_record import EndedTransactionError
from alembic_rollout.wording.durations import format_duration

_VERBS: dict[Direction, str] = {"upgrade": "Upgrading to", "downgrade": "Reverting", "stamp": "Stamping"}
_LONGEST_NUMBER = 3  # digits: a longer one may be a card's or an account's

logger = logging.getLogger(__name__)


def cause_of(
    error: BaseException,
    *,
    attempts: int,
    seconds: float,
    statement_timeout: float,
    blockers: Sequence[Blocker],
    path: str | None,
) -> str:
    """Return the cause of a failure, and the remedy where there is one.

    Args:
        error: what ended the attempt.
        attempts: how often it was tried.
        seconds: how long that took.
        statement_timeout: the limit that it had, seconds.
        blockers: the sessions that blocked it when they were last read.
        path: of the revision's file.
    """
    if not isinstance(error, Exception):
        return _exit_or_interruption(error, path)
    state = sqlstate(error)
    if state == LOCK_NOT_AVAILABLE:
        behind = "; ".join(map(str, blockers)) or "sessions that ended before they were seen"
        return f"no lock after {attempts} attempts in {format_duration(seconds)}, behind {behind}"
    if state == QUERY_CANCELED and "user request" not in one_line(error):
        return (
            f"{one_line(error)} (limit {format_duration(statement_timeout)}). Split the work, use operations.backfill,"
            ' or set statement_timeout = "10min" in the revision.'
        )
    if isinstance(error, DBAPIError):
        return with_remedy(error, code=_code_beside(path))
    if isinstance(error, RolloutError):
        return one_line(error)
    said, kind = one_line(error), type(error).__name__
    return f"{_place(error, path)}{kind if said == kind else f'{kind}: {said}'}"


def shown_statement(error: BaseException) -> str | None:
    """Return the statement that failed as the history keeps it, without its values; None where no statement did."""
    statement = error.statement if isinstance(error, DBAPIError) else None
    return without_literals(statement, longest_number=_LONGEST_NUMBER) if statement else None


def with_owner(cause: str, error: BaseException, lock: RunLock) -> str:
    """Return a cause with the roles that it is about, where a relation of another owner was to be changed.

    Args:
        cause: of `cause_of`.
        error: what ended the attempt.
        lock: its connection asks the database.
    """
    if sqlstate(error) != INSUFFICIENT_PRIVILEGE:
        return cause
    said = one_line(error)
    try:
        with lock.connection() as connection:
            remedy = ownership_remedy(connection, said)
    except SQLAlchemyError:  # the lock's session ended too: the cause has a remedy of its own
        return cause
    return f"{said}. {remedy}" if remedy else cause


def first_error(error: BaseException) -> BaseException:
    """Return what happened first: leaving an autocommit block on a connection that is gone fails too, and hides it."""
    while isinstance(error, PendingRollbackError) and error.__context__ is not None:
        error = error.__context__
    return error


def _exit_or_interruption(error: BaseException, path: str | None) -> str:
    if not isinstance(error, SystemExit) or isinstance(error, Interrupted):
        return f"interrupted ({type(error).__name__})"
    status = "" if error.code is None else error.code if isinstance(error.code, int) else HIDDEN  # a text is a value
    return f"{_place(error, path)}the revision called sys.exit({status})"


def _code_beside(path: str | None) -> Iterator[str]:
    """Yield the revisions' sources, this one first: the functions whose RAISE was met were created by one of them."""
    if path is None:
        return
    files = sorted(Path(path).parent.glob("*.py"), key=lambda file: file != Path(path))
    for file in files:
        yield file.read_text(errors="replace")


def _place(error: BaseException, path: str | None) -> str:
    """Return `file:line: ` of the revision where an error of Python came out of it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f"{path}:{lines[-1]}: " if lines else ""


def ended_transaction(revisions: Sequence[str]) -> str:
    """Return the cause of a failure of a revision that has ended its own transaction, with what it left.

    Args:
        revisions: what the version table says after it.
    """
    return (
        "it ended its own transaction (COMMIT, ROLLBACK, Connection.commit() or rollback()). What it committed stays,"
        f" the rest is undone, and the version table says {', '.join(revisions) or 'base'}. Look at the schema, correct"
        " it by hand, and take the COMMIT out of the revision: what needs no transaction goes into"
        " op.get_context().autocommit_block()"
    )


def failure_of(
    error: BaseException, cause: str, direction: Direction, revision: str, *, is_undone: bool
) -> RolloutError:
    """Return what a command ends with whose step has failed.

    Args:
        error: what ended the step.
        cause: of `cause_of`.
        direction: of the command.
        revision: of the step.
        is_undone: False if the step was committed before.
    """
    kind = type(error) if isinstance(error, RolloutError) and type(error) is not EndedTransactionError else RolloutError
    said = f"{_VERBS[direction]} {revision} failed: {cause}"
    failure = kind(said if is_undone else f"{revision} is done, but then: {cause}. Start again for what is left.")
    failure.revision = revision
    return failure


def log_interruption(revision: str, *, is_undone: bool) -> None:
    """Say where a command was interrupted.

    Args:
        revision: the one that was being run; empty after the last.
        is_undone: False if it was committed before.
    """
    if not revision:
        logger.error("Interrupted after the last revision: all are applied.")
        return
    line = "%s was interrupted and is undone." if is_undone else "%s is applied; it was interrupted after that."
    logger.error(line, revision, extra={"revision": revision})
