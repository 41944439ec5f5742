"""Plain `alembic upgrade head`, made safe under load and observable.

The public face, small on purpose:

- `run`: what `env.py` calls;
- `Settings`: what `[tool.alembic-rollout]` and `ROLLOUT_*` can say;
- `alembic_rollout.operations`: helpers for revisions;
- `Schema`: for a service's readiness check and for the name of its connections;
- `alembic_rollout.metrics`: the history as Prometheus metrics.
"""

from alembic_rollout.errors import DatabaseAheadError, FindingsError, RolloutError, RunLockError, UsageError
from alembic_rollout.project.environment import Environment
from alembic_rollout.releases.schema import Schema, SchemaState
from alembic_rollout.running import run
from alembic_rollout.settings import Settings

__all__ = [
    "DatabaseAheadError",
    "Environment",
    "FindingsError",
    "RolloutError",
    "RunLockError",
    "Schema",
    "SchemaState",
    "Settings",
    "UsageError",
    "run",
]
