"""Rehearses the pending revisions of a project: what is pending, a copy of the schema, the round trip, the verdict."""

import logging
from collections.abc import Sequence

from alembic.script import Script

from alembic_rollout.errors import DatabaseAheadError, FindingsError, RolloutError
from alembic_rollout.inventory.releases import BothReleases, inventories, warn_of_not_asked
from alembic_rollout.inventory.statements_file import Inventory
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.database_url import url_without_password
from alembic_rollout.project.catalogue import own_tables
from alembic_rollout.project.environment import Environment
from alembic_rollout.project.tree_checks import check_heads, check_tree
from alembic_rollout.rehearsal.clone import clone_schema
from alembic_rollout.rehearsal.observer import observing
from alembic_rollout.rehearsal.results import Rehearsal, RehearsedRevision
from alembic_rollout.rehearsal.round_trip import RoundTrip
from alembic_rollout.rehearsal.walk import pending
from alembic_rollout.scratch.database import Scratch, open_scratch
from alembic_rollout.wording.phrases import plural

logger = logging.getLogger(__name__)


def rehearse(environment: Environment, to: str, base: str | None = None) -> Rehearsal:
    """Run pending revisions on a copy of the live schema; return what they did.

    Args:
        environment: the project and its database, which is not changed.
        to: the revision to go to, as Alembic takes it.
        base: the git ref of the release that runs, whose statements are asked; None to ask those of this one only.

    Raises:
        UsageError: git does not know the ref.
        RolloutError: the schema could not be copied.
        DatabaseAheadError: the database is at a revision that this tree does not have.
    """
    check_tree(environment.tree)
    check_heads(environment.tree, to)
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
        database = url_without_password(connection.engine.url)
    _check_known(environment, current)
    scripts = pending(environment, to, current)
    rehearsal = Rehearsal(database, current, [describe_revision(environment, script) for script in scripts])
    if scripts:
        # An empty database has no previous release, for which a contract revision could be held.
        previous, new = inventories(environment, base) if current else (Inventory(), Inventory())
        _run(environment, scripts, rehearsal, previous, new)
    return rehearsal


def check_result(rehearsal: Rehearsal) -> None:
    """Make sure that every revision can be applied, reverted and applied again.

    Raises:
        RolloutError: a revision failed.
        FindingsError: the downgrade or the second upgrade led to another schema, or a release does not survive.
    """
    check_round_trip(rehearsal)
    _check_releases(rehearsal)


def check_round_trip(rehearsal: Rehearsal) -> None:
    """Do what `check_result` does, without a look at what the releases say.

    Raises:
        RolloutError: a revision failed.
        FindingsError: the downgrade or the second upgrade led to another schema.
    """
    failure = rehearsal.failure
    if failure is not None:
        verb = "Upgrading to" if failure.direction == "upgrade" else "Reverting"
        without = "; ".join(str(one) for one in rehearsal.left_out if one.is_mentioned_in(failure.error))
        hint = f". The copy is without {without}" if without else ""
        raise RolloutError(f"{verb} {failure.revision} fails in the rehearsal: {failure.error.rstrip('.')}{hint}")
    if rehearsal.after_down:
        wrong = [one.revision for one in rehearsal.revisions if one.not_undone]
        what = f"The downgrade of {', '.join(wrong)}" if wrong else "The downgrade"
        raise FindingsError(
            f"{what} does not undo what the upgrade did; lines that differ: {len(rehearsal.after_down)}."
        )
    if rehearsal.after_second_up:
        count = len(rehearsal.after_second_up)
        raise FindingsError(f"The second upgrade leads to another schema than the first; lines that differ: {count}.")


def _check_releases(rehearsal: Rehearsal) -> None:
    accepts = {one.revision: one.accepts for one in rehearsal.revisions}
    left = [group for group in rehearsal.releases.grouped() if group.rule not in accepts[group.revision]]
    if left:
        count = sum(len(group.statements) for group in left)
        rules = ", ".join(sorted({group.rule for group in left}))
        revisions = ", ".join(sorted({group.revision for group in left}))
        raise FindingsError(
            f"{plural(count, 'statement')} would not work beside {revisions} ({rules})."
            f' Change the revisions, or accept it there with a reason: accepted = {{"{left[0].rule}": "why"}}'
        )


def _check_known(environment: Environment, current: Sequence[str]) -> None:
    unknown = [revision for revision in current if revision not in environment.tree.by_revision]
    if unknown:
        raise DatabaseAheadError(
            f"The database is at {', '.join(unknown)}, an unknown revision for this code (at"
            f" {', '.join(environment.tree.heads)}): rehearse with the release that applied it."
        )


def describe_revision(environment: Environment, script: Script) -> RehearsedRevision:
    """Return where the results of a revision go, with what its file says of it."""
    file = environment.tree.by_revision.get(script.revision)
    accepted = getattr(script.module, "accepted", {})
    accepts = tuple(accepted) if isinstance(accepted, dict) else ()
    phase = file.phase if file else "expand"
    return RehearsedRevision(script.revision, (script.doc or "").rstrip("."), phase, accepts=accepts)


def _run(
    environment: Environment, scripts: Sequence[Script], rehearsal: Rehearsal, previous: Inventory, new: Inventory
) -> None:
    settings = environment.settings
    with open_scratch(environment.url, settings) as scratch:
        if rehearsal.start:
            logger.info("Copying the schema of %s.", scratch.live.name)
        rehearsal.left_out = clone_schema(
            environment.url, settings, environment.version_table, scratch, rehearsal.start
        )
        rehearse_in(environment, scratch, scripts, rehearsal, previous=previous, new=new)


def rehearse_in(
    environment: Environment,
    scratch: Scratch,
    scripts: Sequence[Script],
    rehearsal: Rehearsal,
    *,
    previous: Inventory,
    new: Inventory,
) -> None:
    """Apply, revert and re-apply revisions in a scratch database that is where they begin.

    Args:
        environment: the project.
        scratch: the database.
        scripts: the revisions, in order.
        rehearsal: where the results go.
        previous: the statements of the release that runs.
        new: those of this release.
    """
    watching = observing(scratch, without=own_tables(environment.version_table, environment.settings.history_table))
    with watching as observer, scratch.observer.connect() as reader, scratch.observer.connect() as asking:
        order = [script.revision for script in scripts]
        both = BothReleases(asking, environment.tree, order, previous.in_order, new.in_order)
        rehearsal.releases = both.asked
        RoundTrip(environment, scratch, observer, reader, rehearsal, releases=both).run(scripts)
    warn_of_not_asked(rehearsal.releases)
