"""Says that contract revisions are held, or that a command failed, in the log, the history and the webhook."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic_rollout.errors import RolloutError
from alembic_rollout.history.attempt import Attempt, Direction
from alembic_rollout.history.table import history_of
from alembic_rollout.releases.phases import HeldContract, by_reason
from alembic_rollout.upgrade.webhook.delivery import failure_message, notify

if TYPE_CHECKING:
    from alembic_rollout.postgres.run_lock import RunLock
    from alembic_rollout.project.environment import Environment

logger = logging.getLogger(__name__)


def record_held(environment: "Environment", lock: "RunLock", held: Sequence[HeldContract]) -> Sequence[HeldContract]:
    """Say which revisions are held, and for whom, in the log and in the history; return those that were not before."""
    history = history_of(environment)
    new = []
    for contract in held:
        file = environment.tree.by_revision[contract.revision]
        reason = "; ".join(contract.reasons)
        attempt = Attempt(
            revision=contract.revision,
            direction="upgrade",
            phase=file.phase,
            checksum=file.checksum(),
            app_version=environment.settings.app_version,
            lock_wait_ms=lock.waited_ms,
        )
        with lock.connection() as connection:
            history.create(connection)
            if history.held(connection, attempt, reason=reason):
                new.append(contract)
    for reason, revisions in by_reason({one.revision: one.reasons for one in held}).items():
        is_one = len(revisions) == 1
        logger.warning(
            "Contract %s %s held while an older release is connected: %s."
            " %s applied at the next start without one, or by `alembic-rollout contract --wait 10m`.",
            f"revision {revisions[0]}" if is_one else f"revisions {', '.join(revisions)}",
            "is" if is_one else "are",
            reason,
            "It is" if is_one else "They are",
            extra={"revision": ", ".join(revisions), "outcome": "held"},
        )
    return new


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
    """Send to the webhook that a command failed, or was refused.

    What fails again and again for one cause, such as a start in a restart loop, is sent the 1st, 10th, 100th, ... time.
    """
    if not _is_power_of_ten(error.occurrences):
        logger.info("The webhook has this failure already: it is number %d in a row.", error.occurrences)
        return
    message = failure_message(
        environment,
        revision=error.revision,
        direction=direction,
        error=str(error),
        duration_ms=error.duration_ms,
        attempts=error.attempts,
    )
    again = f" (number {error.occurrences} in a row)" if error.occurrences > 1 else ""
    fields = message.fields | {"occurrences": error.occurrences}
    notify(environment.settings, text=f"{message.text}{again}", fields=fields)


def _is_power_of_ten(number: int) -> bool:
    return str(number).rstrip("0") == "1"
