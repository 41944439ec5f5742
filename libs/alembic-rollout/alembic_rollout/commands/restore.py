"""The verb `restore`: prints what would be restored where, and with `--yes` restores it."""

from alembic_rollout.backup.backups import backup_folder
from alembic_rollout.backup.restore_plan import plan_restore
from alembic_rollout.backup.restore_report import describe_plan, describe_restored
from alembic_rollout.backup.restoring import restore
from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.project.environment import Environment
from alembic_rollout.signals import sigterm_raises


def restore_command(environment: Environment, file: str, *, yes: bool) -> None:
    """Put a backup into a new database and swap it for the present one, which is kept under another name.

    Args:
        environment: names the database; `admin_url` of its settings may name the role that creates the new one.
        file: the backup: a path, or a name in the folder of the backups.
        yes: restore it; otherwise only print what would be done.

    Raises:
        UsageError: the file is not there, or is no backup of this database.
        RolloutError: it could not be restored; the present database was left as it is.
    """
    settings, folder = environment.settings, backup_folder(environment.folder, environment.settings)
    with sigterm_raises():
        plan = plan_restore(environment.url, settings, environment.version_table, file=file, folder=folder)
        print(describe_plan(plan))
        if not yes:
            print("Dry run. Pass --yes to restore.")
            return
        with run_lock(environment.engine(), environment.version_table, seconds=settings.run_lock_wait) as lock:
            restored = restore(plan, lock)
    print(describe_restored(plan, restored))
