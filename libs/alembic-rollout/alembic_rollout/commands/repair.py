"""`alembic-rollout repair`: accepts files of applied revisions as they are now, after a person decided so."""

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.errors import UsageError
from alembic_rollout.history.attempt import Attempt
from alembic_rollout.history.table import history_of
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.project.tree import RevisionFile
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.releases.standing import Standing
from alembic_rollout.upgrade.standing_checks import read_standing

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_ACCEPTED = "accepted by repair: the file differs from what was applied"
_RECORDED = "recorded by repair: not applied by alembic-rollout"


def repair_command(environment: "Environment", *, applied: tuple[str, ...], yes: bool) -> None:
    """Record the present checksums of applied revisions whose files have changed.

    Args:
        environment: whose tree and database.
        applied: revisions to record as applied, without running them, where the history lacks them.
        yes: do it; otherwise only name the files.

    Raises:
        UsageError: a revision of `applied` is not one that an applied revision is built on and the history lacks.
    """
    check_tree(environment.tree)
    settings = environment.settings
    wait_for_database(environment.engine(), seconds=settings.wait).close()
    with (
        run_lock(environment.engine(), environment.version_table, seconds=settings.run_lock_wait) as lock,
        lock.connection() as connection,
    ):
        standing = read_standing(environment, connection)
        recorded = _to_record(standing, applied)
        if not yes:
            _describe(standing, recorded)
            return
        for files, note in ((standing.changed, _ACCEPTED), (recorded, _RECORDED)):
            _record(environment, connection, files, note, lock_wait_ms=lock.waited_ms)
    _report(standing, recorded)


def _to_record(standing: Standing, applied: tuple[str, ...]) -> tuple[RevisionFile, ...]:
    skipped = {file.revision: file for file in standing.skipped}
    for revision in applied:
        if revision not in skipped:
            choices = ", ".join(skipped) or "none"
            raise UsageError(f"--applied {revision}: the history lacks no such revision. It lacks: {choices}.")
    return tuple(skipped[revision] for revision in applied)


def _record(
    environment: "Environment",
    connection: Connection,
    files: tuple[RevisionFile, ...],
    note: str,
    *,
    lock_wait_ms: int,
) -> None:
    if files:
        attempt = Attempt("", "stamp", "expand", None, environment.settings.app_version, lock_wait_ms, note=note)
        history_of(environment).record(connection, attempt, files)


def _names(files: tuple[RevisionFile, ...]) -> str:
    return ", ".join(file.path.name for file in files)


def _describe(standing: Standing, recorded: tuple[RevisionFile, ...]) -> None:
    if standing.changed:
        print(f"Not what was applied: {_names(standing.changed)}. To accept: alembic-rollout repair --yes")
    if recorded:
        print(f"Would be recorded as applied: {_names(recorded)}. To record: add --yes")
    if left := tuple(file for file in standing.skipped if file not in recorded):
        print(f"Never applied: {_names(left)}. They stay so: see alembic-rollout repair --help")
    if not standing.changed and not standing.skipped:
        print("Every applied revision's file is what was applied.")


def _report(standing: Standing, recorded: tuple[RevisionFile, ...]) -> None:
    for file in standing.changed:
        print(f"{file.path.name}: accepted as it is now.")
    for file in recorded:
        print(f"{file.path.name}: recorded as applied; it was not run.")
    if left := tuple(file for file in standing.skipped if file not in recorded):
        print(f"Still never applied: {_names(left)}.")
    if not standing.changed and not standing.skipped:
        print("Every applied revision's file is what was applied.")
