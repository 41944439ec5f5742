"""A table of counters, and the backfill that adds one to each."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from databases import Database
from sqlalchemy import Connection

from alembic_rollout import operations
from alembic_rollout.postgres.identifiers import for_driver

LOGGER = "alembic_rollout.operations.backfilling"


def counters(database: Database, rows: int, *, key: str = "id int PRIMARY KEY", value: str = "g") -> None:
    """A table `counters` whose n is 0 everywhere."""
    name = key.split(maxsplit=1)[0]
    database.execute(f"CREATE TABLE counters ({key}, n int NOT NULL DEFAULT 0, note text)")
    database.execute(f"INSERT INTO counters ({name}) SELECT {for_driver(value)} FROM generate_series(1, {rows}) AS g")  # noqa: S608


def counts(database: Database) -> list[tuple[object, ...]]:
    return database.rows("SELECT n, count(*) FROM counters GROUP BY n ORDER BY n")


def increment(**options: object) -> None:
    operations.backfill("counters", set_="n = n + 1", **options)  # type: ignore[arg-type] # whatever a test varies


def positions(database: Database) -> list[tuple[object, ...]]:
    return database.rows("SELECT rows_seen, rows_changed, finished_at IS NOT NULL FROM alembic_rollout_backfill")


@contextmanager
def transaction(database: Database, *statements: str) -> Iterator[Connection]:
    """A transaction that has run statements and stays open while inside."""
    with database.engine().connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
        yield connection


def batches_of(caplog: pytest.LogCaptureFixture) -> int:
    return int(next(record.batches for record in caplog.records if hasattr(record, "batches")))
