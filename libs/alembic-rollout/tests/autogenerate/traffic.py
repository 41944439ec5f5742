"""Readers and writers beside an upgrade: a statement that waits longer than a migration may, fails."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psycopg
from databases import Database
from psycopg import errors
from sqlalchemy import make_url

LOCK_TIMEOUT = "2s"
"""What a migration waits for a lock at most, and so keeps others waiting."""
_PAUSE_SECONDS = 0.02  # a hundredth of what is too long


@contextmanager
def traffic(database: Database, tables: Sequence[str]) -> Iterator[list[str]]:
    """Read and write tables until the end of the block.

    Args:
        database: where they are.
        tables: their names; one that is gone is left alone.

    Yields:
        The statements that waited too long, each with its error.
    """
    waited: list[str] = []
    end = threading.Event()
    statements = [
        [f"SELECT count(*) FROM {table}" for table in tables],  # noqa: S608 - names of the tests
        [f"UPDATE {table} SET id = id WHERE id = {number + 1}" for number, table in enumerate(tables)],  # noqa: S608 - names of the tests
    ]
    threads = [threading.Thread(target=_repeat, args=(database, one, end, waited)) for one in statements if tables]
    for thread in threads:
        thread.start()
    try:
        yield waited
    finally:
        end.set()
        for thread in threads:
            thread.join()


def _repeat(database: Database, statements: Sequence[str], end: threading.Event, waited: list[str]) -> None:
    url = make_url(database.app_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True, options=f"-c lock_timeout={LOCK_TIMEOUT}") as connection:
        while not end.is_set():
            for statement in statements:
                try:
                    connection.execute(statement.encode())
                except (errors.UndefinedTable, errors.UndefinedColumn):
                    continue
                except psycopg.Error as error:
                    waited.append(f"{statement}: {error}")
                    return
            end.wait(_PAUSE_SECONDS)
