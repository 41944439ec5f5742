"""The verb `backup`: takes a backup now."""

from alembic_rollout.backup.backups import backup_folder, describe, take_backup
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.environment import Environment


def backup_command(environment: Environment) -> None:
    """Take a backup now."""
    settings = environment.settings
    with wait_for_database(environment.engine(), seconds=settings.wait) as connection:
        backup = take_backup(
            connection,
            settings,
            environment.version_table,
            folder=backup_folder(environment.folder, settings),
            label="manual",
        )
    print(describe(backup))
