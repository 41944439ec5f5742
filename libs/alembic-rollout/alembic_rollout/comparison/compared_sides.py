"""The two sides of a comparison, as a comparator of whole schemas gets them from Alembic."""

from typing import NamedTuple

from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, MetaData


class ComparedSides(NamedTuple):
    """What is compared.

    Attributes:
        connection: to the database.
        default_schema: the one that names without a schema mean; None where the search path has none.
        metadata: the models', one or several.
    """

    connection: Connection
    default_schema: str | None
    metadata: list[MetaData]


def compared_sides(context: AutogenContext) -> ComparedSides:
    """Return what a comparison with a database compares."""
    connection = context.connection
    assert connection is not None  # noqa: S101 - for the type checker: it compares with a database
    given = context.metadata if isinstance(context.metadata, (list, tuple)) else [context.metadata]
    return ComparedSides(
        connection, connection.dialect.default_schema_name, [one for one in given if isinstance(one, MetaData)]
    )
