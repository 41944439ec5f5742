"""One engine a process, with a session for writes and a bare autocommit connection for hot reads.

A service that has nothing to do holds no connection: an operator's `DROP DATABASE` waits five seconds for other
sessions to end, and a pool that clings to idle ones would make it fail.
"""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from functools import partial
from select import POLLIN, poll
from typing import Annotated, Any, Final, TypeVar

from fastapi import Depends, Request
from psycopg2 import InterfaceError
from sqlalchemy import Connection, Engine, ExceptionContext, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import NullPool, QueuePool

from service_kit.background import in_background
from service_kit.database.connections_in_use import ConnectionsInUse
from service_kit.observability import statement_spans, tracing
from service_kit.settings.service_settings import ServiceSettings

CONNECT_TIMEOUT_SECONDS = 3
# PostgreSQL's DROP DATABASE waits 5 s for other sessions (CountOtherDBBackends); this stays well inside.
IDLE_SECONDS = 2.0
_LOOK_AGAIN_SECONDS = 0.25
# The server looks after a quarter of a minute whether a silent client is still there: sessions of a machine that died
# would otherwise count as a living release for two hours.
SERVER_KEEPALIVES = {"tcp_keepalives_idle": "15", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3"}
# A server that vanishes without a word is noticed after some five seconds, at the price of a packet every two.
CLIENT_KEEPALIVES = {
    "keepalives": 1,
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 5000,
}
_POOL_WAIT_SECONDS = 5
WORKER_CONNECTIONS: Final = 5
# One for /readyz, one for /metrics, one to ask whether the server is still there.
_PROBE_CONNECTIONS = 3

Result = TypeVar("Result")
_is_for_request: ContextVar[bool] = ContextVar("is_for_request", default=False)


def for_request(function: Callable[[], Result]) -> Result:
    """Run a function that an admitted request works with: it uses the connections of requests, not those of workers."""
    token = _is_for_request.set(True)
    try:
        return function()
    finally:
        _is_for_request.reset(token)


class Database:
    """Access to one PostgreSQL database.

    Requests have as many connections as there are places (`service_kit.database.admission`), and what else the process
    does has `workers` more: neither can take those of the other.

    Args:
        settings: the URL, the pool's size and the statement timeout.
        application_name: shown in `pg_stat_activity`, where a process that migrates sees that this release lives.
        options: further server settings for each connection, such as `{"hnsw.ef_search": "100"}`.
        workers: connections for what happens outside requests.

    Attributes:
        in_use: the connections that are given out at this moment.
        pool_limits: how many connections each of `pools` may have.
    """

    def __init__(
        self,
        settings: ServiceSettings,
        *,
        application_name: str,
        options: dict[str, str] | None = None,
        workers: int = WORKER_CONNECTIONS,
    ) -> None:
        server_settings = {
            "statement_timeout": str(settings.database_statement_timeout_ms),
            **SERVER_KEEPALIVES,
            **(options or {}),
        }
        create_any = partial(
            create_engine,
            settings.database_url.get_secret_value(),
            hide_parameters=True,  # an error's text goes to the log; password hashes and tokens must not
            connect_args={
                "connect_timeout": CONNECT_TIMEOUT_SECONDS,
                "application_name": application_name,
                "options": startup_options(server_settings),
                **CLIENT_KEEPALIVES,
            },
        )
        create = partial(create_any, pool_timeout=_POOL_WAIT_SECONDS)
        self.in_use = ConnectionsInUse()
        self.engine = create(pool_size=settings.database_pool_size, max_overflow=workers)
        self._worker_connections = threading.BoundedSemaphore(workers)
        self.pool_limits = {"work": settings.database_pool_size + workers, "probes": _PROBE_CONNECTIONS}
        self._unpooled = create_any(isolation_level="AUTOCOMMIT", poolclass=NullPool)
        self._probes = create(
            isolation_level="AUTOCOMMIT", pool_reset_on_return=None, pool_size=_PROBE_CONNECTIONS, max_overflow=0
        )
        self._engines = (self.engine, self._probes)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False)
        self._last_used = time.monotonic()
        for engine in self._engines:
            event.listen(engine, "checkin", self._note_use)
            event.listen(engine, "checkout", self._note_use)
            event.listen(engine, "checkout", _refuse_closed_connections)
            event.listen(engine, "handle_error", _name_unstorable_values)
            self.in_use.watch(engine)
        self.in_use.watch(self._unpooled)
        if tracing.is_wanted():
            for engine in (*self._engines, self._unpooled):
                statement_spans.watch(engine)

    def _note_use(self, *_: object) -> None:
        self._last_used = time.monotonic()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session in a transaction that commits at the end, and rolls back when an exception leaves it."""
        with self._share(), self._sessions.begin() as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a connection in autocommit, for a single statement: no BEGIN and ROLLBACK round trips."""
        with self._share(), self.engine.connect() as connection:
            # Of the driver's, which costs nothing; SQLAlchemy's isolation level took a fifth of a single-row read.
            driver: Any = connection.connection.driver_connection
            driver.autocommit = True
            try:
                yield connection
            finally:
                with suppress(InterfaceError):  # it broke
                    driver.autocommit = False

    @contextmanager
    def probing(self) -> Iterator[Connection]:
        """Open a connection in autocommit that no request can take away from probes and metrics."""
        with self._probes.connect() as connection:
            yield connection

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open a connection of its own in autocommit and close it at the end, for what is asked again and again.

        A pooled one would be in use so often that an idle service never let go of it.
        """
        with self._unpooled.connect() as connection:
            yield connection

    @contextmanager
    def _share(self) -> Iterator[None]:
        if _is_for_request.get():
            yield
            return
        if not self._worker_connections.acquire(timeout=_POOL_WAIT_SECONDS):
            raise PoolTimeoutError("Every connection for work outside requests is in use.")
        try:
            yield
        finally:
            self._worker_connections.release()

    def after_commit(self, mark: str, call: Callable[[], None]) -> None:
        """Call a function after each commit of a session whose `info` has a mark, from the thread that commits."""

        def committed(session: Session) -> None:
            if not session.in_nested_transaction() and session.info.pop(mark, False):
                call()

        event.listen(self._sessions, "after_commit", committed)

    @asynccontextmanager
    async def closing_when_idle(self) -> AsyncIterator[None]:
        """While inside, close pooled connections that were unused for `IDLE_SECONDS`; at the end, all of them."""
        try:
            async with in_background(self._watch_idleness()):
                yield
        finally:
            self.close_unused()

    async def _watch_idleness(self) -> None:
        while True:
            pause = self._last_used + IDLE_SECONDS - time.monotonic()
            if pause <= 0 and self._in_use():
                pause = _LOOK_AGAIN_SECONDS  # it may be given back at once, and DROP DATABASE waits five seconds only
            elif pause <= 0:
                self.close_unused()
                pause = IDLE_SECONDS
            await asyncio.sleep(pause)

    def _in_use(self) -> bool:
        # A pool that is disposed of forgets how many connections it has given out, and would give out more.
        return any(pool.checkedout() for pool in self.pools().values())

    def pools(self) -> dict[str, QueuePool]:
        """Return the pools: of requests and workers (`work`), and of probes and metrics (`probes`)."""
        return {"work": _queue_pool(self.engine), "probes": _queue_pool(self._probes)}

    def close_unused(self) -> None:
        """Close the connections that lie in the pools."""
        for engine in self._engines:
            engine.dispose()


def _queue_pool(engine: Engine) -> QueuePool:
    assert isinstance(engine.pool, QueuePool)  # noqa: S101 - for the type checker: as it was created above
    return engine.pool


def startup_options(server_settings: Mapping[str, str]) -> str:
    """Return libpq's `options` that make a session start with these server settings."""
    return " ".join(f"-c {name}={value}" for name, value in server_settings.items())


def _refuse_closed_connections(connection: Any, *_: object) -> None:  # noqa: ANN401 - psycopg2's connection
    # An idle connection has nothing to read, unless the server has closed it. Costs no round trip, which pre-ping does.
    socket = poll()  # not select(), which knows no descriptor above 1023
    socket.register(connection.fileno(), POLLIN)
    if socket.poll(0):
        raise DisconnectionError  # the pool takes another one (SQLAlchemy, PoolEvents.checkout)


class UnstorableValueError(Exception):
    """The driver cannot send a value: text with a NUL character or a lone surrogate."""


def _name_unstorable_values(context: ExceptionContext) -> None:
    # psycopg2 raises a bare ValueError for these, which nothing could tell from a programming error later on.
    if isinstance(context.original_exception, ValueError):
        raise UnstorableValueError from context.original_exception


async def get_database(request: Request) -> Database:
    """Return the application's database; `async` so that it costs no thread hop."""
    database: Database = request.app.state.database
    return database


DatabaseDep = Annotated[Database, Depends(get_database)]
