"""The one race-free order of every command that changes a database: wait, look, lock, look again, decide, migrate."""

import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, make_url

from alembic_rollout.errors import DatabaseAheadError, RolloutError, UsageError
from alembic_rollout.history.attempt import Attempt, Direction
from alembic_rollout.history.table import history_of
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.error_text import database_errors
from alembic_rollout.postgres.run_lock import RunLock, run_lock
from alembic_rollout.project.tree_checks import (
    ambiguous_downgrade,
    check_heads,
    check_id_lengths,
    check_tree,
    tree_problem,
)
from alembic_rollout.releases.standing import Standing, refusal_of
from alembic_rollout.signals import sigterm_raises
from alembic_rollout.tracing.run_spans import PREFIX, describe_run, noted_run
from alembic_rollout.upgrade.standing_checks import ahead_warning, is_at_target, nothing_to_do, read_standing

if TYPE_CHECKING:
    from alembic_rollout.backup.retention import Label
    from alembic_rollout.history.stored_catalogue import CatalogueChanges
    from alembic_rollout.project.environment import Environment
    from alembic_rollout.project.rendering import RevisionReading
    from alembic_rollout.project.tree import Tree
    from alembic_rollout.releases.phases import HeldContract
    from alembic_rollout.upgrade.decision import Decision
    from alembic_rollout.upgrade.migration_steps import Step

logger = logging.getLogger(__name__)


def run(environment: "Environment", command: Direction, opts: dict[str, Any]) -> None:
    """Run `upgrade`, `downgrade` or `stamp`.

    Args:
        environment: the project and its database.
        command: one of the three.
        opts: what Alembic's command gave to its environment: `fn` computes the steps, `destination_rev` names the goal.

    Raises:
        RolloutError: it failed, or it was refused before anything was touched.
    """
    try:
        with noted_run(f"alembic {command}"), database_errors(environment.url):
            database = make_url(environment.url).database or ""
            attributes = {"db.system.name": "postgresql", "db.namespace": database}
            describe_run(service=environment.settings.service, attributes=attributes)
            _run(environment, command, opts)
    except Exception as error:
        if environment.settings.webhook_url:
            from alembic_rollout.ending import explain  # noqa: PLC0415 - only a failure needs it
            from alembic_rollout.upgrade.webhook.notifications import announce_failure  # noqa: PLC0415

            failure = error if isinstance(error, RolloutError) else RolloutError(explain(error).text)
            announce_failure(environment, command, failure)
        raise


def _run(environment: "Environment", command: Direction, opts: dict[str, Any]) -> None:
    destination = str(opts.get("destination_rev") or "")
    with wait_for_database(environment.own_engine, seconds=environment.settings.wait) as connection:
        if command == "upgrade" and _is_done(environment, connection, destination):
            return
        longest_id = environment.version_table.longest_id(connection)
    _check_tree(environment, command, destination, longest_id)
    with sigterm_raises(), _lock(environment) as lock:
        describe_run(attributes={f"{PREFIX}lock_wait_ms": lock.waited_ms})
        held = _run_locked(environment, lock, command, opts)
    if held:
        from alembic_rollout.upgrade.webhook.notifications import announce_held  # noqa: PLC0415 - only where something is held

        announce_held(environment, held)  # not under the lock: a webhook that does not answer takes seconds


def _check_tree(environment: "Environment", command: Direction, destination: str, longest_id: int | None) -> None:
    try:
        check_tree(environment.tree)
        check_id_lengths(environment.tree, longest_id)
        if command == "upgrade":
            check_heads(environment.tree, destination)
    except RolloutError as refusal:
        engine = environment.own_engine.execution_options(isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            raise _recorded(environment, connection, refusal, command, lock_wait_ms=0) from None


def _is_done(environment: "Environment", connection: Connection, destination: str) -> bool:
    """Return True, and say so, if a glance tells that an upgrade has nothing to do. False where it takes the lock."""
    if tree_problem(environment.tree) is not None:
        return False
    standing = read_standing(environment, connection)
    if refusal_of(standing) is not None:
        return False
    if standing.is_ahead:
        logger.warning("%s", ahead_warning(standing), extra={"revisions": standing.unknown})
        return True
    if is_at_target(standing, environment.tree, destination):
        logger.info(
            "%s",
            nothing_to_do(standing, environment.tree, destination),
            extra={"revision": ", ".join(standing.current)},
        )
        return True
    return False


def _lock(environment: "Environment") -> AbstractContextManager[RunLock]:
    return run_lock(environment.own_engine, environment.version_table, seconds=environment.settings.run_lock_wait)


def _run_locked(
    environment: "Environment", lock: RunLock, command: Direction, opts: dict[str, Any]
) -> "Sequence[HeldContract]":
    """Look again, now that no other process migrates, and do it; return the contract revisions that are newly held."""
    if command == "upgrade":
        return _upgrade(environment, lock, opts)
    if command == "downgrade":
        _downgrade(environment, lock, opts)
    else:
        _stamp(environment, lock, opts)
    return ()


def _upgrade(environment: "Environment", lock: RunLock, opts: dict[str, Any]) -> "Sequence[HeldContract]":
    from alembic_rollout.upgrade.decision import decide_upgrade  # noqa: PLC0415 - a start with nothing to do ends above

    with lock.connection() as connection:
        decision = decide_upgrade(environment, connection, str(opts.get("destination_rev") or ""), renders_empty=False)
        if decision.refusal is not None:
            raise _recorded(
                environment,
                connection,
                decision.refusal,
                "upgrade",
                revision=decision.refusal.revision or decision.first,
                lock_wait_ms=lock.waited_ms,
            )
    if decision.warning:
        logger.warning("%s", decision.warning)
    if decision.notice:
        logger.info("%s", decision.notice)
    held = list(decision.held)
    running = _running(decision, list(opts["fn"](decision.current, None))) if decision.goes_on else []
    if running:
        backup = _backup(environment, lock, "upgrade", running) if decision.backup else None
        _name_the_moment(environment, lock, running)
        drift = decision.drift.changes
        held += _run_steps(
            environment,
            lock,
            running,
            "upgrade",
            backup=backup,
            holds=not decision.is_empty,
            drift=drift,
            decided={one.revision: one.reading for one in decision.running if one.is_seen and not decision.is_empty},
        )
    if decision.drift.unknown:
        logger.info("What was changed without a migration before is unknown: %s.", decision.drift.unknown)
    if not held:
        return ()
    from alembic_rollout.upgrade.webhook.notifications import record_held  # noqa: PLC0415 - only where something is held

    describe_run(attributes={f"{PREFIX}held": ", ".join(one.revision for one in held)})
    return record_held(environment, lock, held)


def _running(decision: "Decision", steps: "Sequence[Step]") -> "list[Step]":
    """Return the steps that are not held.

    Raises:
        RolloutError: Alembic goes another way than the one that was decided on: a file has changed meanwhile.
    """
    from alembic_rollout.upgrade.migration_steps import revision_of  # noqa: PLC0415 - a start with nothing to do

    order = [revision_of(step) for step in steps]
    if not decision.is_empty and order != [one.revision for one in decision.pending]:
        raise RolloutError("The revision files changed while the upgrade was being decided. Start again.")
    held = {one.revision for one in decision.held}
    return [step for step in steps if revision_of(step) not in held]


def _downgrade(environment: "Environment", lock: RunLock, opts: dict[str, Any]) -> None:
    with lock.connection() as connection:
        standing = read_standing(environment, connection)
        refusal = _downgrade_refusal(standing, environment.tree, opts)
        if refusal is not None:
            raise _recorded(environment, connection, refusal, "downgrade", lock_wait_ms=lock.waited_ms)
    steps = list(opts["fn"](standing.current, None))
    if not steps:
        logger.info("At %s already: nothing to revert.", ", ".join(standing.current) or "base")
        return
    # A downgrade that was typed is meant to lose what it removes; the policy `always` saves it all the same.
    backup = _backup(environment, lock, "downgrade", steps) if environment.settings.backup == "always" else None
    from alembic_rollout.upgrade.decision import read_drift  # noqa: PLC0415 - a start with nothing to do ends above

    with lock.connection() as connection:
        drift = read_drift(environment, connection).changes
    _run_steps(environment, lock, steps, "downgrade", backup=backup, drift=drift)


def _downgrade_refusal(standing: Standing, tree: "Tree", opts: dict[str, Any]) -> RolloutError | None:
    if standing.is_ahead:
        return DatabaseAheadError(
            f"The database is {standing.at}, which this code does not have: revert it with the release that made it."
        )
    refusal = refusal_of(standing)
    destination = str(opts.get("destination_rev") or "")
    if refusal is None and destination.startswith("-") and len(standing.current) > 1:
        targets = " or ".join(f"alembic downgrade {revision}@{destination}" for revision in standing.current)
        return RolloutError(f"The database is {standing.at}: say which one `{destination}` counts from: {targets}")
    ambiguous = ambiguous_downgrade(tree, standing.current, destination)
    return UsageError(ambiguous) if refusal is None and ambiguous else refusal


def _stamp(environment: "Environment", lock: RunLock, opts: dict[str, Any]) -> None:
    from alembic_rollout.upgrade.decision import read_drift  # noqa: PLC0415 - a start with nothing to do ends above

    with lock.connection() as connection:
        current = environment.version_table.revisions(connection)
        drift = read_drift(environment, connection).changes
    purges = bool(opts.get("purge"))
    steps = list(opts["fn"](() if purges else current, None))
    if steps or purges:
        _run_steps(environment, lock, steps, "stamp", drift=drift)


def _recorded(
    environment: "Environment",
    connection: Connection,
    refusal: RolloutError,
    command: Direction,
    *,
    lock_wait_ms: int,
    revision: str = "",
) -> RolloutError:
    """Record a refusal in the history, where there is one; return it with how often in a row it was so."""
    history = history_of(environment)
    file = environment.tree.by_revision.get(revision)
    attempt = Attempt(
        revision=revision,
        direction=command,
        phase=file.phase if file else "expand",
        checksum=file.checksum() if file else None,
        app_version=environment.settings.app_version,
        lock_wait_ms=lock_wait_ms,
    )
    if history.exists(connection):
        history.create(connection)
        refusal.occurrences = history.refused(connection, attempt, error=str(refusal), cause=type(refusal).__name__)
    return refusal


def _run_steps(
    environment: "Environment",
    lock: RunLock,
    steps: "Sequence[Step]",
    direction: Direction,
    *,
    backup: str | None = None,
    holds: bool = False,
    drift: "CatalogueChanges | None" = None,
    decided: "Mapping[str, RevisionReading] | None" = None,
) -> "Sequence[HeldContract]":
    from alembic_rollout.upgrade.step_runner import Runner  # noqa: PLC0415 - a start with nothing to do ends above

    return Runner(environment, lock, steps, direction, backup=backup, holds=holds, drift=drift, decided=decided).run()


def _name_the_moment(environment: "Environment", lock: RunLock, steps: "Sequence[Step]") -> None:
    """Set a restore point where a contract revision is among the steps."""
    from alembic_rollout.upgrade.migration_steps import revision_of  # noqa: PLC0415 - a start with nothing to do

    revisions = map(revision_of, steps)
    first = next((one for one in revisions if environment.tree.by_revision[one].phase == "contract"), None)
    if first is None:
        return
    from alembic_rollout.backup.restore_point import set_restore_point  # noqa: PLC0415 - most runs need none

    with lock.connection() as connection:
        try:
            set_restore_point(connection, first, environment.settings.restore_point)
        except RolloutError as refusal:
            raise _recorded(
                environment, connection, refusal, "upgrade", revision=first, lock_wait_ms=lock.waited_ms
            ) from None


def _backup(environment: "Environment", lock: RunLock, command: Direction, steps: "Sequence[Step]") -> str:
    """Take a backup; return its path. Where there is none, the history says why the first step did not begin."""
    from alembic_rollout.backup.backups import backup_folder, take_backup  # noqa: PLC0415 - most runs need none
    from alembic_rollout.upgrade.migration_steps import revision_of  # noqa: PLC0415 - a start with nothing to do

    settings, folder = environment.settings, backup_folder(environment.folder, environment.settings)
    label: Label = "before-upgrade" if command == "upgrade" else "before-downgrade"
    with lock.connection() as connection:
        try:
            return str(take_backup(connection, settings, environment.version_table, folder=folder, label=label).path)
        except RolloutError as refusal:
            first, waited = revision_of(steps[0]), lock.waited_ms
            raise _recorded(environment, connection, refusal, command, revision=first, lock_wait_ms=waited) from None
