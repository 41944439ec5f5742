"""The one race-free order of every command that changes a database: wait, look, lock, look again, check, migrate."""

import logging
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from alembic.runtime.migration import RevisionStep
from alembic.script import Script
from sqlalchemy import Connection

from alembic_rollout.errors import DatabaseAheadError, RolloutError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import database_errors
from alembic_rollout.postgres.run_lock import RunLock, run_lock
from alembic_rollout.signals import sigterm_raises

if TYPE_CHECKING:
    from alembic_rollout.backup.retention import Label
    from alembic_rollout.history.table import Direction
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.releases.phases import HeldContract
    from alembic_rollout.upgrade.migration_steps import Step

logger = logging.getLogger(__name__)


def run(environment: "Environment", command: "Direction", opts: dict[str, Any]) -> None:
    """Run `upgrade`, `downgrade` or `stamp`.

    Args:
        environment: the project and its database.
        command: one of the three.
        opts: what Alembic's command gave to its environment: `fn` computes the steps, `destination_rev` names the goal.

    Raises:
        RolloutError: it failed, or it was refused before anything was touched.
    """
    try:
        with database_errors(environment.url):
            _run(environment, command, opts)
    except RolloutError as error:
        if environment.settings.webhook_url:
            from alembic_rollout.upgrade.notifications import announce_failure  # noqa: PLC0415 - only a failure needs it

            announce_failure(environment, command, error)
        raise


def _run(environment: "Environment", command: "Direction", opts: dict[str, Any]) -> None:
    destination = str(opts.get("destination_rev") or "")
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = _current(environment, connection)
        if command == "upgrade" and _nothing_to_do(environment, connection, current, destination):
            return
    from alembic_rollout.project.tree_checks import check_heads, check_tree  # noqa: PLC0415 - a start with nothing to do ends above

    check_tree(environment.tree)
    if command == "upgrade":
        check_heads(environment.tree, destination)
    with sigterm_raises(), _lock(environment) as lock:
        held = _run_locked(environment, lock, command, opts)
    if held:
        from alembic_rollout.upgrade.notifications import announce_held  # noqa: PLC0415 - only where something is held

        announce_held(environment, held)  # not under the lock: a webhook that does not answer takes seconds


def _lock(environment: "Environment") -> AbstractContextManager[RunLock]:
    return run_lock(environment.engine(), environment.version_table, seconds=environment.settings.run_lock_wait)


def _run_locked(
    environment: "Environment", lock: RunLock, command: "Direction", opts: dict[str, Any]
) -> "Sequence[HeldContract]":
    """Look again, now that nobody else migrates, and do it; return the contract revisions that are newly held."""
    with lock.connection() as connection:
        current = _current(environment, connection)
        if command != "stamp" and _is_ahead(environment, connection, current, command):
            return ()
        is_empty = not current and _is_empty(environment, connection)
    purge = bool(opts.get("purge"))
    steps = list(opts["fn"](() if purge else current, None))
    if command == "upgrade":
        return _upgrade(environment, lock, current, steps, is_empty=is_empty)
    if command == "downgrade":
        _downgrade(environment, lock, current, steps)
    elif steps or purge:
        _run_steps(environment, lock, steps, "stamp")
    return ()


def _current(environment: "Environment", connection: Connection) -> tuple[str, ...]:
    return environment.version_table.revisions(connection)


def _nothing_to_do(
    environment: "Environment", connection: Connection, current: tuple[str, ...], destination: str
) -> bool:
    """Whether a glance tells that the database is where it should be. False where it takes more than a glance."""
    tree = environment.tree
    if not current or tree.duplicates():
        return False
    if _is_ahead(environment, connection, current, "upgrade"):
        return True
    if destination in ("head", "heads"):
        at_target = not tree.pending(current) and (destination == "heads" or len(tree.heads) == 1)
    else:
        at_target = current == (destination,)
    if at_target:
        at = ", ".join(current)
        logger.info("At %s already: nothing to do.", at, extra={"revision": at})
    return at_target


def _upgrade(
    environment: "Environment", lock: RunLock, current: Sequence[str], steps: "Sequence[Step]", *, is_empty: bool
) -> "Sequence[HeldContract]":
    if not steps:
        logger.info("At %s: another process has done it meanwhile.", ", ".join(current) or "base")
        return ()
    if is_empty:
        _run_steps(environment, lock, steps, "upgrade")
        return ()
    from alembic_rollout.upgrade.checks import check_checksums, check_lint, hold_contracts  # noqa: PLC0415 - see `_run`

    with lock.connection() as connection:
        check_checksums(environment, connection, current)
        cleared = hold_contracts(environment, connection, steps)
    if current:  # else the tree begins here, beside tables of others: what it makes is in nobody's use yet
        check_lint(environment, _scripts(cleared.steps))
    held = list(cleared.held)
    if cleared.steps:
        backup = _backup(environment, lock, cleared.steps, "before-upgrade")
        held += _run_steps(environment, lock, cleared.steps, "upgrade", backup=backup, holds=True)
    if not held:
        return ()
    from alembic_rollout.upgrade.notifications import record_held  # noqa: PLC0415 - only where something is held

    return record_held(environment, lock, held)


def _downgrade(environment: "Environment", lock: RunLock, current: Sequence[str], steps: "Sequence[Step]") -> None:
    if not steps:
        logger.info("At %s already: nothing to take back.", ", ".join(current) or "base")
        return
    backup = _backup(environment, lock, steps, "before-downgrade")
    _run_steps(environment, lock, steps, "downgrade", backup=backup)


def _is_empty(environment: "Environment", connection: Connection) -> bool:
    """Whether nobody runs on a database: no lock can hurt there, no release can break, nothing can be lost."""
    from alembic_rollout.project.catalogue import has_tables  # noqa: PLC0415 - first starts only

    return not has_tables(connection, environment)


def _is_ahead(environment: "Environment", connection: Connection, current: Sequence[str], command: str) -> bool:
    """Whether a newer release has been here; refuses where that leaves this command nothing right to do."""
    if all(revision in environment.tree.by_revision for revision in current):
        return False
    if command == "downgrade":
        raise DatabaseAheadError(
            f"The database is at {', '.join(current)}, which this code does not have:"
            " take it back with the release that made it."
        )
    from alembic_rollout.upgrade.checks import check_ahead  # noqa: PLC0415 - rare

    return check_ahead(environment, connection, current)


def _run_steps(
    environment: "Environment",
    lock: RunLock,
    steps: "Sequence[Step]",
    direction: "Direction",
    *,
    backup: str | None = None,
    holds: bool = False,
) -> "Sequence[HeldContract]":
    from alembic_rollout.upgrade.runner import Steps  # noqa: PLC0415 - see `_run`

    return Steps(environment, lock, steps, direction, backup=backup, holds=holds).run()


def _backup(environment: "Environment", lock: RunLock, steps: "Sequence[Step]", label: "Label") -> str | None:
    """Take a backup where the policy asks for one; return its path."""
    policy = environment.settings.backup
    if policy == "never" or (policy == "destructive" and label == "before-downgrade"):
        # Whoever types a downgrade has decided to lose what it takes away; `always` saves it all the same.
        return None
    if policy == "destructive" and not _destructive(environment, steps):
        return None
    from alembic_rollout.backup.backups import take_backup  # noqa: PLC0415 - most runs need none

    with lock.connection() as connection:
        return str(take_backup(environment, connection, label=label).path)


def _destructive(environment: "Environment", steps: "Sequence[Step]") -> bool:
    from alembic_rollout.project.rendering import render  # noqa: PLC0415 - see above
    from alembic_rollout.sql.meaning import is_destructive  # noqa: PLC0415

    for script in _scripts(steps):
        rendered = render(environment, script, "upgrade")
        # What cannot be shown cannot be judged: better a backup too many.
        if rendered.error or any(is_destructive(statement.sql) for statement in rendered.statements):
            return True
    return False


def _scripts(steps: "Sequence[Step]") -> list[Script]:
    return [step.revision for step in steps if isinstance(step, RevisionStep)]
