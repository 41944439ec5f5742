"""A database of each test's own on the server that TEST_POSTGRES_URL names, with two roles of its own.

Making a database costs more than most tests do. So one that a test has left is emptied and lent to the next, if its
catalogue and its roles are then what they were when it was new; otherwise it is dropped.
"""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

import pytest
from sqlalchemy import URL, Connection, Engine, create_engine, make_url, pool

SERVER_VARIABLE = "TEST_POSTGRES_URL"

_END_SESSIONS = """
    SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'
"""
_COPIES = "SELECT datname FROM pg_database WHERE starts_with(datname, %s) AND datname <> %s"
_CAN_BE_EMPTIED = """
    SELECT EXISTS (SELECT FROM pg_database WHERE datname = %s AND datallowconn)
        AND NOT EXISTS (SELECT FROM pg_prepared_xacts WHERE database = %s)
"""
# Rows that tests add or change: of all objects their number, of what DROP OWNED leaves everything.
_STATE = """
    SELECT
        (SELECT d::text FROM (SELECT oid, datname, datdba, datallowconn, datconnlimit, datacl FROM pg_database) AS d
            WHERE datname = current_database()),
        (SELECT array_agg(a::text ORDER BY rolname) FROM pg_authid AS a WHERE rolname = ANY(%(roles)s)),
        (SELECT array_agg((roleid, member, admin_option, inherit_option, set_option)::text ORDER BY roleid, member)
            FROM pg_auth_members WHERE ARRAY[roleid, member] && (%(roles)s::text[]::regrole[]::oid[])),
        (SELECT array_agg(s::text) FROM pg_db_role_setting AS s
            WHERE setrole = ANY(%(roles)s::text[]::regrole[]::oid[])
                OR setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())),
        (SELECT array_agg(n::text ORDER BY oid) FROM pg_namespace AS n WHERE nspname !~ '^pg_(toast_)?temp_'),
        (SELECT array_agg(e::text ORDER BY oid) FROM pg_extension AS e),
        (SELECT array_agg((defaclrole, defaclnamespace, defaclobjtype, defaclacl)::text) FROM pg_default_acl),
        (SELECT array_agg((oid, relacl)::text ORDER BY oid) FROM pg_class WHERE relacl IS NOT NULL),
        (SELECT array_agg((oid, proacl)::text ORDER BY oid) FROM pg_proc WHERE proacl IS NOT NULL),
        (SELECT array_agg((oid, typacl)::text ORDER BY oid) FROM pg_type WHERE typacl IS NOT NULL),
        (SELECT array_agg(l::text ORDER BY oid) FROM pg_language AS l),
        (SELECT count(*) FROM pg_class), (SELECT count(*) FROM pg_proc), (SELECT count(*) FROM pg_type),
        (SELECT count(*) FROM pg_constraint), (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_policy),
        (SELECT count(*) FROM pg_operator), (SELECT count(*) FROM pg_opclass), (SELECT count(*) FROM pg_opfamily),
        (SELECT count(*) FROM pg_collation), (SELECT count(*) FROM pg_conversion), (SELECT count(*) FROM pg_cast),
        (SELECT count(*) FROM pg_ts_config), (SELECT count(*) FROM pg_ts_dict), (SELECT count(*) FROM pg_statistic_ext),
        (SELECT count(*) FROM pg_event_trigger), (SELECT count(*) FROM pg_publication),
        (SELECT count(*) FROM pg_rewrite),
        (SELECT count(*) FROM pg_foreign_server), (SELECT count(*) FROM pg_foreign_data_wrapper),
        (SELECT count(*) FROM pg_largeobject_metadata), (SELECT count(*) FROM pg_description),
        (SELECT count(*) FROM pg_am), (SELECT count(*) FROM pg_enum)
"""


@dataclass(frozen=True, slots=True)
class Database:
    """A database and who knows it.

    Attributes:
        name: its name.
        url: of the role that owns it and migrates; no superuser, and it may not create databases.
        app_url: of a role that may read and write the rows of what the owner creates.
        superuser_url: for what only an operator may do.
    """

    name: str
    url: str
    app_url: str
    superuser_url: str

    @property
    def owner(self) -> str:
        return str(make_url(self.url).username)

    @property
    def app(self) -> str:
        return str(make_url(self.app_url).username)

    def engine(self, url: str | None = None) -> Engine:
        return create_engine(url or self.url, poolclass=pool.NullPool)

    @contextmanager
    def connect(self, url: str | None = None) -> Iterator[Connection]:
        """A connection in autocommit, as the owner unless another URL is given."""
        with _engine(url or self.url).connect() as connection:
            yield connection

    def execute(self, sql: str) -> None:
        with self.connect() as connection:
            connection.exec_driver_sql(sql)

    def scalar(self, sql: str) -> object:
        with self.connect() as connection:
            return connection.exec_driver_sql(sql).scalar()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with self.connect() as connection:
            return [tuple(row) for row in connection.exec_driver_sql(sql)]


@dataclass(frozen=True, slots=True)
class _Made:
    """A database, and what `_state` said when it was new."""

    database: Database
    state: tuple[object, ...]


@cache
def _engine(url: str) -> Engine:
    """Return one engine for each URL: what its first connection asks the server, the next ones need not ask again."""
    return create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT", use_native_hstore=False)


def _grant(connection: Connection, owner: str, app: str) -> None:
    connection.exec_driver_sql(f"GRANT USAGE, CREATE ON SCHEMA public TO {owner}")
    connection.exec_driver_sql(f"GRANT USAGE ON SCHEMA public TO {app}")
    connection.exec_driver_sql(
        f"ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public"
        f" GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}"
    )


def _state(connection: Connection, owner: str, app: str) -> tuple[object, ...]:
    """Return what tells an empty database and its roles from ones that a test has left something in."""
    row = connection.exec_driver_sql(_STATE, {"roles": [owner, app]}).one()
    return tuple(row)


class Server:
    """The server that the tests run on, and the databases that wait for the next test.

    Args:
        url: of a superuser.
    """

    def __init__(self, url: URL) -> None:
        self.url = url
        self._free: list[_Made] = []

    @contextmanager
    def connect(self, database: str = "postgres") -> Iterator[Connection]:
        """A superuser's connection in autocommit."""
        url = self.url.set(database=database)
        with _engine(url.render_as_string(hide_password=False)).connect() as connection:
            yield connection

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Lend a database and its roles: new ones, or those of an earlier test, emptied and found to be as new."""
        made = self._free.pop() if self._free else self._make()
        try:
            yield made.database
        finally:
            self._take_back(made)

    def close(self) -> None:
        """Drop the databases that are left."""
        while self._free:
            self._drop(self._free.pop().database)

    def _make(self) -> _Made:
        name = f"test_rollout_{secrets.token_hex(6)}"
        owner, app, password = f"{name}_owner", f"{name}_app", secrets.token_hex(8)
        with self.connect() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {owner} LOGIN PASSWORD '{password}'")
            connection.exec_driver_sql(f"CREATE ROLE {app} LOGIN PASSWORD '{password}'")
            connection.exec_driver_sql(f"GRANT {app} TO {owner}")
            connection.exec_driver_sql(f"CREATE DATABASE {name} OWNER {owner}")
        with self.connect(name) as connection:
            _grant(connection, owner, app)
            state = _state(connection, owner, app)
        database = Database(
            name,
            url=self._url(name, owner, password),
            app_url=self._url(name, app, password),
            superuser_url=self.url.set(database=name).render_as_string(hide_password=False),
        )
        return _Made(database, state)

    def _take_back(self, made: _Made) -> None:
        """Empty a database for the next test, or drop it where it is not as it was before this one."""
        name = made.database.name
        with self.connect() as connection:
            connection.exec_driver_sql(_END_SESSIONS, (name,))
            for copy in connection.exec_driver_sql(_COPIES, (name, name)).scalars().all():
                connection.exec_driver_sql(f'DROP DATABASE "{copy}" WITH (FORCE)')
            is_there = connection.exec_driver_sql(_CAN_BE_EMPTIED, (name, name)).scalar()
        if is_there and self._empty(made):
            self._free.append(made)
        else:
            self._drop(made.database)

    def _empty(self, made: _Made) -> bool:
        """Drop what the roles own in a database; return True if it is as new then."""
        owner, app = made.database.owner, made.database.app
        with self.connect(made.database.name) as connection:
            # One after the other: both are in one row of the default privileges.
            connection.exec_driver_sql(f"DROP OWNED BY {owner} CASCADE")
            connection.exec_driver_sql(f"DROP OWNED BY {app} CASCADE")
            if connection.exec_driver_sql("SELECT to_regnamespace('public') IS NULL").scalar():
                return False  # it was the owner's, because the test had made it again
            _grant(connection, owner, app)
            return _state(connection, owner, app) == made.state

    def _drop(self, database: Database) -> None:
        with self.connect() as connection:
            connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")
            connection.exec_driver_sql(f"DROP OWNED BY {database.app}, {database.owner}")
            connection.exec_driver_sql(f"DROP ROLE {database.app}, {database.owner}")

    def _url(self, database: str, user: str, password: str) -> str:
        url = self.url.set(database=database, username=user, password=password)
        return url.render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    url = os.environ.get(SERVER_VARIABLE)
    if url is None:
        pytest.exit(f"{SERVER_VARIABLE} is not set: run `make test-rollout` in the repository's root.", returncode=2)
    server = Server(make_url(url))
    yield server
    server.close()


@pytest.fixture
def database(server: Server) -> Iterator[Database]:
    with server.database() as made:
        yield made
