"""Asks both releases on a throwaway database that is made of the SQL of the revisions.

Their code is not run: as ever, `lint` reads in a child process what they would do. Where that is not all, or where
there is no database to ask, it says so and asks nothing.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.inventory.releases import BothReleases, ReleasesAsked, inventories, warn_of_not_asked
from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.project.rendering import Rendered, RevisionReading
from alembic_rollout.scratch.database import open_scratch
from alembic_rollout.sql.meaning import changes_whole_server
from alembic_rollout.wording.phrases import shortened

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_LONGEST_STATEMENT = 200

logger = logging.getLogger(__name__)


def ask_releases(
    environment: "Environment",
    base: str,
    readings: Sequence[RevisionReading],
    earlier: Callable[[], Sequence[Rendered]],
) -> ReleasesAsked | None:
    """Ask the statements of the base and of the working tree; None where they could not be asked.

    Args:
        environment: the project; its server, or that of ROLLOUT_ADMIN_URL, lends the database.
        base: a git ref, the previous release.
        readings: the revisions that the base does not have, in order.
        earlier: returns the upgrades that they are built on.

    Raises:
        UsageError: git does not know the ref.
    """
    previous, new = inventories(environment, base)
    if not readings or not (previous.statements or new.statements):
        return None
    try:
        with (
            open_scratch(environment.url, replace(environment.settings, wait=0.0)) as scratch,
            scratch.observer.connect() as connection,
            scratch.observer.connect() as asking,
        ):
            _create_version_table(environment, connection)
            for upgrade in earlier():
                _apply(connection, upgrade)
            order = [reading.revision for reading in readings]
            both = BothReleases(asking, environment.tree, order, previous.in_order, new.in_order)
            for reading in readings:
                both.begin(reading.revision)
                _apply(connection, reading.upgrade)
                both.finish(reading.revision)
    except RolloutError as error:
        logger.warning("The statements of %s are not asked: %s", base, error)
        return None
    warn_of_not_asked(both.asked)
    return both.asked


def _create_version_table(environment: "Environment", connection: Connection) -> None:
    """Create Alembic's own table, which a revision may grant rights on."""
    name = environment.version_table.sql
    _run(connection, f"CREATE TABLE {name} (version_num varchar(32) PRIMARY KEY)", "base")


def _apply(connection: Connection, upgrade: Rendered) -> None:
    """Run what a revision would, in transactions like its own."""
    if upgrade.error is not None:
        raise RolloutError(f"what {upgrade.revision} runs cannot be seen ({upgrade.error})")
    is_open = False
    for statement in upgrade.statements:
        if changes_whole_server(statement.sql):
            raise RolloutError(f"{upgrade.revision} changes the whole server: {_short(statement.sql)}")
        if statement.in_transaction != is_open:
            _run(connection, "BEGIN" if statement.in_transaction else "COMMIT", upgrade.revision)
            is_open = statement.in_transaction
        _run(connection, statement.sql, upgrade.revision)
    if is_open:
        _run(connection, "COMMIT", upgrade.revision)


def _run(connection: Connection, sql: str, revision: str) -> None:
    try:
        execute(connection, sql)
    except DBAPIError as error:
        raise RolloutError(f"{revision} cannot be applied to an empty database: {one_line(error)}") from None


def _short(statement: str) -> str:
    return shortened(statement, _LONGEST_STATEMENT)
