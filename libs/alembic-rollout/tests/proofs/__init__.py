"""Proofs of what alembic-rollout promises: many processes, kills anywhere, load, bad days and signals."""
