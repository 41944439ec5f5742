"""Why an attempt failed, in a line for whoever reads the log."""

import traceback
from collections.abc import Sequence

from sqlalchemy.exc import DBAPIError, PendingRollbackError

from alembic_rollout.durations import format_duration
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.blockers import Blocker
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE, QUERY_CANCELED
from alembic_rollout.signals import Interrupted


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
        blockers: the sessions that were last seen in its way.
        path: of the revision's file.
    """
    if not isinstance(error, Exception):
        exits = isinstance(error, SystemExit) and not isinstance(error, Interrupted)
        what = f"the revision called sys.exit({error})" if exits else f"interrupted ({type(error).__name__})"
        return f"{_place(error, path) if exits else ''}{what}"
    state = sqlstate(error)
    if state == LOCK_NOT_AVAILABLE:
        behind = "; ".join(map(str, blockers)) or "sessions that came and went"
        return f"no lock after {attempts} attempts in {format_duration(seconds)}, behind {behind}"
    if state == QUERY_CANCELED and "user request" not in one_line(error):
        return (
            f"{one_line(error)} (limit {format_duration(statement_timeout)}). Split the work, use operations.backfill,"
            ' or set statement_timeout = "10min" in the revision.'
        )
    if isinstance(error, DBAPIError):
        return one_line(error)
    if isinstance(error, RolloutError):
        return str(error)
    return f"{_place(error, path)}{type(error).__name__}: {one_line(error)}"


def first_error(error: BaseException) -> BaseException:
    """Return what happened first: leaving an autocommit block on a connection that is gone fails too, and hides it."""
    while isinstance(error, PendingRollbackError) and error.__context__ is not None:
        error = error.__context__
    return error


def _place(error: BaseException, path: str | None) -> str:
    """Return `file:line: ` of the revision where an error of Python came out of it."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f"{path}:{lines[-1]}: " if lines else ""
