"""Tells the webhook of a command that failed, and of contract revisions that are held."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic_rollout.errors import RolloutError
from alembic_rollout.history import Direction
from alembic_rollout.phases import HeldContract
from alembic_rollout.webhook import failure_message, notify

if TYPE_CHECKING:
    from alembic_rollout.environment import Environment


def announce_held(environment: "Environment", held: Sequence[HeldContract]) -> None:
    """Tell the webhook once that revisions are held, and for whom; the command that found it so succeeds."""
    message = failure_message(
        environment,
        revision=", ".join(contract.revision for contract in held),
        direction="upgrade",
        error="; ".join(dict.fromkeys(reason for contract in held for reason in contract.reasons)),
        duration_ms=0,
        attempts=0,
        outcome="held",
    )
    notify(environment.settings, text=message.text, fields=message.fields)


def announce_failure(environment: "Environment", direction: Direction, error: RolloutError) -> None:
    """Tell the webhook that a command failed, or was refused."""
    message = failure_message(
        environment,
        revision=error.revision,
        direction=direction,
        error=str(error),
        duration_ms=error.duration_ms,
        attempts=error.attempts,
    )
    notify(environment.settings, text=message.text, fields=message.fields)
