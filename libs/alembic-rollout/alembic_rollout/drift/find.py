"""All differences between a live schema and the models."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from alembic_rollout.drift.differences import DriftFinding
from alembic_rollout.drift.enums import compare_enums
from alembic_rollout.drift.models import compare_with_models
from alembic_rollout.drift.objects import compare_objects
from alembic_rollout.project.catalogue import oids, own_tables

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


def find_drift(environment: "Environment", connection: Connection, ignore: Sequence[str]) -> list[DriftFinding]:
    """Return the differences between a live schema and the models.

    Args:
        environment: the models, and the revisions, which may mention what the models do not.
        connection: to the database.
        ignore: patterns of what is not reported, such as `table audit_*` or `extension pg_stat_statements`.
    """
    metadata = environment.every_metadata()
    hidden = oids(connection, own_tables(environment.version_table, environment.settings.history_table))
    compared = compare_with_models(environment, connection, metadata)
    tables = {finding.name for finding in compared if finding.kind == "table"}
    objects = compare_objects(environment, connection, metadata, hidden=hidden, reported=tables)
    enums = compare_enums(connection, metadata)
    return [finding for finding in (*compared, *enums, *objects) if not finding.is_ignored(ignore)]
