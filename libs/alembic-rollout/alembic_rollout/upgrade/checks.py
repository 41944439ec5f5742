"""What is checked under the run lock before a single statement runs. Each refusal names the remedy."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from alembic.script import Script
from sqlalchemy import Connection

from alembic_rollout.errors import DatabaseAheadError, FindingsError, RolloutError
from alembic_rollout.history.table import history_of
from alembic_rollout.releases.phases import HeldContract, foreign_contracts, waiting_revisions

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.upgrade.migration_steps import Step

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Cleared:
    """What may run.

    Attributes:
        steps: the steps to take, in order.
        held: the contract revisions that have to wait.
    """

    steps: "Sequence[Step]"
    held: Sequence[HeldContract]


def check_ahead(environment: "Environment", connection: Connection, current: Sequence[str]) -> bool:
    """Tell whether a newer release has migrated the database; refuse where this code would not survive that.

    Args:
        environment: whose tree.
        connection: to the database.
        current: the database's revisions.

    Returns:
        Whether it is ahead, by expand revisions only.

    Raises:
        DatabaseAheadError: a contract revision is among them, or nobody can tell.
    """
    tree = environment.tree
    unknown = [revision for revision in current if revision not in tree.by_revision]
    if not unknown:
        return False
    at = f"The database is at {', '.join(unknown)}, which this code (at {', '.join(tree.heads)}) has never heard of"
    contracts = foreign_contracts(history_of(environment), tree, connection, unknown)
    if contracts is None:
        raise DatabaseAheadError(
            f"{at}, and its history does not tell whether this code may run there. Start the release that made it."
        )
    if contracts:
        raise DatabaseAheadError(
            f"{at}. {', '.join(contracts)} took away what this code uses: start a newer release, or take those"
            " revisions back with the newer one's `alembic downgrade`."
        )
    logger.warning("%s; a newer release only added to it, so this one starts.", at, extra={"revisions": unknown})
    return True


def check_checksums(environment: "Environment", connection: Connection, current: Sequence[str]) -> None:
    """Make sure that the files of applied revisions are those that were applied.

    Raises:
        RolloutError: some have changed since; the line names them and the command that accepts it.
    """
    changed = changed_files(environment, connection, current)
    if changed:
        raise RolloutError(
            f"Changed after they were applied: {', '.join(changed)}. Put the files back and write a new revision,"
            " or accept them as they are: alembic-rollout repair --yes"
        )


def changed_files(environment: "Environment", connection: Connection, current: Sequence[str]) -> dict[str, str]:
    """Return the applied revisions whose files have changed since, by file name."""
    history = history_of(environment)
    if not history.exists(connection):
        return {}
    recorded = history.applied_checksums(connection)
    applied = environment.tree.ancestors(current)
    files = [environment.tree.by_revision[revision] for revision in sorted(applied & set(recorded))]
    return {file.path.name: file.revision for file in files if file.checksum() != recorded[file.revision]}


def hold_contracts(environment: "Environment", connection: Connection, steps: "Sequence[Step]") -> Cleared:
    """Leave out the contract revisions that a live release would not survive.

    Raises:
        RolloutError: an expand revision is behind one of them; it cannot be skipped to.
    """
    order = [str(step.info.up_revision_id) for step in steps]
    waiting = waiting_revisions(environment, connection, order)
    for name, held in waiting.items():
        if environment.tree.by_revision[name].phase == "expand":
            raise RolloutError(
                f"{name} is behind the contract revision {held.revision}, which a release from before it would"
                f" not survive, and that one is still connected: {'; '.join(held.reasons)}. End it, then start again."
            )
    return Cleared(
        [step for step, name in zip(steps, order, strict=True) if name not in waiting],
        [HeldContract(name, held.releases) for name, held in waiting.items()],
    )


def check_lint(environment: "Environment", scripts: Sequence[Script]) -> None:
    """Make sure that the linter has no finding which nobody accepted.

    Raises:
        FindingsError: it has, and the setting `lint` is `refuse`; `warn` only says so.
    """
    if environment.settings.lint == "off" or not scripts:
        return
    from alembic_rollout.lint.findings import unaccepted  # noqa: PLC0415 - an empty database needs none of it
    from alembic_rollout.lint.linter import lint_revisions  # noqa: PLC0415 - an empty database needs none of it

    findings = unaccepted(lint_revisions(environment, scripts))
    if not findings:
        return
    said = "; ".join(f"{finding.path.name}:{finding.line} {finding.rule}: {finding.message}" for finding in findings)
    if environment.settings.lint == "warn":
        logger.warning("Findings in pending revisions: %s", said)
        return
    raise FindingsError(
        f"Pending revisions are not safe: {said.rstrip('.')}. Mend them, or accept each in its file with a reason:"
        f' accepted = {{"{findings[0].rule}": "why it is safe here"}}. `alembic-rollout lint` says more.'
    )
