"""What a scratch database has to know of the live one that it stands for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from alembic_rollout.databases.extensions import Extension, read_extensions
from alembic_rollout.databases.wrapper_rights import usable_wrappers


@dataclass(frozen=True, slots=True)
class LiveDatabase:
    """The live database.

    Attributes:
        name: its name.
        role: who migrates it.
        major: its server's major version.
        server_started: tells its server from others.
        roles: every role of its server.
        settings: what the role, the database and the URL set for a session, such as `search_path`.
        extensions: those that it has.
        usable_wrappers: the foreign-data wrappers that the role may create servers of.
    """

    name: str
    role: str
    major: int
    server_started: datetime
    roles: frozenset[str]
    settings: Mapping[str, str]
    extensions: tuple[Extension, ...]
    usable_wrappers: tuple[str, ...]


def read_live(connection: Connection) -> LiveDatabase:
    """Describe the database of a connection, which is the migrating role's."""
    name, role, major, started = connection.exec_driver_sql(
        "SELECT current_database(), current_user, current_setting('server_version_num')::int / 10000,"
        " pg_postmaster_start_time()"
    ).one()
    settings = connection.exec_driver_sql(
        "SELECT name, setting FROM pg_settings WHERE source IN ('database', 'user', 'database user', 'client')"
        " AND context = 'user' AND name NOT IN ('application_name', 'client_encoding')"
    )
    return LiveDatabase(
        name=name,
        role=role,
        major=major,
        server_started=started,
        roles=roles(connection),
        settings={row[0]: row[1] for row in settings},
        extensions=read_extensions(connection),
        usable_wrappers=usable_wrappers(connection),
    )


def roles(connection: Connection) -> frozenset[str]:
    """Return the roles of a server, without those that every server has."""
    return frozenset(connection.exec_driver_sql("SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_'").scalars())
