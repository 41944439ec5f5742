"""`alembic-rollout repair`: accepts files of applied revisions as they are now, after a person decided so."""

from typing import TYPE_CHECKING

from alembic_rollout.history.table import Attempt, history_of
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.project.tree_checks import check_tree
from alembic_rollout.upgrade.checks import changed_files

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def repair_command(environment: "Environment", *, yes: bool) -> None:
    """Record the present checksums of applied revisions whose files have changed.

    Args:
        environment: whose tree and database.
        yes: do it; otherwise only name the files.
    """
    check_tree(environment.tree)
    wait_for_database(environment.engine(), seconds=environment.settings.wait).close()
    engine, table = environment.engine(), environment.version_table
    with (
        run_lock(engine, table, seconds=environment.settings.run_lock_wait) as lock,
        lock.connection() as connection,
    ):
        current = environment.version_table.revisions(connection)
        changed = changed_files(environment, connection, current)
        if not changed:
            print("Every applied revision's file is as it was applied.")
            return
        if not yes:
            print(
                f"Changed since they were applied: {', '.join(changed)}. To accept them: alembic-rollout repair --yes"
            )
            return
        history = history_of(environment)
        for name, revision in changed.items():
            file = environment.tree.by_revision[revision]
            attempt = Attempt(
                revision=revision,
                direction="stamp",
                phase=file.phase,
                checksum=file.checksum(),
                app_version=environment.settings.app_version,
                lock_wait_ms=lock.waited_ms,
            )
            row = history.begin(connection, attempt)
            history.applied(connection, row, attempts=1, duration_ms=0)
            print(f"{name}: accepted as it is now.")
