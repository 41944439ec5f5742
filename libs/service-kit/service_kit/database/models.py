"""What every service's models share: the declarative base, constraint names and common columns."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import DateTime, MetaData, Table, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

# One convention from the first revision on, so that every constraint can be named when it is altered:
# https://alembic.sqlalchemy.org/en/latest/naming.html
NAMING_CONVENTION = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Base(DeclarativeBase):
    """Base of every model of a service; `app.db.base` imports them all."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


class UuidPrimaryKey:
    """A random UUID made by the server (`gen_random_uuid()` is part of PostgreSQL's core since 13)."""

    id: Mapped[UUID] = mapped_column(primary_key=True, server_default=text("gen_random_uuid()"))


class Timestamps:
    """`created_at` by default, `updated_at` by the trigger function `update_updated_at_column`."""

    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))


def table_of(model: type[DeclarativeBase]) -> Table:
    """Return the table of a model, for Core statements."""
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 - no model here is mapped to anything else
    return table
