"""`alembic-rollout baseline`: adopts a database that was made without Alembic, once it is what a revision makes."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from alembic_rollout import logs
from alembic_rollout.drift.find import find_drift
from alembic_rollout.errors import FindingsError, RolloutError, UsageError
from alembic_rollout.output import console
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.catalogue import catalogue, difference, own_tables
from alembic_rollout.project.environment import load_environment
from alembic_rollout.project.tree_checks import check_heads, check_tree
from alembic_rollout.rehearsal.walk import pending, walk
from alembic_rollout.scratch.database import NoScratchDatabaseError, scratch_database

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

# Extensions and privileges come from whoever administers the server, not from the tree.
_NOT_COMPARED = ("extension ", "privileges ")

logger = logging.getLogger(__name__)


def baseline_command(config: Config, revision: str) -> None:
    """Record a revision as applied, in a database whose schema is what the tree makes at that revision.

    Args:
        config: Alembic's configuration.
        revision: its id, or `head`.

    Raises:
        UsageError: the database has a revision already, or the tree has no such revision.
        FindingsError: the schemas differ; nothing was recorded.
        RolloutError: they could not be compared.
    """
    environment = load_environment(config)
    logs.configure(environment.settings.log_format)
    check_tree(environment.tree)
    check_heads(environment.tree, revision)
    targets = _targets(environment, revision)
    live = _live_schema(environment)
    try:
        made = _made_schema(environment, revision, targets)
    except NoScratchDatabaseError as error:
        if set(targets) != set(environment.tree.heads):
            raise
        logger.info("Comparing with the models instead. %s", error)
        _check_against_models(environment)
        evidence = "The schema is what the models say"
    else:
        _check_against_tree(live, made, revision)
        evidence = f"The schema is what the tree makes at {', '.join(targets)}"
    command.stamp(config, revision)
    left = len(environment.tree.pending(targets))
    rest = f" {left} more to apply: alembic upgrade head." if left else ""
    _print(f"{evidence}: recorded as applied.{rest}")


def _targets(environment: "Environment", revision: str) -> tuple[str, ...]:
    try:
        targets = tuple(script.revision for script in environment.script.get_revisions(revision) if script is not None)
    except CommandError as error:
        raise UsageError(f"The tree has no revision {revision}: {error}") from None
    if not targets:
        raise UsageError(f"{revision} is no revision that could be recorded: name one of the tree, or head.")
    return targets


def _live_schema(environment: "Environment") -> list[str]:
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
        if current:
            raise UsageError(
                f"The database is at {', '.join(current)} already, and needs no baseline."
                " `alembic stamp` changes what is recorded, without a look at the schema."
            )
        return _comparable(
            catalogue(connection, without=own_tables(environment.version_table, environment.settings.history_table))
        )


def _made_schema(environment: "Environment", revision: str, targets: Sequence[str]) -> list[str]:
    """Return the schema that the tree makes of nothing."""
    scripts = pending(environment, revision, ())
    with scratch_database(environment) as engine:
        logger.info("Building the schema of %s in a database of its own.", ", ".join(targets))
        failure = walk(environment, engine, scripts, "upgrade")
        if failure is not None:
            kind = NoScratchDatabaseError if failure.was_refused else RolloutError
            raise kind(f"The tree cannot be built on an empty database: {failure.revision} fails: {failure.error}")
        with engine.connect() as connection:
            return _comparable(
                catalogue(connection, without=own_tables(environment.version_table, environment.settings.history_table))
            )


def _comparable(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if not line.startswith(_NOT_COMPARED)]


def _check_against_tree(live: Sequence[str], made: Sequence[str], revision: str) -> None:
    differing = difference(live, made)
    if not differing:
        return
    for line in differing:
        _print(line)
    raise FindingsError(
        f"The schema is not what the tree makes at {revision}; lines that differ: {len(differing)}"
        " (- only in the database, + only in the tree). Nothing was recorded: change the database or the revision"
        " until they agree."
    )


def _check_against_models(environment: "Environment") -> None:
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        findings = find_drift(environment, connection, environment.settings.drift_ignore)
    if not findings:
        return
    for finding in findings:
        _print(finding.text)
    raise FindingsError(
        f"The schema is not what the models say: {len(findings)} differences. Nothing was recorded: change the database"
        " or the models until they agree."
    )


def _print(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)
