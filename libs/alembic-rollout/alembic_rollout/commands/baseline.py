"""`alembic-rollout baseline`: adopts a database that was made without Alembic, if it is what a revision makes."""

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from alembic import command
from alembic.config import Config
from alembic.util import CommandError

from alembic_rollout import logs
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

UNCHECKED = "baseline --unchecked: recorded without comparing the schema with what the revisions make"
"""What the history says of a revision that was recorded so."""
# Extensions and privileges come from an administrator of the server, not from the tree.
_NOT_COMPARED = ("extension ", "privileges ")
_OTHERWISE = "`baseline --unchecked` records it without a comparison."

logger = logging.getLogger(__name__)


def baseline_command(config: Config, revision: str, *, unchecked: bool = False) -> None:
    """Record a revision as applied, in a database whose schema is what the tree makes at that revision.

    Args:
        config: Alembic's configuration.
        revision: its id, or `head`.
        unchecked: record it without comparing the schemas; the history says so.

    Raises:
        UsageError: the database has a revision already, or the tree has no such revision.
        FindingsError: the schemas differ; nothing was recorded.
        RolloutError: they could not be compared; nothing was recorded.
    """
    environment = load_environment(config)
    logs.configure(environment.settings.log_format)
    check_tree(environment.tree)
    check_heads(environment.tree, revision)
    targets = _targets(environment, revision)
    live = _live_schema(environment)
    if unchecked:
        evidence = "The schema was not compared"
        config.attributes["history_note"] = UNCHECKED
    else:
        _check_against_tree(live, _made_schema(environment, revision, targets), revision)
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
        raise UsageError(f"{revision} is no revision that can be recorded: name one of the tree, or head.")
    return targets


def _live_schema(environment: "Environment") -> list[str]:
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        current = environment.version_table.revisions(connection)
        if current:
            raise UsageError(
                f"The database is at {', '.join(current)} already, and needs no baseline."
                " `alembic stamp` changes what is recorded, without a look at the schema."
            )
        return _comparable(catalogue(connection, without=_own_tables(environment)))


def _made_schema(environment: "Environment", revision: str, targets: Sequence[str]) -> list[str]:
    """Return the schema that the tree makes in an empty database.

    Raises:
        NoScratchDatabaseError: there is no right to make one, or the tree may not be built there.
        RolloutError: it cannot be built.
    """
    scripts = pending(environment, revision, ())
    try:
        with scratch_database(environment.url, environment.settings) as engine:
            logger.info("Building the schema of %s in a database of its own.", ", ".join(targets))
            failure = walk(environment, engine, scripts, "upgrade")
            if failure is not None:
                kind = NoScratchDatabaseError if failure.was_refused else RolloutError
                raise kind(f"The tree cannot be built on an empty database: {failure.revision} fails: {failure.error}")
            with engine.connect() as connection:
                return _comparable(catalogue(connection, without=_own_tables(environment)))
    except NoScratchDatabaseError as error:
        raise NoScratchDatabaseError(
            f"Nothing was recorded: the schema could not be compared. {str(error).rstrip('.')}. {_OTHERWISE}"
        ) from None


def _own_tables(environment: "Environment") -> tuple[str, ...]:
    return own_tables(environment.version_table, environment.settings.history_table)


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


def _print(text: str) -> None:
    console().print(text, markup=False, soft_wrap=True)
