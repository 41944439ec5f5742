"""Drift: what a live database has that neither the models nor the revisions know, and what it lacks."""

from alembic_rollout.drift.command import drift_command, find_drift
from alembic_rollout.drift.findings import DriftFinding

__all__ = ["DriftFinding", "drift_command", "find_drift"]
