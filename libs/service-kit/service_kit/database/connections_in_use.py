"""The connections that are given out by the pools, and a way to end them from another thread.

A thread that waits for PostgreSQL's answer waits in libpq, where nothing in Python reaches it. Shutting its socket
down does: libpq sees the connection's end, and the thread goes on with an error.
"""

import os
import socket
import threading
import time
from contextlib import suppress
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

_KEY = "service_kit.line"


class _Line:
    """The socket of one connection.

    Args:
        descriptor: libpq's own, of which a copy is kept: libpq may close its own at any time, and another socket
            could get the number.
    """

    def __init__(self, descriptor: int) -> None:
        self.since = 0.0
        self._socket: socket.socket | None = socket.socket(fileno=os.dup(descriptor))
        self._lock = threading.Lock()

    def __del__(self) -> None:
        # A pool that is dropped without being disposed of announces no end of its connections.
        self.close()

    def shut_down(self) -> None:
        with self._lock, suppress(OSError):  # it may have ended already
            if self._socket is not None:
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        with self._lock:
            if self._socket is not None:
                self._socket.close()
                self._socket = None


class ConnectionsInUse:
    """Knows which connections are given out, and since when."""

    def __init__(self) -> None:
        self._lines: set[_Line] = set()

    def watch(self, engine: Engine) -> None:
        """Follow the connections of an engine's pool."""
        event.listen(engine, "connect", self._connected)
        event.listen(engine, "checkout", self._given_out)
        event.listen(engine, "checkin", self._returned)
        event.listen(engine, "close", self._closed)

    def longest_seconds(self) -> float:
        """Return for how long the connection that was given out first has been in use; 0 when none is."""
        started = [line.since for line in tuple(self._lines)]
        return time.monotonic() - min(started) if started else 0.0

    def end(self, *, used_for: float) -> int:
        """End the connections that have been in use for so many seconds; a request that waits on one gets an error.

        Returns:
            How many there were.
        """
        latest = time.monotonic() - used_for
        old = [line for line in tuple(self._lines) if line.since <= latest]
        for line in old:
            line.shut_down()
        return len(old)

    def _connected(self, connection: Any, entry: ConnectionPoolEntry) -> None:  # noqa: ANN401 - psycopg2's connection
        entry.info[_KEY] = _Line(connection.fileno())

    def _given_out(self, _: object, entry: ConnectionPoolEntry, __: object) -> None:
        line: _Line = entry.info[_KEY]
        line.since = time.monotonic()
        self._lines.add(line)

    def _returned(self, _: object, entry: ConnectionPoolEntry) -> None:
        line: _Line | None = entry.info.get(_KEY)  # None once the connection was closed
        if line is not None:
            self._lines.discard(line)

    def _closed(self, _: object, entry: ConnectionPoolEntry) -> None:
        line: _Line | None = entry.info.pop(_KEY, None)
        if line is not None:
            self._lines.discard(line)
            line.close()
