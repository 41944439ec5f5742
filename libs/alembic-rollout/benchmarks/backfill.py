"""`operations.backfill` against one UPDATE: time, and how long rows stay locked.

Run it with `TEST_POSTGRES_URL` set: `.venv/bin/python benchmarks/backfill.py`. Both ways fill a new column of a table
of 1,000,000 rows, in turns, each on a fresh copy; the key is a random uuid, so that a batch's rows lie everywhere.
A row lock lasts at most as long as the transaction that takes it, and that is what is measured: for a batch from its
BEGIN to its COMMIT, for the one UPDATE all of it.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from databases import new_database
from sqlalchemy import Connection, Engine, create_engine, event, pool

from alembic_rollout import operations

ROWS = 1_000_000
ROUNDS = 3
LIMIT_RATIO = 2.0
LIMIT_LOCK_SECONDS = 0.5

# This file stands for the revision that it measures.
revision = "001"
down_revision = None


def upgrade() -> None:
    """Fill the column as a revision does."""
    operations.backfill("people", set_="given_name = first_name", where="given_name IS NULL")


def measure(rows: int = ROWS, rounds: int = ROUNDS) -> dict[str, float]:
    """Run both ways in turns.

    Args:
        rows: how many the table has.
        rounds: how often each way runs.

    Returns:
        Medians in seconds (`update_s`, `backfill_s`), their `ratio`, and the longest transaction of any round that held
        row locks (`longest_lock_s`), beside the number of `rows` and `batches`.
    """
    updates, backfills, locks, batches = [], [], [], 0
    with _database() as engine:
        with engine.connect() as connection:
            _create_source(connection, rows)
        for _ in range(rounds):
            updates.append(_timed(engine, _one_update)[0])
            seconds, held = _timed(engine, _backfill)
            backfills.append(seconds)
            locks.append(max(held))
            batches = len(held)
    return {
        "rows": rows,
        "update_s": median(updates),
        "backfill_s": median(backfills),
        "ratio": median(backfills) / median(updates),
        "longest_lock_s": max(locks),
        "batches": batches,
    }


@contextmanager
def _database() -> Iterator[Engine]:
    with new_database() as url:
        yield create_engine(url, poolclass=pool.NullPool, isolation_level="AUTOCOMMIT")


def _create_source(connection: Connection, rows: int) -> None:
    connection.exec_driver_sql(
        "CREATE TABLE source (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text NOT NULL UNIQUE,"
        " first_name text NOT NULL, bio text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(), given_name text)"
    )
    connection.exec_driver_sql(
        "INSERT INTO source (email, first_name, bio)"
        " SELECT 'person' || n || '@example.com', 'Name ' || n %% 5000, repeat('x', 50 + n %% 100)"
        " FROM generate_series(1, %s) AS n",
        (rows,),
    )


def _timed(engine: Engine, way: Callable[[Engine], list[float]]) -> tuple[float, list[float]]:
    """Run a way on a fresh copy; return its time, and those of its transactions."""
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP TABLE IF EXISTS people, alembic_rollout_backfill")
        connection.exec_driver_sql("CREATE TABLE people (LIKE source INCLUDING ALL)")
        connection.exec_driver_sql("INSERT INTO people SELECT * FROM source")
        connection.exec_driver_sql("VACUUM ANALYZE people")
        connection.exec_driver_sql("CHECKPOINT")
        started = time.perf_counter()
        held = way(engine)
        seconds = time.perf_counter() - started
        left = connection.exec_driver_sql("SELECT count(*) FROM people WHERE given_name IS NULL").scalar_one()
        if left:
            raise RuntimeError(f"{left} rows were left out.")
    return seconds, held


def _one_update(engine: Engine) -> list[float]:
    with engine.connect() as connection:
        started = time.perf_counter()
        connection.exec_driver_sql("UPDATE people SET given_name = first_name WHERE given_name IS NULL")
        return [time.perf_counter() - started]


def _backfill(engine: Engine) -> list[float]:
    held: list[float] = []
    with engine.execution_options(isolation_level="READ COMMITTED").connect() as connection:
        _observe(connection, held)
        context = MigrationContext.configure(connection)
        with Operations.context(context), context.begin_transaction():
            upgrade()
    return held


def _observe(connection: Connection, held: list[float]) -> None:
    begun = 0.0

    @event.listens_for(connection, "before_cursor_execute")
    def before(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401 - the driver's
        nonlocal begun
        if statement.startswith("BEGIN"):
            begun = time.perf_counter()

    @event.listens_for(connection, "after_cursor_execute")
    def after(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:  # noqa: ANN401
        if statement == "COMMIT":
            held.append(time.perf_counter() - begun)


def main() -> None:
    """Print a line for each result."""
    # ruff: noqa: T201
    found = measure()
    print(f"one UPDATE of {found['rows']:,} rows: {found['update_s']:.2f} s (all rows locked until its end)")
    print(f"operations.backfill: {found['backfill_s']:.2f} s in {found['batches']:.0f} batches")
    print(f"ratio: {found['ratio']:.2f} (target: at most {LIMIT_RATIO})")
    print(f"longest row lock: {found['longest_lock_s']:.3f} s (target: under {LIMIT_LOCK_SECONDS})")


if __name__ == "__main__":
    main()
