"""Alembic's environment: the models, then one call. Works online and offline (`--sql`)."""

from alembic import context

from app.db.base import Base  # with every model imported
from service_kit import migrations

target_metadata = Base.metadata

migrations.run(context, target_metadata)
