"""Alembic's environment: the models, then one call. `alembic_rollout` runs every command, online and `--sql`."""

from collections.abc import Mapping

from alembic_rollout import run
from app.db.base import Base  # imports every model

target_metadata = Base.metadata


def include_name(name: str | None, kind: str, parents: Mapping[str, str | None]) -> bool:
    """Leave out the column that release 1 still uses: autogenerate would drop it, since no model has it any more."""
    return (kind, parents.get("table_name"), name) != ("column", "profiles", "first_name")


run(target_metadata, include_name=include_name)
