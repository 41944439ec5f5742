"""Session advisory lock that lets one process migrate a database at a time.

Polls instead of waiting inside PostgreSQL: a session that blocks on pg_advisory_lock holds a snapshot, and
CREATE INDEX CONCURRENTLY waits for it for ever.
"""

import hashlib
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic_rollout.errors import RolloutError, RunLockError
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.pooler import refuse_transaction_pooling
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.postgres.waiting import Pauses, looks
from alembic_rollout.wording.durations import format_duration

_PAUSES = Pauses(first=0.025, longest=2.0, jitter=True)

# A bigint key is shown in pg_locks in two halves, with objsubid 1
# (https://www.postgresql.org/docs/current/view-pg-locks.html).
_HOLDER = """
    SELECT a.pid, a.application_name, host(a.client_addr),
           extract(epoch FROM clock_timestamp() - a.backend_start)::float8
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
      AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (l.classid::bigint << 32 | l.objid::bigint) = %s
"""

logger = logging.getLogger(__name__)


class RunLock:
    """The lock while it is held, and the connection that holds it: usable by several threads, one at a time.

    Attributes:
        waited_ms: how long another process was waited for, milliseconds.
    """

    def __init__(self, connection: Connection, waited_ms: int) -> None:
        self.waited_ms = waited_ms
        self._connection = connection
        self._turn = threading.RLock()

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Use the connection: in autocommit, so that what is written is there whatever becomes of a revision."""
        with self._turn:
            yield self._connection

    def ensure_held(self) -> None:
        """Make sure that the session which holds the lock is still there.

        Raises:
            RolloutError: it is not; another process may have begun to migrate.
        """
        try:
            with self.connection() as connection:
                connection.exec_driver_sql("SELECT 1")
        except SQLAlchemyError as error:
            # Not a driver's error where it was noticed before: SQLAlchemy then refuses to use the connection.
            reason = one_line(error) if isinstance(error, DBAPIError) else "its session has ended"
            raise RolloutError(f"The run lock was lost with its connection: {reason}") from None


def lock_key(database: str, version_table: VersionTable) -> int:
    """Return the advisory lock's key: a signed 64-bit number made of the database's and the version table's names."""
    name = "\0".join(("alembic-rollout", database, version_table.schema or "", version_table.name))
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "big", signed=True)


@contextmanager
def run_lock(engine: Engine, version_table: VersionTable, *, seconds: float) -> Iterator[RunLock]:
    """Hold the run lock of a database.

    Args:
        engine: how to connect.
        version_table: of the tree that migrates it; two trees in one database have a lock each.
        seconds: how long another process that migrates is waited for.

    Raises:
        RunLockError: another process held it for too long; the line says which.
        UsageError: a connection pooler in transaction mode is in between.
    """
    connecting = engine.execution_options(isolation_level="AUTOCOMMIT")
    with connecting.connect() as connection:
        refuse_transaction_pooling(connection, connecting)
        name = str(connection.engine.url.database)
        key = lock_key(name, version_table)
        yield RunLock(connection, _acquire(connection, key, seconds=seconds))
        # The lock goes with the session, which ends here; a pooler in session mode would keep the session.
        if not connection.invalidated:
            connection.exec_driver_sql("SELECT pg_advisory_unlock(%s)", (key,))


def _acquire(connection: Connection, key: int, *, seconds: float) -> int:
    waited = 0.0
    for look in looks(seconds, _PAUSES, report_after=1.0):  # a short wait is not worth a line
        waited = look.waited
        if connection.exec_driver_sql("SELECT pg_try_advisory_lock(%s)", (key,)).scalar_one():
            return round(waited * 1000)
        if look.is_report_due:
            logger.info("Waiting for another process that migrates: %s", _holder(connection, key))
    raise RunLockError(
        f"Another process has been migrating for {format_duration(waited)} (ROLLOUT_RUN_LOCK_WAIT):"
        f" {_holder(connection, key)}."
    )


def lock_holder(connection: Connection, key: int) -> str | None:
    """Return a description of the session that holds a run lock, or None. What this role may not know is left out."""
    row = connection.exec_driver_sql(_HOLDER, (key,)).first()
    if row is None:
        return None
    pid, name, address, seconds = row
    origin = f" from {address}" if address else ""
    since = f", for {format_duration(seconds)}" if seconds is not None else ""
    return f"{name} (pid {pid}{origin}{since})"


def _holder(connection: Connection, key: int) -> str:
    return lock_holder(connection, key) or "it has just ended"
