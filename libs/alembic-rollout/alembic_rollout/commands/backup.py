"""`alembic-rollout backup`: takes a backup now."""

from alembic_rollout.backup.backups import describe, take_backup
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.project.environment import Environment


def backup_command(environment: Environment) -> None:
    """Take a backup now; the verb `backup`."""
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        backup = take_backup(environment, connection, label="manual")
    print(describe(backup))
