"""Alembic's environment: the models, then one call. `alembic_rollout` runs every command, online and `--sql`."""

from alembic_rollout import run
from app.db.base import Base  # imports every model

target_metadata = Base.metadata

run(target_metadata)
