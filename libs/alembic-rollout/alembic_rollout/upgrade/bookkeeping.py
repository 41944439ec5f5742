"""What a command writes down beside its steps: revisions that were there before, and the catalogue that it leaves."""

import logging

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alembic_rollout.history.attempt import Attempt
from alembic_rollout.history.state import read_state
from alembic_rollout.history.stored_catalogue import CatalogueChanges, try_to_store_catalogue
from alembic_rollout.history.table import History
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.run_lock import RunLock
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.tree import Tree
from alembic_rollout.upgrade.migration_steps import Step, revision_of

logger = logging.getLogger(__name__)


def adopt(connection: Connection, tree: Tree, version_table: VersionTable, history: History, attempt: Attempt) -> None:
    """Record what plain Alembic has applied before, so that from now on the history knows all there is.

    Args:
        connection: the run lock's, in autocommit.
        tree: whose revisions were applied.
        version_table: Alembic's.
        history: where nothing is recorded yet; else nothing is done.
        attempt: names who does it, and the note.
    """
    state = read_state(connection, version_table, history)
    if state.first_recorded is not None or not state.revisions:
        return
    there = tree.ancestors(state.revisions)
    history.record(connection, attempt, [tree.by_revision[revision] for revision in tree.order if revision in there])


def record_passed_over(connection: Connection, tree: Tree, history: History, step: Step, attempt: Attempt) -> None:
    """Have the history know every revision that a stamp counts as applied: older code asks it for their phases.

    Args:
        connection: of the stamp, in its transaction.
        tree: of the revisions.
        history: of the database.
        step: of the stamp.
        attempt: names who does it, and the note.
    """
    passed = tree.ancestors(step.to_revisions) - tree.ancestors(step.from_revisions) - {revision_of(step)}
    if files := [tree.by_revision[revision] for revision in tree.order if revision in passed]:
        history.record(connection, attempt, files)


class CatalogueRecord:
    """Stores the schema as a command left it; see `alembic_rollout.history.stored_catalogue`.

    Args:
        lock: the run lock.
        version_table: of the tree.
        history_table: the name of its history.
        drift: what had been changed in the schema without a migration before the command.
    """

    def __init__(
        self, lock: RunLock, version_table: VersionTable, history_table: str, drift: CatalogueChanges | None
    ) -> None:
        self._lock = lock
        self._version_table = version_table
        self._history_table = history_table
        self._drift = drift

    def store(self) -> None:
        """Store it, after the last step."""
        with self._lock.connection() as connection:
            try_to_store_catalogue(connection, self._version_table, self._history_table, drift=self._drift)

    def store_after_failure(self) -> None:
        """Store what a failed step left, so that drift from then on is known."""
        try:
            self.store()
        except SQLAlchemyError as unreachable:  # what ended the step may have ended the lock's session too
            logger.info("The catalogue was not stored, so drift is unknown: %s", one_line(unreachable))
