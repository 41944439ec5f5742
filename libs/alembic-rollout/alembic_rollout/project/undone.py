"""Asks PostgreSQL what it would make of something, and leaves no trace of the question."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection


@contextmanager
def undone(connection: Connection, mark: str) -> Iterator[None]:
    """Undo what happens inside, an error included; the caller's transaction goes on.

    Args:
        connection: in autocommit or in a transaction.
        mark: name of the savepoint.
    """
    driver: Any = connection.connection.dbapi_connection
    begin, undo = ("BEGIN", "ROLLBACK") if driver.autocommit else (f"SAVEPOINT {mark}", f"ROLLBACK TO SAVEPOINT {mark}")
    connection.exec_driver_sql(begin)
    try:
        yield
    finally:
        if not connection.invalidated:
            connection.exec_driver_sql(undo)
