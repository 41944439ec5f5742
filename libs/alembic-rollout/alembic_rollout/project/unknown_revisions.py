"""Alembic's commands that only read, on a database that a newer release has migrated.

Alembic looks up every revision of the database in the files and ends with "Can't locate revision" where one is missing.
An older release on a newer database is an everyday state here: what was applied can still be printed.
"""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError

from alembic_rollout.errors import DatabaseAheadError
from alembic_rollout.project.tree import Tree

Command = Callable[[Any, MigrationContext], Iterable[Any]]
"""What one of Alembic's commands gives to its environment as `fn`: it gets the database's revisions."""

logger = logging.getLogger(__name__)


def reading_despite_unknown(fn: Command, tree: Tree, config: Config, *, is_current: bool) -> Command:
    """Return the `fn` of a command that changes no revision, made to cope with revisions that this code does not have.

    What it returns raises DatabaseAheadError where the command cannot do without the file of such a revision.

    Args:
        fn: the command's own.
        tree: of this code.
        config: prints.
        is_current: the command is `current`, which prints what the database is at, known or not.
    """

    def read(revisions: tuple[str, ...], context: MigrationContext) -> Iterable[Any]:
        unknown = [revision for revision in revisions if revision not in tree.by_revision]
        if not unknown:
            return fn(revisions, context)
        at = f"The database is at {', '.join(unknown)}, which this code does not have"
        known = tuple(revision for revision in revisions if revision not in unknown)
        try:
            steps = fn(known if is_current else revisions, context)
        except CommandError as error:
            raise DatabaseAheadError(f"{at}: use the code of the release that applied it.") from error
        if is_current:
            for revision in unknown:
                config.print_stdout("%s (unknown to this code)", revision)
        logger.warning("%s: a newer release has applied it.", at)
        return steps

    return read
