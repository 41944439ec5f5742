"""Rehearsal: pending revisions run for real, down and up again, on a copy of the live schema without its rows."""

from alembic_rollout.rehearsal.command import rehearse_command

__all__ = ["rehearse_command"]
