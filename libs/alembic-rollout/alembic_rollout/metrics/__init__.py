"""The migrations of a database as Prometheus metrics, for the `/metrics` of the service that owns it.

Only services import this package: prometheus_client is theirs to bring.

    registry.register(RolloutCollector(schema, engine.connect))

Imports run downwards: collector, families, readings.
"""

from alembic_rollout.metrics.collector import RolloutCollector

__all__ = ["RolloutCollector"]
