"""Finds sessions of a database's server, ends them, and waits until there is one to find."""

import time
from collections.abc import Callable
from typing import TypeVar

from databases import Database

_DEADLINE_SECONDS = 60.0
_POLL_SECONDS = 0.02

Answer = TypeVar("Answer")


def wait_for(ask: Callable[[], Answer | None], what: str) -> Answer:
    """Ask again and again until there is an answer.

    Args:
        ask: returns None as long as there is none.
        what: what is waited for.
    """
    deadline = time.monotonic() + _DEADLINE_SECONDS
    while (answer := ask()) is None:
        assert time.monotonic() < deadline, f"waited for {what}"
        time.sleep(_POLL_SECONDS)
    return answer


def session_that_runs(database: Database, fragment: str) -> int:
    """Wait for a session that runs a statement with this text in it; return its pid."""
    return _session(database, f"{_STATEMENTS.format(database.name, fragment)} AND state = 'active'", fragment)


def session_that_has_run(database: Database, fragment: str) -> int:
    """Wait for a session whose last statement had this text in it; return its pid."""
    return _session(database, f"{_STATEMENTS.format(database.name, fragment)} AND state LIKE 'idle%%'", fragment)


def session_that_waits_for_a_lock(database: Database, fragment: str = "") -> int:
    """Wait for a session that waits for another session's lock in a statement with this text in it; return its pid."""
    query = f"{_STATEMENTS.format(database.name, fragment)} AND wait_event_type = 'Lock'"
    return _session(database, query, "a session that waits for a lock")


def run_lock_holder(database: Database) -> int:
    """Wait for a session that holds the run lock; return its pid."""
    return _session(database, _RUN_LOCKS.format(database.name), "a session that holds the run lock")


def run_lock_is_free(database: Database) -> bool:
    """Whether nobody holds the run lock."""
    return _pids(database, _RUN_LOCKS.format(database.name)) == []


def terminate(database: Database, pid: int) -> None:
    """End a session from the server's side."""
    with database.connect(database.superuser_url) as connection:
        connection.exec_driver_sql("SELECT pg_terminate_backend(%s)", (pid,))


# A question that was asked before has the text in it too, and its session may be there still.
_STATEMENTS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = '{}' AND query NOT LIKE '%%pg_stat_activity%%'"
    " AND query LIKE '%%{}%%'"
)
_RUN_LOCKS = (
    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
    " AND database = (SELECT oid FROM pg_database WHERE datname = '{}')"
)


def _session(database: Database, query: str, what: str) -> int:
    return wait_for(lambda: next(iter(_pids(database, query)), None), what)


def _pids(database: Database, query: str) -> list[int]:
    with database.connect(database.superuser_url) as connection:
        return list(connection.exec_driver_sql(query).scalars())
