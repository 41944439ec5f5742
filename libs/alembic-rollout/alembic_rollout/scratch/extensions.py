"""Extensions of a scratch database that only the administrator can create; created before anything else is in it."""

import logging
from collections.abc import Iterable

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.databases import execute
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import quote
from alembic_rollout.postgres.sqlstates import (
    FEATURE_NOT_SUPPORTED,
    INSUFFICIENT_PRIVILEGE,
    UNDEFINED_FILE,
    UNDEFINED_OBJECT,
)
from alembic_rollout.scratch.live_description import Extension

_UNAVAILABLE = (INSUFFICIENT_PRIVILEGE, FEATURE_NOT_SUPPORTED, UNDEFINED_FILE, UNDEFINED_OBJECT)

logger = logging.getLogger(__name__)


def create_extensions(
    admin: Connection, migrating: Connection, extensions: Iterable[Extension], *, new_schemas_of: str | None
) -> None:
    """Create extensions that the migrating role could not create itself.

    Args:
        admin: to the scratch database, in autocommit.
        migrating: to the scratch database, as the role that runs the revisions.
        extensions: those of the live database.
        new_schemas_of: the role that gets the schemas which have to be created for them; None to leave out extensions
            whose schema is not there.
    """
    present = set(admin.exec_driver_sql("SELECT extname FROM pg_extension").scalars())
    schemas = set(admin.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())
    for extension in extensions:
        if extension.name in present or may_create(migrating, extension.name):
            continue
        if extension.schema not in schemas:
            if new_schemas_of is None:
                continue
            execute(admin, f"CREATE SCHEMA {quote(extension.schema)} AUTHORIZATION {quote(new_schemas_of)}")
            schemas.add(extension.schema)
        _create(admin, extension)


def may_create(connection: Connection, extension: str) -> bool:
    """Return True if the role of a connection may create an extension, which is available."""
    return bool(
        connection.exec_driver_sql(
            "SELECT rolsuper OR ((NOT superuser OR trusted) AND has_database_privilege(current_database(), 'CREATE'))"
            " FROM pg_roles, pg_available_extensions e JOIN pg_available_extension_versions v"
            " ON v.name = e.name AND v.version = e.default_version WHERE rolname = current_user AND e.name = %s",
            (extension,),
        ).scalar()
    )


def _create(admin: Connection, extension: Extension) -> None:
    try:
        execute(admin, f"CREATE EXTENSION {quote(extension.name)} SCHEMA {quote(extension.schema)} CASCADE")
    except DBAPIError as error:
        if sqlstate(error) not in _UNAVAILABLE:
            raise
        logger.warning("The scratch database has no extension %s: %s", extension.name, one_line(error))
