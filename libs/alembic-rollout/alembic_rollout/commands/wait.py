"""`alembic-rollout wait`: waits until a database answers and this code can run on it."""

import logging

from sqlalchemy.exc import OperationalError

from alembic_rollout.errors import DatabaseAheadError, RolloutError, UsageError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.project.environment import Environment
from alembic_rollout.releases.schema import Schema
from alembic_rollout.wording.durations import format_duration, parse_duration

_PAUSES = Pauses(first=0.2, longest=0.2)  # another process migrates; the table can only be read again

logger = logging.getLogger(__name__)


def wait_command(environment: Environment, *, timeout: str) -> None:
    """Wait until the database answers and this code can run on it.

    Args:
        environment: which database and which tree.
        timeout: a duration.

    Raises:
        RolloutError: the time is over; the line says what was missing.
        DatabaseAheadError: waiting cannot help, the database is past a contract revision.
    """
    try:
        seconds = parse_duration(timeout)
    except ValueError as error:
        raise UsageError(f"--timeout: {error}") from None
    schema = Schema.of(environment)
    engine = environment.engine()
    for look in looks(seconds, _PAUSES):
        try:
            with wait_for_database(engine, seconds=look.left) as connection:
                state = schema.state(connection)
        except OperationalError as error:  # a server that restarts ends the look, not the wait
            if look.is_last:
                raise
            logger.info("The connection ended: %s", one_line(error))
            continue
        if state.sufficient:
            print(f"At {state.current}; this code needs {state.required}.")
            return
        if state.ahead:
            raise DatabaseAheadError(state.reason)
        if look.is_last:
            raise RolloutError(f"{state.reason} Waited {format_duration(seconds)}.")
