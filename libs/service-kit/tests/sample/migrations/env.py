"""Alembic's environment of the sample service."""

from alembic import context
from sample.application import Base

from service_kit import migrations

migrations.run(context, Base.metadata)
