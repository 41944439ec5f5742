"""Watches the session that migrates, from a second connection: which sessions block it, and if this process is to end.

The main thread sits inside the driver while a statement runs, where Python runs no signal handler. A wake-up descriptor
tells this thread of a signal at once; it cancels the statement, and the handler runs when the driver returns.
"""

import contextlib
import logging
import os
import select
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from alembic_rollout.postgres.blockers import Blocker, blockers_of
from alembic_rollout.postgres.run_lock import RunLock

_POLL_SECONDS = 0.25
_LOOKS_BEFORE_A_LIMIT = 4
"""How often the session is read, at least, before it gives up waiting, so that the message can name what blocks it."""
_SHORTEST_POLL_SECONDS = 0.01
_SAY_AGAIN_SECONDS = 10.0

logger = logging.getLogger(__name__)


class LockWatch:
    """A thread beside the migration.

    Args:
        lock: of the run; its connection is what looks.
        lock_timeout: how long a statement waits for a lock, seconds; 0 is for ever.

    Attributes:
        blockers: the sessions that were last seen blocking the present attempt.
    """

    def __init__(self, lock: RunLock, lock_timeout: float) -> None:
        self.blockers: list[Blocker] = []
        often = max(lock_timeout / _LOOKS_BEFORE_A_LIMIT, _SHORTEST_POLL_SECONDS)
        self._poll_seconds = min(often, _POLL_SECONDS) if lock_timeout else _POLL_SECONDS
        self._lock = lock
        self._driver: Any = None
        self._driver_error: type[Exception] = Exception
        self._pid = 0
        self._said_at = 0.0
        self._ended = threading.Event()
        self._interrupted = False
        self._signals, self._wakeup = os.pipe()
        for descriptor in (self._signals, self._wakeup):
            os.set_blocking(descriptor, False)
        self._thread = threading.Thread(target=self._run, name="alembic-rollout watch", daemon=True)

    def attend(self, connection: Connection) -> None:
        """Watch the session of this connection from now on."""
        self._driver = connection.connection.dbapi_connection
        self._driver_error = connection.dialect.loaded_dbapi.Error
        self.blockers = []
        self._said_at = time.monotonic()
        self._pid = self._driver.info.backend_pid

    def leave(self) -> None:
        """Watch no session."""
        self._driver, self._pid = None, 0

    @contextmanager
    def running(self) -> Iterator["LockWatch"]:
        """Run the thread while inside."""
        self._thread.start()
        try:
            with self._told_of_signals():
                yield self
        finally:
            self._ended.set()
            os.write(self._wakeup, b"\0")
            self._thread.join()
            os.close(self._signals)
            os.close(self._wakeup)

    @contextmanager
    def _told_of_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield  # a program that migrates from a thread has its own idea of signals
            return
        former = signal.set_wakeup_fd(self._wakeup, warn_on_full_buffer=False)
        try:
            yield
        finally:
            signal.set_wakeup_fd(former)

    def _run(self) -> None:
        while not self._ended.is_set():
            ready, _, _ = select.select([self._signals], [], [], self._poll_seconds)
            if ready and {signal.SIGINT, signal.SIGTERM} & set(os.read(self._signals, 4096)):
                self._interrupted = True
            if self._interrupted:
                # Again and again: the first request may arrive just before the statement does.
                self._cancel()
            elif self._pid:
                self._look()

    def _cancel(self) -> None:
        driver = self._driver
        if driver is not None:
            with contextlib.suppress(self._driver_error):  # the connection is gone; its user finds out
                driver.cancel()

    def _look(self) -> None:
        pid = self._pid
        try:
            with self._lock.connection() as connection:
                blockers = blockers_of(connection, pid)
        except SQLAlchemyError:
            return  # the lock's connection is gone: `RunLock.ensure_held` says so before anything is committed
        if not blockers or pid != self._pid:
            return
        self.blockers = blockers
        if time.monotonic() - self._said_at > _SAY_AGAIN_SECONDS:
            self._said_at = time.monotonic()
            logger.info("Waiting for a lock behind %s", "; ".join(map(str, blockers)))
