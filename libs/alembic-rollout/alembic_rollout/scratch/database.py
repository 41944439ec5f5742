"""A throwaway database: created and dropped by the administrator, used over logins of the migrating role.

The administrator is the role of ROLLOUT_ADMIN_URL, or the migrating role where that may create databases. On the live
server, sessions log in as the migrating role; elsewhere as a role of the scratch database's own. A process that is
killed leaves its scratch database behind; the next one for the same live database drops it, a day later.
"""

import logging
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy import URL, Connection, Engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.databases.entry_role import create_entry_role, is_kept_out
from alembic_rollout.databases.extensions import create_extensions, may_create
from alembic_rollout.databases.lifecycle import drop, drop_statement
from alembic_rollout.databases.wrapper_rights import WrapperRight, grant_wrapper_rights
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.admin_connection import admin_connection, admin_engine, admin_url
from alembic_rollout.postgres.connection import create_migration_engine, execute, wait_for_database
from alembic_rollout.postgres.database_url import url_without_password
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.identifiers import name_beside, quote
from alembic_rollout.scratch.live_description import LiveDatabase, read_live, roles
from alembic_rollout.scratch.throwaway_roles import (
    Administrator,
    create_login_role,
    create_role_of_others,
    drop_roles,
)
from alembic_rollout.settings import Settings
from alembic_rollout.signals import sigterm_raises

APPLICATION_NAME = "alembic-rollout rehearse"
_PREFIX = "rehearsal_"
_LEFT_OVER_AFTER_SECONDS = 24 * 60 * 60
_REMEDY = "Set ROLLOUT_ADMIN_URL to a role that may create databases, such as the superuser's."
_SET_OPTION_SINCE = 16
_LONGEST_ENDING = len("_0123456789_abcdef_o")

logger = logging.getLogger(__name__)


class NoScratchDatabaseError(RolloutError):
    """No known role may create a scratch database, or log in to one."""


@dataclass(frozen=True, slots=True)
class Scratch:
    """A scratch database.

    Attributes:
        live: the database that it stands for.
        name: its name.
        role: the role that owns it and runs the revisions.
        engine: its sessions logged in as that role; the revisions run here.
        observer: the same, in autocommit: for looking at what the revisions do.
        admin: its sessions are the administrator's. Only statements of this library run here, and nothing that is in
            the database is evaluated.
        administrator: what that role may do.
        is_on_live_server: the live database is on this server.
        has_all_roles: every role of the live server is on this one.
    """

    live: LiveDatabase
    name: str
    role: str
    engine: Engine
    observer: Engine
    admin: Engine
    administrator: Administrator
    is_on_live_server: bool
    has_all_roles: bool

    @property
    def login(self) -> str:
        """The role that its sessions logged in as; `role` where the server does not change it at login."""
        return self.engine.url.username or self.role

    def create_extensions(self, migrating: Connection, *, schema_owner: str | None) -> None:
        """Create the extensions that the migrating role could not create itself, with its rights on their wrappers.

        Args:
            migrating: to this database, as that role; nothing of the live one is in it yet.
            schema_owner: the role that owns a schema which has to be created for one; None to leave such ones out.
        """
        missing = [one for one in self.live.extensions if not may_create(migrating, one.name)]
        with self.admin.connect() as admin:
            refused = create_extensions(admin, missing, schema_owner=schema_owner)
            if self.administrator.is_superuser:
                rights = (WrapperRight(wrapper, self.role) for wrapper in self.live.usable_wrappers)
                grant_wrapper_rights(admin, rights)
        for name, reason in refused.items():
            logger.warning("The scratch database has no extension %s: %s", name, reason)

    def create_role_of_others(self) -> str:
        """Create the role that owns what belongs to other roles in the live database; return its name."""
        with self.admin.connect() as admin:
            return create_role_of_others(admin, self.name)


@contextmanager
def scratch_database(migration_url: str, settings: Settings) -> Iterator[Engine]:
    """Make an empty database, a copy of `template1` with the live one's extensions; drop it at the end.

    Args:
        migration_url: of the live database, which is not changed.
        settings: `admin_url` names the administrator.

    Yields:
        An engine whose sessions logged in as the migrating role, or as a role with no more rights.

    Raises:
        NoScratchDatabaseError: there is no role that may create a database; the line names ROLLOUT_ADMIN_URL.
        RolloutError: it could not be created.
    """
    with open_scratch(migration_url, settings) as scratch:
        yield scratch.engine


@contextmanager
def open_scratch(migration_url: str, settings: Settings) -> Iterator[Scratch]:
    """Do what `scratch_database` does, and yield more of what was made.

    Args:
        migration_url: of the live database, which is not changed.
        settings: `admin_url` names the administrator.

    Raises:
        NoScratchDatabaseError: there is no role that may create a database; the line names ROLLOUT_ADMIN_URL.
        RolloutError: it could not be created.
    """
    with wait_for_database(create_migration_engine(migration_url), seconds=settings.wait) as connection:
        live = read_live(connection)
    maintenance = admin_engine(admin_url(settings.admin_url, migration_url), application_name=APPLICATION_NAME)
    connecting = admin_connection(maintenance, remedy=_REMEDY, refused=NoScratchDatabaseError)
    with sigterm_raises(), connecting as admin:
        administrator = _read_administrator(admin, live)
        _drop_left_over(admin, live.name)
        name = _name(live.name)
        try:
            scratch = _create(admin, administrator, live, name, make_url(migration_url))
            with _connect(scratch, admin) as migrating:
                scratch.create_extensions(migrating, schema_owner=None)
            yield scratch
        finally:
            _drop(maintenance, name)


def _read_administrator(admin: Connection, live: LiveDatabase) -> Administrator:
    name, is_superuser, may_create, may_create_roles, major = admin.exec_driver_sql(
        "SELECT rolname, rolsuper, rolsuper OR rolcreatedb, rolsuper OR rolcreaterole,"
        " current_setting('server_version_num')::int / 10000 FROM pg_roles WHERE rolname = current_user"
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
    return Administrator(name, is_superuser, may_create_roles)


def _create(
    admin: Connection, administrator: Administrator, live: LiveDatabase, name: str, migration_url: URL
) -> Scratch:
    """Create the database, and a role where the migrating one cannot log in."""
    url = admin.engine.url.set(database=name)
    is_on_live_server = admin.exec_driver_sql("SELECT pg_postmaster_start_time()").scalar_one() == live.server_started
    try:
        if is_on_live_server:
            _check_may_give_to(admin, administrator, live)
            role, login = live.role, migration_url.set(database=name)
        else:
            password = create_login_role(
                admin, administrator, name, like=live.role, valid_seconds=_LEFT_OVER_AFTER_SECONDS
            )
            role, login = name, url.set(username=name, password=password)
        execute(admin, f"CREATE DATABASE {quote(name)} OWNER {quote(role)}")
    except DBAPIError as error:
        raise RolloutError(f"A scratch database could not be created: {one_line(error)}") from None
    return Scratch(
        live=live,
        name=name,
        role=role,
        engine=_login_engine(login, live),
        observer=_login_engine(login, live).execution_options(isolation_level="AUTOCOMMIT"),
        admin=admin_engine(url, application_name=APPLICATION_NAME),
        administrator=administrator,
        is_on_live_server=is_on_live_server,
        has_all_roles=live.roles <= roles(admin),
    )


def _check_may_give_to(admin: Connection, administrator: Administrator, live: LiveDatabase) -> None:
    if administrator.is_superuser or administrator.name == live.role:
        return
    right = "SET" if live.major >= _SET_OPTION_SINCE else "MEMBER"
    if not admin.exec_driver_sql("SELECT pg_has_role(%s, %s)", (live.role, right)).scalar():
        raise NoScratchDatabaseError(
            f"{administrator.name} may not create a database that {live.role} owns."
            f" Set ROLLOUT_ADMIN_URL to a superuser, or GRANT {quote(live.role)} TO {quote(administrator.name)}."
        )


def _login_engine(url: URL, live: LiveDatabase) -> Engine:
    """Return an engine for the role that runs the revisions, with the settings of its sessions in the live database."""
    engine = create_migration_engine(url, application_name=APPLICATION_NAME)

    @event.listens_for(engine, "connect")
    def set_live_settings(connection: DBAPIConnection, _: object) -> None:
        # Through the driver: a transaction of SQLAlchemy's would make Alembic leave all of them to its caller.
        cursor = connection.cursor()
        for setting in live.settings.items():
            cursor.execute("SELECT pg_catalog.set_config(%s, %s, false)", setting)
        cursor.close()
        connection.commit()

    return engine


@contextmanager
def _connect(scratch: Scratch, admin: Connection) -> Iterator[Connection]:
    """Log in as the role that runs the revisions, where pg_hba.conf refuses it by way of an entry role."""
    try:
        connection = _logged_in(scratch)
    except NoScratchDatabaseError as error:
        if not (is_kept_out(str(error)) and scratch.is_on_live_server and scratch.administrator.may_create_roles):
            raise
        create_entry_role(admin, scratch.name, member=scratch.login)
        connection = _logged_in(scratch)
    with connection:
        yield connection


def _logged_in(scratch: Scratch) -> Connection:
    try:
        return scratch.observer.connect()
    except DBAPIError as error:
        raise NoScratchDatabaseError(
            f"{url_without_password(scratch.observer.url)} refuses the connection: {one_line(error)}."
            f" Let {scratch.login} connect to databases named {_PREFIX}* (pg_hba.conf), or set ROLLOUT_ADMIN_URL to"
            " another server, such as a local one."
        ) from None


def _drop_left_over(admin: Connection, live: str) -> None:
    pattern = re.compile(rf"{re.escape(_stem(live))}_(\d{{10}})_[0-9a-f]{{6}}")
    names = admin.exec_driver_sql(
        "SELECT datname FROM pg_database UNION SELECT regexp_replace(rolname, '_o$', '') FROM pg_roles"
    )
    for name in names.scalars().all():
        match = pattern.fullmatch(name)
        if match is None or int(match[1]) > time.time() - _LEFT_OVER_AFTER_SECONDS:
            continue
        try:
            drop(admin, name)
            drop_roles(admin, name)
        except DBAPIError as error:
            logger.warning("%s is left over and cannot be dropped: %s", name, one_line(error))
        else:
            logger.info("Dropped %s, which a killed rehearsal had left behind.", name)


def _name(live: str) -> str:
    return f"{_stem(live)}_{int(time.time()):010d}_{secrets.token_hex(3)}"


def _stem(live: str) -> str:
    return name_beside(_PREFIX + live, "_" * _LONGEST_ENDING)[:-_LONGEST_ENDING]


def _drop(maintenance: Engine, name: str) -> None:
    try:
        with maintenance.connect() as admin:
            drop(admin, name)
            drop_roles(admin, name)
    except DBAPIError as error:
        logger.error("%s is left over (%s): %s", name, one_line(error), drop_statement(name))  # noqa: TRY400 - one line
