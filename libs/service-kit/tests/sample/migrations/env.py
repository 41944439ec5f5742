"""Alembic's environment of the sample service, as plain as Alembic has it: the kit knows no other migration tool."""

from typing import Any

from alembic import context
from sample.application import Note
from sqlalchemy import create_engine, pool

OPTIONS: dict[str, Any] = {"target_metadata": Note.metadata, "transaction_per_migration": True}

if context.is_offline_mode():
    context.configure(dialect_name="postgresql", literal_binds=True, **OPTIONS)
    with context.begin_transaction():
        context.run_migrations()
else:
    with create_engine(context.config.attributes["url"], poolclass=pool.NullPool).connect() as connection:
        context.configure(connection=connection, **OPTIONS)
        with context.begin_transaction():
            context.run_migrations()
