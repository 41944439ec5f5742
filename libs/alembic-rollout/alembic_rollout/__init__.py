"""Plain `alembic upgrade head`, made safe under load and observable.

The public face, small on purpose:

- `run`: what `env.py` calls;
- `Settings`: what `[tool.alembic-rollout]` and `ROLLOUT_*` can say;
- `alembic_rollout.operations`: helpers for revisions;
- `Schema`: for a service's readiness check and for the name of its connections;
- `alembic_rollout.metrics`: the history as Prometheus metrics;
- `alembic_rollout.observation`: what a service shows of its migrations.
"""

from typing import TYPE_CHECKING, Any

from alembic_rollout.errors import DatabaseAheadError, FindingsError, RolloutError, RunLockError, UsageError
from alembic_rollout.project.environment import Environment
from alembic_rollout.releases.schema import Schema, SchemaState
from alembic_rollout.settings import Settings

if TYPE_CHECKING:
    from alembic_rollout.running import run

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


def __getattr__(name: str) -> Any:  # noqa: ANN401 - as the type checker sees it above
    # `run` is imported by an `env.py`, and from then on expected to be called; a revision may import helpers alone.
    if name == "run":
        from alembic_rollout.forgotten_run import expect_run, is_typed_command  # noqa: PLC0415

        if is_typed_command():
            from alembic_rollout.garbage_collection import collect_rarely  # noqa: PLC0415

            collect_rarely()
            expect_run()
        from alembic_rollout.running import run  # noqa: PLC0415

        return run
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
