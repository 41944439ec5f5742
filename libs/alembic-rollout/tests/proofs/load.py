"""Requests of an application: many connections that read and write one table, and how long each of them took."""

import itertools
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from databases import Database
from sqlalchemy.exc import DBAPIError

CONNECTIONS = 32
ROWS = 1000
_PAUSE_SECONDS = 0.05
_START_SECONDS = 60


@dataclass
class Load:
    """What the requests came to.

    Attributes:
        seconds: how long each took.
        failures: what each that failed said.
    """

    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    @property
    def slowest(self) -> float:
        return max(self.seconds)


@contextmanager
def load(database: Database) -> Iterator[Load]:
    """Read and write the table `items` over 32 connections as long as the block lasts."""
    measured = Load()
    over = threading.Event()
    threads = [
        threading.Thread(target=_requests, args=(database, measured, over, number)) for number in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    _wait_for_requests(measured, CONNECTIONS)
    try:
        yield measured
    finally:
        over.set()
        for thread in threads:
            thread.join()


def _wait_for_requests(measured: Load, count: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while len(measured.seconds) <= count:
        assert time.monotonic() < deadline, f"{len(measured.seconds)} requests in {_START_SECONDS} s"
        time.sleep(_PAUSE_SECONDS)


def _requests(database: Database, measured: Load, over: threading.Event, number: int) -> None:
    statements = itertools.cycle(
        ("SELECT id, requests FROM items WHERE id = %s", "UPDATE items SET requests = requests + 1 WHERE id = %s")
    )
    with database.connect(database.app_url) as connection:
        while not over.wait(_PAUSE_SECONDS):
            started = time.monotonic()
            try:
                connection.exec_driver_sql(next(statements), (number * (ROWS // CONNECTIONS) + 1,))
            except DBAPIError as error:
                measured.failures.append(str(error))
            measured.seconds.append(time.monotonic() - started)


@contextmanager
def idle_transaction(database: Database, *, seconds: float) -> Iterator[int]:
    """A session `reporting` that has read the table and leaves its transaction open for so long; yields its pid."""
    engine = database.engine(f"{database.app_url}?application_name=reporting")
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT count(*) FROM items")
        pid = int(connection.exec_driver_sql("SELECT pg_backend_pid() FROM items LIMIT 1").scalar_one())
        end = threading.Timer(seconds, connection.rollback)
        end.start()
        try:
            yield pid
        finally:
            end.cancel()
            end.join()
