"""`alembic-rollout contract`: applies held contract revisions once nobody needs what they take away."""

import logging

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from alembic_rollout.durations import format_duration, parse_duration
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.project.environment import Environment, load_environment
from alembic_rollout.releases.phases import HeldContract, held_contracts
from alembic_rollout.releases.schema import Schema

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
    engine = environment.engine().execution_options(isolation_level="AUTOCOMMIT")
    with wait_for_database(engine, seconds=environment.settings.wait) as connection:
        _until_nobody_needs_them(environment, connection, seconds)
    command.upgrade(config, "head")
    with wait_for_database(engine, seconds=environment.settings.wait) as connection:
        # One that has connected since the first look may have held them again.
        if held := _held(environment, Schema.of(environment), connection):
            raise _stays_held(held[0])


def _until_nobody_needs_them(environment: Environment, connection: Connection, seconds: float) -> None:
    schema = Schema.of(environment)
    for look in looks(seconds, _PAUSES):
        held = _held(environment, schema, connection)
        if not held:
            return
        if look.is_last:
            raise _stays_held(held[0])
        if look.is_report_due:
            reasons = "; ".join(held[0].reasons)
            logger.info("%s waits for %s (%s left)", held[0].revision, reasons, format_duration(look.left))


def _stays_held(contract: HeldContract) -> RolloutError:
    return RolloutError(
        f"{contract.revision} stays held: {'; '.join(contract.reasons)}."
        " End them, or wait longer: alembic-rollout contract --wait 10m"
    )


def _held(environment: Environment, schema: Schema, connection: Connection) -> list[HeldContract]:
    state = schema.state(connection)
    if state.ahead and not state.sufficient:
        raise RolloutError(state.reason)
    return held_contracts(environment, connection, state.pending) if state.current else []
