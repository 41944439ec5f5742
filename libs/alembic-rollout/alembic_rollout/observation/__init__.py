"""What a service shows of its migrations, for `GET /migrations`: facts read from the database at that moment.

    migrations = Migrations(schema)
    with engine.connect() as connection:
        migrations.status(connection)

Runs no revision, and changes nothing. The role needs what a service's readiness needs: to read the version table, the
history and the stored catalogue.

Imports go from `migrations` to `revision_facts` and `migration_status`.
"""

from alembic_rollout.observation.migration_status import MigrationStatus
from alembic_rollout.observation.migrations import DRIFT_SECONDS, Migrations

__all__ = ["DRIFT_SECONDS", "MigrationStatus", "Migrations"]
