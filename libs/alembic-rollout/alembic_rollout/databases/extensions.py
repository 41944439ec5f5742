"""Extensions of a database, and creating in another one those that its owner could not create."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import quote
from alembic_rollout.postgres.sqlstates import (
    FEATURE_NOT_SUPPORTED,
    INSUFFICIENT_PRIVILEGE,
    UNDEFINED_FILE,
    UNDEFINED_OBJECT,
)

_UNAVAILABLE = (INSUFFICIENT_PRIVILEGE, FEATURE_NOT_SUPPORTED, UNDEFINED_FILE, UNDEFINED_OBJECT)


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension of a database: its name, who owns it, and the schema that it is in."""

    name: str
    owner: str
    schema: str


def read_extensions(connection: Connection) -> tuple[Extension, ...]:
    """Return the extensions of a database, in the order in which they were created."""
    found = connection.exec_driver_sql(
        "SELECT extname, pg_catalog.pg_get_userbyid(extowner), nspname FROM pg_catalog.pg_extension e"
        " JOIN pg_catalog.pg_namespace n ON n.oid = extnamespace ORDER BY e.oid"
    )
    return tuple(Extension(*row) for row in found)


def may_create(connection: Connection, extension: str) -> bool:
    """Return True if the role of a connection may create an extension in its database, and the server has it."""
    return bool(
        connection.exec_driver_sql(
            "SELECT rolsuper OR ((NOT superuser OR trusted)"
            " AND pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE'))"
            " FROM pg_catalog.pg_roles, pg_catalog.pg_available_extensions e"
            " JOIN pg_catalog.pg_available_extension_versions v ON v.name = e.name AND v.version = e.default_version"
            " WHERE rolname = current_user AND e.name = %s",
            (extension,),
        ).scalar()
    )


def create_extensions(
    admin: Connection, extensions: Iterable[Extension], *, schema_owner: str | None, as_owners: bool = False
) -> dict[str, str]:
    """Create extensions as the administrator, who takes nothing but their names from another database.

    Args:
        admin: in autocommit, to a database that holds nothing of the other one yet.
        extensions: those of the other database.
        schema_owner: the role that owns a schema which has to be created for one; None to leave such an extension out.
        as_owners: create each as the role that owns it, where that role may.

    Returns:
        Why those that cannot be created cannot, by name.
    """
    present = {extension.name for extension in read_extensions(admin)}
    schemas = set(admin.exec_driver_sql("SELECT nspname FROM pg_catalog.pg_namespace").scalars())
    refused = {}
    for extension in extensions:
        if extension.name in present:
            continue
        if extension.schema not in schemas:
            if schema_owner is None:
                continue
            execute(admin, f"CREATE SCHEMA {quote(extension.schema)} AUTHORIZATION {quote(schema_owner)}")
            schemas.add(extension.schema)
        if as_owners and _create_as_owner(admin, extension):
            continue
        if reason := _create(admin, extension):
            refused[extension.name] = reason
    return refused


def _create_as_owner(admin: Connection, extension: Extension) -> bool:
    execute(admin, f"SET ROLE {quote(extension.owner)}")
    try:
        return not _create(admin, extension)
    finally:
        execute(admin, "RESET ROLE")


def _create(admin: Connection, extension: Extension) -> str:
    """Create one; return why it cannot be, or nothing."""
    name, schema = quote(extension.name), quote(extension.schema)
    try:
        execute(admin, f"CREATE EXTENSION IF NOT EXISTS {name} SCHEMA {schema} CASCADE")
    except DBAPIError as error:
        if sqlstate(error) not in _UNAVAILABLE:
            raise
        return one_line(error)
    return ""
