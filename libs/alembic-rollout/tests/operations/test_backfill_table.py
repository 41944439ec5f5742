"""Interrupted backfills of earlier versions: their tables get the columns that they lack, and their positions hold."""

import logging

import pytest
from databases import Database

from alembic_rollout.operations.batches import whole_update
from operations.conftest import Killed, RunsHelpers
from operations.counters import counters, counts, increment

ROWS = 100
FIRST_SHAPE = """
    CREATE TABLE alembic_rollout_backfill (
        revision text NOT NULL, digest text NOT NULL, statement text NOT NULL,
        last_key text[], rows_seen bigint NOT NULL DEFAULT 0, rows_changed bigint NOT NULL DEFAULT 0,
        started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        moved_at timestamptz NOT NULL DEFAULT clock_timestamp(), finished_at timestamptz,
        PRIMARY KEY (revision, digest)
    )
"""
SECOND_SHAPE = FIRST_SHAPE.replace("last_key", "database oid NOT NULL, made_with text NOT NULL, last_key")
INSERT_OF_FIRST_SHAPE = (
    "INSERT INTO alembic_rollout_backfill (revision, digest, statement) VALUES ('009', 'a', 'UPDATE')"
)


def interrupted(database: Database, run: RunsHelpers, shape: str) -> None:
    """Interrupt a backfill halfway, and give its table the shape that an earlier version made."""
    with pytest.raises(Killed):
        run(lambda: increment(batch_size=10, pause=0), killed_at=36)
    assert 0 < int(str(database.scalar("SELECT sum(n) FROM counters"))) < ROWS
    database.execute("ALTER TABLE alembic_rollout_backfill RENAME TO newer")
    database.execute(shape)
    columns = "revision, digest, statement, last_key, rows_seen, rows_changed, started_at, moved_at, finished_at"
    columns += ", database, made_with" if shape == SECOND_SHAPE else ""
    database.execute(f"INSERT INTO alembic_rollout_backfill ({columns}) SELECT {columns} FROM newer")  # noqa: S608
    database.execute("DROP TABLE newer")


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("shape", [FIRST_SHAPE, SECOND_SHAPE], ids=["first", "second"])
def test_the_backfill_of_an_earlier_version_continues_where_it_stopped(
    database: Database, run: RunsHelpers, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    counters(database, ROWS)
    interrupted(database, run, shape)
    run(lambda: increment(batch_size=10, pause=0))
    assert counts(database) == [(1, ROWS)]
    assert "Continuing the backfill" in caplog.text


@pytest.mark.parametrize("shape", [FIRST_SHAPE, SECOND_SHAPE], ids=["first", "second"])
def test_it_starts_again_where_the_column_was_dropped_and_added(
    database: Database, run: RunsHelpers, shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    counters(database, ROWS)
    interrupted(database, run, shape)
    database.execute("ALTER TABLE counters DROP COLUMN n")
    database.execute("ALTER TABLE counters ADD COLUMN n int NOT NULL DEFAULT 0")
    run(lambda: increment(batch_size=10, pause=0))
    assert counts(database) == [(1, ROWS)]
    assert "it starts again" in caplog.text


@pytest.mark.parametrize("shape", [FIRST_SHAPE, SECOND_SHAPE], ids=["first", "second"])
def test_it_starts_again_where_the_table_was_dropped_and_made(database: Database, run: RunsHelpers, shape: str) -> None:
    counters(database, ROWS)
    interrupted(database, run, shape)
    database.execute("DROP TABLE counters")
    counters(database, ROWS)
    run(lambda: increment(batch_size=10, pause=0))
    assert counts(database) == [(1, ROWS)]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE counters ALTER COLUMN n SET DEFAULT 5",
        "ALTER TABLE counters ALTER COLUMN n DROP NOT NULL",
        "ALTER TABLE counters DROP COLUMN note",
        "ALTER TABLE counters ADD COLUMN other int",
        "VACUUM FULL counters",
        "VACUUM (FREEZE, ANALYZE)",
    ],
)
def test_it_continues_whatever_else_changed(database: Database, run: RunsHelpers, change: str) -> None:
    counters(database, ROWS)
    interrupted(database, run, FIRST_SHAPE)
    database.execute(change)
    run(lambda: increment(batch_size=10, pause=0))
    assert counts(database) == [(1, ROWS)]


def test_a_finished_backfill_of_an_earlier_version_is_not_run_again(database: Database, run: RunsHelpers) -> None:
    counters(database, ROWS)
    interrupted(database, run, FIRST_SHAPE)
    database.execute("UPDATE counters SET n = 1")
    database.execute("UPDATE alembic_rollout_backfill SET finished_at = now()")
    run(increment)
    assert counts(database) == [(1, ROWS)]


def test_an_earlier_version_can_still_write_to_the_table(database: Database, run: RunsHelpers) -> None:
    counters(database, ROWS)
    run(increment)
    database.execute(INSERT_OF_FIRST_SHAPE)
    assert database.scalar("SELECT count(*) FROM alembic_rollout_backfill") == 2


def test_the_digest_of_a_backfill_is_the_one_of_earlier_versions(database: Database, run: RunsHelpers) -> None:
    counters(database, ROWS)
    run(increment)
    # sha256 of the statement, a line break, and the key's columns: a changed rule would orphan every position.
    assert database.rows(
        "SELECT digest = encode(sha256(convert_to(statement || chr(10) || 'id', 'UTF8')), 'hex'), statement"
        " FROM alembic_rollout_backfill"
    ) == [(True, whole_update("public.counters", "n = n + 1", None))]
