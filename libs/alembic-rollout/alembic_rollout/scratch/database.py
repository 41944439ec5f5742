"""A database for rehearsals: migrated as the live one's migrating role, and dropped at the end.

Made by `ROLLOUT_ADMIN_URL`'s role on its server, or by the migrating role where that may create databases. Connection
rules may keep the migrating role out of every database but its own: sessions therefore connect as the role that made
the database, and become the migrating role at once. A rehearsal that is killed leaves its database behind; the next one
of the same live database drops it, a day later.
"""

import logging
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.connection import create_migration_engine, wait_for_database
from alembic_rollout.postgres.databases import drop, drop_statement, execute, name_beside
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.sqlstates import (
    FEATURE_NOT_SUPPORTED,
    INSUFFICIENT_PRIVILEGE,
    UNDEFINED_FILE,
    UNDEFINED_OBJECT,
)
from alembic_rollout.scratch.live_description import Extension, LiveDatabase, read_live, roles
from alembic_rollout.signals import sigterm_raises

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

APPLICATION_NAME = "alembic-rollout rehearse"
_PREFIX = "rehearsal_"
_LEFT_OVER_AFTER_SECONDS = 24 * 60 * 60
_REMEDY = "Set ROLLOUT_ADMIN_URL to a role that may create databases, such as the superuser's."
_UNAVAILABLE = (INSUFFICIENT_PRIVILEGE, FEATURE_NOT_SUPPORTED, UNDEFINED_FILE, UNDEFINED_OBJECT)
_SET_OPTION_SINCE = 16

logger = logging.getLogger(__name__)


class NoScratchDatabaseError(RolloutError):
    """Nobody whom we know may create a database."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A scratch database.

    Attributes:
        live: the database that it stands for.
        engine: its sessions work as the migrating role; as the role that made it where that one is not on this server.
        admin: its sessions work as the role that made it, in autocommit.
        is_superuser: whether that role is one.
        is_on_live_server: whether the live database is on this server.
        has_all_roles: whether every role of the live server is on this one.
        refused: extensions that cannot be had here, which has been said.
    """

    live: LiveDatabase
    engine: Engine
    admin: Engine
    is_superuser: bool
    is_on_live_server: bool
    has_all_roles: bool
    refused: set[str] = field(default_factory=set)

    @property
    def autocommit(self) -> Engine:
        """The engine, in autocommit."""
        return self.engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def scratch_database(environment: "Environment") -> Iterator[Engine]:
    """Make an empty database, a copy of `template1` with the live one's extensions; drop it at the end.

    Args:
        environment: names the live database, which is not changed.

    Yields:
        An engine whose sessions work as the migrating role.

    Raises:
        NoScratchDatabaseError: there is no role that may create a database; the line names ROLLOUT_ADMIN_URL.
        RolloutError: it could not be created.
    """
    with open_scratch(environment) as scratch:
        yield scratch.engine


@contextmanager
def open_scratch(environment: "Environment") -> Iterator[Scratch]:
    """Do what `scratch_database` does, and tell more of what was made.

    Args:
        environment: names the live database.

    Raises:
        NoScratchDatabaseError: there is no role that may create a database; the line names ROLLOUT_ADMIN_URL.
        RolloutError: it could not be created.
    """
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        live = read_live(connection)
    url = _admin_url(environment)
    maintenance = _autocommit(url)
    with sigterm_raises(), _connect(maintenance) as admin:
        maker = _read_maker(admin, live)
        _drop_left_over(admin, live.name)
        name = _name(live.name)
        try:
            _create(admin, name, maker.becomes)
            scratch = _describe(live, maker, url.set(database=name))
            _create_extensions(scratch)
            yield scratch
        finally:
            _drop(maintenance, name)


@dataclass(frozen=True, slots=True)
class _Maker:
    """The role that makes the database, and whom its sessions may become."""

    name: str
    is_superuser: bool
    becomes: str
    is_on_live_server: bool
    has_all_roles: bool


def _admin_url(environment: "Environment") -> URL:
    live = make_url(environment.url)
    stated = environment.settings.admin_url
    try:
        # The project has one driver installed; the short form `postgresql://` would mean another.
        return make_url(stated).set(drivername=live.drivername) if stated else live
    except ArgumentError:
        raise UsageError(
            "ROLLOUT_ADMIN_URL cannot be read; write postgresql://role:password@host:port/database."
        ) from None


def _autocommit(url: URL) -> Engine:
    engine = create_migration_engine(url.render_as_string(hide_password=False), application_name=APPLICATION_NAME)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


@contextmanager
def _connect(engine: Engine) -> Iterator[Connection]:
    try:
        connection = engine.connect()
    except OperationalError as error:
        where = engine.url.render_as_string(hide_password=True)
        raise NoScratchDatabaseError(f"{where} refuses the connection: {one_line(error)}. {_REMEDY}") from None
    with connection:
        yield connection


def _read_maker(admin: Connection, live: LiveDatabase) -> _Maker:
    name, is_superuser, may_create, major, started = admin.exec_driver_sql(
        "SELECT rolname, rolsuper, rolsuper OR rolcreatedb, current_setting('server_version_num')::int / 10000,"
        " pg_postmaster_start_time() FROM pg_roles WHERE rolname = current_user"
    ).one()
    if not may_create:
        raise NoScratchDatabaseError(
            f"{name} may not create databases, and this takes one beside {live.name}. {_REMEDY}"
        )
    if major < live.major:
        raise UsageError(
            f"ROLLOUT_ADMIN_URL leads to PostgreSQL {major}, and {live.name} is on {live.major}:"
            " name a server that is at least as new."
        )
    here = roles(admin)
    becomes = live.role if live.role in here and (is_superuser or _may_become(admin, live.role, major)) else name
    return _Maker(name, is_superuser, becomes, started == live.server_started, live.roles <= here)


def _may_become(admin: Connection, role: str, major: int) -> bool:
    right = "SET" if major >= _SET_OPTION_SINCE else "MEMBER"
    return bool(admin.exec_driver_sql("SELECT pg_has_role(%s, %s)", (role, right)).scalar())


def _drop_left_over(admin: Connection, live: str) -> None:
    pattern = re.compile(rf"{re.escape(_stem(live))}_(\d{{10}})_[0-9a-f]{{6}}")
    for name in admin.exec_driver_sql("SELECT datname FROM pg_database").scalars().all():
        match = pattern.fullmatch(name)
        if match is None or int(match[1]) > time.time() - _LEFT_OVER_AFTER_SECONDS:
            continue
        try:
            drop(admin, name)
        except DBAPIError as error:
            logger.warning("%s is left over and cannot be dropped: %s", name, one_line(error))
        else:
            logger.info("Dropped %s, which a killed rehearsal had left behind.", name)


def _name(live: str) -> str:
    return f"{_stem(live)}_{int(time.time()):010d}_{secrets.token_hex(3)}"


def _stem(live: str) -> str:
    length_of_rest = len("_0123456789_abcdef")
    return name_beside(_PREFIX + live, "_" * length_of_rest)[:-length_of_rest]


def _create(admin: Connection, name: str, owner: str) -> None:
    try:
        execute(admin, f"CREATE DATABASE {qualified(None, name)} OWNER {qualified(None, owner)}")
    except DBAPIError as error:
        raise RolloutError(f"A database for the rehearsal could not be created: {one_line(error)}") from None


def _describe(live: LiveDatabase, maker: _Maker, url: URL) -> Scratch:
    engine = create_migration_engine(url.render_as_string(hide_password=False), application_name=APPLICATION_NAME)
    if maker.becomes != maker.name:
        command = "SESSION AUTHORIZATION" if maker.is_superuser else "ROLE"
        _at_connect(engine, f"SET {command} {qualified(None, maker.becomes)}")
    for setting in live.settings.items():
        _at_connect(engine, "SELECT set_config(%s, %s, false)", setting)
    return Scratch(
        live=live,
        engine=engine,
        admin=_autocommit(url),
        is_superuser=maker.is_superuser,
        is_on_live_server=maker.is_on_live_server,
        has_all_roles=maker.has_all_roles,
    )


def _at_connect(engine: Engine, statement: str, values: tuple[str, ...] = ()) -> None:
    @event.listens_for(engine, "connect")
    def run(connection: DBAPIConnection, _: object) -> None:
        # Through the driver: a transaction of SQLAlchemy's would make Alembic leave all of them to its caller.
        cursor = connection.cursor()
        cursor.execute(statement, values or None)
        cursor.close()
        connection.commit()


def _create_extensions(scratch: Scratch) -> None:
    """Create the live database's extensions that the migrating role could not create itself."""
    with scratch.admin.connect() as admin, scratch.engine.connect() as connection:
        present = set(admin.exec_driver_sql("SELECT extname FROM pg_extension").scalars())
        schemas = set(admin.exec_driver_sql("SELECT nspname FROM pg_namespace").scalars())
        for extension in scratch.live.extensions:
            if extension.name not in present and extension.schema in schemas and not may_create(connection, extension):
                _create_extension(admin, extension, scratch.refused)


def may_create(connection: Connection, extension: Extension) -> bool:
    """Whether the role of a connection may create an extension, which is available."""
    return bool(
        connection.exec_driver_sql(
            "SELECT rolsuper OR ((NOT superuser OR trusted) AND has_database_privilege(current_database(), 'CREATE'))"
            " FROM pg_roles, pg_available_extensions e JOIN pg_available_extension_versions v"
            " ON v.name = e.name AND v.version = e.default_version WHERE rolname = current_user AND e.name = %s",
            (extension.name,),
        ).scalar()
    )


def _create_extension(admin: Connection, extension: Extension, refused: set[str]) -> None:
    name, schema = qualified(None, extension.name), qualified(None, extension.schema)
    try:
        execute(admin, f"CREATE EXTENSION {name} SCHEMA {schema} CASCADE")
    except DBAPIError as error:
        if sqlstate(error) not in _UNAVAILABLE:
            raise
        refused.add(extension.name)
        logger.warning("The rehearsal goes without the extension %s: %s", extension.name, one_line(error))


def _drop(maintenance: Engine, name: str) -> None:
    try:
        with maintenance.connect() as admin:
            drop(admin, name)
    except DBAPIError as error:
        logger.error("%s is left over (%s): %s", name, one_line(error), drop_statement(name))  # noqa: TRY400 - one line
