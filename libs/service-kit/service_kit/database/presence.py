"""Shows in `pg_stat_activity` that this release lives, also while it has nothing to do.

A migration has to know which releases are alive, and a service that has nothing to do holds no connection to its own
database, so that the database can be dropped. So each process keeps one small connection to `postgres`, a database
that is always there and is not dropped, and asks nothing of it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg2
import structlog
from psycopg2.extensions import connection as DriverConnection  # noqa: N812 - a class with a small letter
from sqlalchemy import make_url

from service_kit.background import in_background
from service_kit.database.sessions import CLIENT_KEEPALIVES, CONNECT_TIMEOUT_SECONDS, SERVER_KEEPALIVES, startup_options
from service_kit.settings.service_settings import ServiceSettings

PRESENCE_DATABASE = "postgres"
RECONNECT_SECONDS = 5.0
"""A connection that was lost is there again so long after the server is."""

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 1.0  # with CONNECT_TIMEOUT_SECONDS for an attempt, this stays inside RECONNECT_SECONDS

logger = structlog.get_logger(__name__)


class Presence:
    """One connection of this process that carries the release's name.

    Args:
        settings: where the service's database is, and as whom.
        application_name: shown in `pg_stat_activity`.
    """

    def __init__(self, settings: ServiceSettings, *, application_name: str) -> None:
        url = make_url(settings.database_url.get_secret_value())
        # Through a pooler in transaction mode, a client that asks nothing has no session that could be seen.
        url = url.set(host=settings.db_session_host or url.host, port=settings.db_session_port or url.port)
        _, self._own_database = url.get_dialect()().create_connect_args(url)
        self._application_name = application_name
        self._connection: DriverConnection | None = None
        self._is_missed = False
        self._said_that_it_is_in_the_way = False

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Connect, and stay connected while inside; a server that does not answer does not delay the start."""
        await self._connect()
        try:
            async with in_background(self._keep()):
                yield
        finally:
            self._close()

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            if self._connection is None:
                await asyncio.sleep(pause)
                pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            else:
                pause = _FIRST_PAUSE_SECONDS
                await _readable(self._connection)
                if await asyncio.to_thread(_answers, self._connection):
                    continue  # it was only a notice, such as that of a setting that was changed
                self._close()
            await self._connect()

    async def _connect(self) -> None:
        try:
            self._connection = await asyncio.to_thread(self._open)
        except psycopg2.Error as error:
            if not self._is_missed:
                logger.warning(
                    "presence_missing",
                    reason=_one_line(error),
                    meaning="until it is restored, a process that migrates cannot see that this release lives",
                )
            self._is_missed = True
        else:
            if self._is_missed:
                logger.info("presence_restored")
            self._is_missed = False

    def _open(self) -> DriverConnection:
        try:
            return self._open_in(PRESENCE_DATABASE)
        except psycopg2.OperationalError as error:
            if not _is_closed_to_us(error):
                raise
            connection = self._open_in(self._own_database["dbname"])
            self._say_that_it_is_in_the_way(error)
            return connection

    def _open_in(self, database: str) -> DriverConnection:
        arguments: dict[str, Any] = {
            **self._own_database,
            **CLIENT_KEEPALIVES,
            "dbname": database,
            "application_name": self._application_name,
            "connect_timeout": CONNECT_TIMEOUT_SECONDS,
            "options": startup_options(SERVER_KEEPALIVES),
        }
        connection: DriverConnection = psycopg2.connect(**arguments)
        connection.autocommit = True
        return connection

    def _say_that_it_is_in_the_way(self, error: psycopg2.Error) -> None:
        if self._said_that_it_is_in_the_way:
            return
        self._said_that_it_is_in_the_way = True
        logger.warning(
            "presence_in_own_database",
            reason=_one_line(error),
            meaning=f"DROP DATABASE {self._own_database['dbname']} fails while this service runs, unless WITH (FORCE)",
            remedy=(
                f"add to pg_hba.conf: host {PRESENCE_DATABASE} {self._own_database.get('user')} all scram-sha-256;"
                " then SELECT pg_reload_conf(), and start this service again"
            ),
        )

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


async def _readable(connection: DriverConnection) -> None:
    """Wait until there is something to read from the server: a notice, or the connection's end."""
    loop = asyncio.get_running_loop()
    readable = asyncio.Event()
    loop.add_reader(connection.fileno(), readable.set)
    try:
        await readable.wait()
    finally:
        loop.remove_reader(connection.fileno())


def _answers(connection: DriverConnection) -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except psycopg2.Error:
        return False
    return True


def _is_closed_to_us(error: psycopg2.OperationalError) -> bool:
    # libpq reports a refused login as text only: no line in pg_hba.conf, no right to connect, no such database.
    reason = str(error)
    return "pg_hba.conf" in reason or f'database "{PRESENCE_DATABASE}"' in reason


def _one_line(error: psycopg2.Error) -> str:
    return " ".join(str(error).split())
