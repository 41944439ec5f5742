"""`alembic-rollout contract`: applies held contract revisions once no older release is connected."""

import logging

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.releases.phases import HeldContract, held_revisions
from alembic_rollout.releases.presence import live_releases
from alembic_rollout.releases.standing import refusal_of
from alembic_rollout.upgrade.standing_checks import read_standing
from alembic_rollout.wording.durations import format_duration, parse_duration

_PAUSES = Pauses(first=0.5, longest=0.5)  # the server does not announce the end of a session

logger = logging.getLogger(__name__)


def contract_command(config: Config, *, wait: str) -> None:
    """Wait until no older release is connected, then upgrade to the head.

    Args:
        config: Alembic's.
        wait: a duration; how long older releases are waited for.

    Raises:
        RolloutError: one is still connected; nothing was changed.
    """
    try:
        seconds = parse_duration(wait)
    except ValueError as error:
        raise UsageError(f"--wait: {error}") from None
    environment = load_environment(config)
    check_tree(environment.tree)
    _wait_for_older_releases(environment, seconds)
    command.upgrade(config, "head")
    # One that has connected since the last look may have held them again.
    if held := _held(environment, seconds=environment.settings.wait):
        raise _stays_held(held)


def _wait_for_older_releases(environment: Environment, seconds: float) -> None:
    """Look until no connected release holds a contract revision.

    Each look connects: a server that restarts meanwhile ends the look, not the wait.
    """
    for look in looks(seconds, _PAUSES):
        held = _held(environment, seconds=max(look.left, environment.settings.wait))
        if held is None:
            return
        if look.is_last:
            raise _stays_held(held)
        if look.is_report_due:
            reasons = "; ".join(held.reasons)
            logger.info("%s is held by %s (%s left)", held.revision, reasons, format_duration(look.left))


def _stays_held(contract: HeldContract) -> RolloutError:
    return RolloutError(
        f"{contract.revision} stays held by {'; '.join(contract.reasons)}."
        " End that release, or wait longer: alembic-rollout contract --wait 10m"
    )


def _held(environment: Environment, *, seconds: float) -> HeldContract | None:
    """Return the first pending revision that is held; None where none is.

    Raises:
        RolloutError: this code cannot run on the database at all.
    """
    engine = environment.engine().execution_options(isolation_level="AUTOCOMMIT")
    for look in looks(seconds, _PAUSES):
        try:
            with wait_for_database(engine, seconds=look.left) as connection:
                return _first_held(environment, connection)
        except OperationalError as error:
            if look.is_last:
                raise
            logger.info("The database went away and is waited for: %s", one_line(error))
    return None


def _first_held(environment: Environment, connection: Connection) -> HeldContract | None:
    standing = read_standing(environment, connection)
    refusal = refusal_of(standing, version_table=environment.version_table.sql)
    if refusal is not None:
        raise refusal
    if not standing.current:
        return None
    releases = live_releases(connection, environment.settings.service)
    return next(iter(held_revisions(environment.tree, standing.pending, releases).values()), None)
