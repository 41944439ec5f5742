"""Locks of statements outside a transaction, which are gone when the statement is: seen from a second session.

So that even a statement of a millisecond is seen, a third session holds a lock on every table when a statement that
changes the schema begins, one that lets rows be read and written. The statement asks for its first lock, has to wait,
is seen waiting, and goes on at once. What it locks after that is seen by looking again and again.
"""

import logging
import re
import threading
import time
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine.interfaces import ExceptionContext
from sqlalchemy.exc import DBAPIError

from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.rehearsal.relations import Lock, Relation, read_locks

_CHANGES_SCHEMA = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:CREATE|ALTER|DROP|REINDEX|VACUUM|ANALYZE|REFRESH|TRUNCATE|CLUSTER)\b",
    re.IGNORECASE | re.DOTALL,
)
_LOCKABLE = """
    SELECT oid::regclass::text FROM pg_class
    WHERE relkind IN ('r', 'p') AND oid = ANY (%s::oid[]) AND has_table_privilege(oid, 'UPDATE')
"""
_LONGEST_HOLD_SECONDS = 0.2
_POLL_SECONDS = 0.0002

logger = logging.getLogger(__name__)


class Sampling:
    """Watches the statements that one engine's connections run in autocommit.

    Args:
        engine: runs the revisions.
        looker: a connection in autocommit that looks at locks.
        holder: a connection in autocommit that keeps statements waiting.

    Attributes:
        pids: the sessions of the engine.
        seen: the locks that were seen since `begin`.
        count: how many statements ran outside a transaction since `begin`.
    """

    def __init__(self, engine: Engine, looker: Connection, holder: Connection) -> None:
        self.pids: set[int] = set()
        self.seen: set[Lock] = set()
        self.count = 0
        self._looker = looker
        self._holder = holder
        self._holds = False
        self._relations: Mapping[int, Relation] = {}
        self._over = threading.Event()
        self._thread: threading.Thread | None = None
        self._error: DBAPIError | None = None
        event.listen(engine, "connect", self._note_session)
        event.listen(engine, "before_cursor_execute", self._before)
        event.listen(engine, "after_cursor_execute", self._after)
        event.listen(engine, "handle_error", self._failed)

    def begin(self, relations: Mapping[int, Relation]) -> None:
        """Forget what was seen, and look at these relations from now on."""
        self.seen, self.count, self._relations = set(), 0, relations

    def end(self) -> None:
        """Stop looking, whatever became of the statement."""
        if self._thread is None:
            return
        self._over.set()
        self._thread.join()
        self._thread = None
        if self._error is not None:
            logger.warning("Not every lock outside a transaction was seen: %s", one_line(self._error))
            self._error = None

    def _note_session(self, driver: Any, _: object) -> None:  # noqa: ANN401 - the driver's connection
        self.pids.add(driver.info.backend_pid)

    def _before(self, connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if not _is_in_autocommit(connection):
            return
        self.count += 1
        if _CHANGES_SCHEMA.match(statement):
            self._over.clear()
            self._hold(self._relations.keys())
            self._thread = threading.Thread(target=self._look, name="alembic-rollout rehearse", daemon=True)
            self._thread.start()

    def _after(self, connection: Connection, *_: object) -> None:
        self.end()
        if _is_in_autocommit(connection):
            # Between a BEGIN and a COMMIT of the revision's own, locks are still there.
            self.seen |= read_locks(self._looker, self.pids, self._relations)[0]

    def _failed(self, _: ExceptionContext) -> None:
        self.end()

    def _hold(self, relations: Collection[int]) -> None:
        tables = self._holder.exec_driver_sql(_LOCKABLE, (list(relations),)).scalars().all()
        if not tables:
            return
        self._holds = True
        execute(self._holder, "BEGIN")
        try:
            # Without a wait: what the revision itself has locked, in a transaction of its own making, stays its own.
            execute(self._holder, f"LOCK TABLE {', '.join(tables)} IN SHARE UPDATE EXCLUSIVE MODE NOWAIT")
        except DBAPIError:
            self._let_go()

    def _let_go(self) -> None:
        if self._holds:
            self._holds = False
            execute(self._holder, "ROLLBACK")

    def _look(self) -> None:
        for part in (self._poll, self._let_go):
            try:
                part()
            except DBAPIError as error:  # reported by `end`, in the main thread
                self._error = error

    def _poll(self) -> None:
        deadline = time.monotonic() + _LONGEST_HOLD_SECONDS
        while not self._over.wait(_POLL_SECONDS):
            held, awaited = read_locks(self._looker, self.pids, self._relations)
            self.seen |= held | awaited
            if awaited or time.monotonic() > deadline:
                self._let_go()


def _is_in_autocommit(connection: Connection) -> bool:
    driver = connection.connection.dbapi_connection
    return driver is not None and bool(driver.autocommit)
