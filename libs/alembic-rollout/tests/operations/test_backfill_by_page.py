"""Backfills that fill a column where it is NULL read the table page by page, and lose no row that moves meanwhile."""

import logging
import random
import threading

import pytest
from databases import Database

from alembic_rollout import operations
from operations.conftest import Killed, RunsHelpers
from operations.counters import LOGGER

ROWS = 600


def people(database: Database, rows: int = ROWS, *, fillfactor: int = 100) -> None:
    """A table with random keys whose `copy` is to be filled from `name`; `updates` counts each row's updates."""
    database.execute(
        f"CREATE TABLE people (id uuid DEFAULT gen_random_uuid() PRIMARY KEY, n serial, name text, copy text,"
        f" note text, updates int NOT NULL DEFAULT 0) WITH (fillfactor = {fillfactor}, autovacuum_enabled = off)"
    )
    database.execute(f"INSERT INTO people (name) SELECT 'name ' || g FROM generate_series(1, {rows}) AS g")  # noqa: S608
    database.execute(
        """
        CREATE FUNCTION count_updates() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN NEW.updates := OLD.updates + 1; RETURN NEW; END $$
        """
    )
    database.execute(
        "CREATE TRIGGER count_updates BEFORE UPDATE OF copy ON people FOR EACH ROW EXECUTE FUNCTION count_updates()"
    )


def fill(**options: object) -> None:
    options = {"set_": "copy = name", "where": "copy IS NULL", "batch_size": 20, "pause": 0} | options
    operations.backfill("people", **options)  # type: ignore[arg-type] # whatever a test varies


def last_ctid(database: Database) -> object:
    return database.scalar("SELECT last_ctid FROM alembic_rollout_backfill")


def not_filled(database: Database) -> object:
    return database.scalar("SELECT count(*) FROM people WHERE copy IS DISTINCT FROM name")


def fill_half(database: Database, run: RunsHelpers) -> None:
    """Fill a part of the rows, then end as a killed process does."""
    with pytest.raises(Killed):
        run(fill, killed_at=40)
    assert 0 < int(str(not_filled(database))) < ROWS


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("where", ["copy IS NULL", "copy IS DISTINCT FROM name"])
def test_every_row_is_filled_by_one_update(database: Database, run: RunsHelpers, where: str) -> None:
    people(database)
    run(lambda: fill(where=where))
    assert not_filled(database) == 0
    assert database.rows("SELECT DISTINCT updates FROM people") == [(1,)]
    assert last_ctid(database) is not None


def test_rows_that_stay_null_are_not_updated_again_and_again(database: Database, run: RunsHelpers) -> None:
    people(database, 6000)
    database.execute("UPDATE people SET name = NULL WHERE n > 3000")
    database.execute("VACUUM FULL people")
    with pytest.raises(Killed):
        run(fill, killed_at=60)
    run(fill)
    assert not_filled(database) == 0
    assert database.rows("SELECT DISTINCT updates FROM people WHERE name IS NOT NULL") == [(1,)]
    # Those that moved to the last page, which had room, are read there again.
    assert database.scalar("SELECT count(*) FROM people WHERE updates <> 1") in range(200)


def test_only_rows_of_the_whole_condition_are_filled(database: Database, run: RunsHelpers) -> None:
    people(database)
    run(lambda: fill(where="n > 500 AND copy IS NULL"))
    assert database.scalar("SELECT count(*) FROM people WHERE copy IS NOT NULL") == ROWS - 500
    assert last_ctid(database) is not None


def test_killed_before_any_of_its_statements_it_updates_every_row_once(database: Database, run: RunsHelpers) -> None:
    people(database, 60)
    statements = run(fill)
    assert statements > 20
    for number in range(1, statements + 1):
        database.execute("UPDATE people SET copy = NULL")
        database.execute("UPDATE people SET updates = 0")
        database.execute("DROP TABLE IF EXISTS alembic_rollout_backfill")
        with pytest.raises(Killed):
            run(fill, killed_at=number)
        run(fill)
        assert not_filled(database) == 0, number
        assert database.rows("SELECT DISTINCT updates FROM people") == [(1,)], number


@pytest.mark.usefixtures("driver")
def test_rows_that_moved_to_pages_that_were_read_are_filled(
    database: Database, run: RunsHelpers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    people(database)
    fill_half(database, run)
    database.execute("VACUUM people")  # makes room where the filled rows were
    database.execute("UPDATE people SET note = repeat('x', 20) WHERE copy IS NULL")
    moved = "SELECT count(*) FROM people, alembic_rollout_backfill WHERE copy IS NULL AND people.ctid <= last_ctid::tid"
    assert int(str(database.scalar(moved))) > 0
    run(fill)
    assert not_filled(database) == 0
    assert database.rows("SELECT DISTINCT updates FROM people") == [(1,)]


def test_a_value_of_null_is_filled_in_too_where_rows_moved(database: Database, run: RunsHelpers) -> None:
    people(database)
    database.execute("UPDATE people SET copy = 'old'")
    database.execute("UPDATE people SET name = NULL WHERE n > 300")
    database.execute("VACUUM FULL people")
    upgrade = lambda: fill(where="copy IS DISTINCT FROM name")  # noqa: E731
    with pytest.raises(Killed):
        run(upgrade, killed_at=40)
    database.execute("VACUUM people")
    database.execute("UPDATE people SET note = repeat('x', 20) WHERE copy IS DISTINCT FROM name")
    run(upgrade)
    assert not_filled(database) == 0


def test_a_table_that_was_rewritten_meanwhile_is_filled(database: Database, run: RunsHelpers) -> None:
    people(database)
    fill_half(database, run)
    database.execute("CLUSTER people USING people_pkey")
    run(fill)
    assert not_filled(database) == 0
    assert database.rows("SELECT DISTINCT updates FROM people") == [(1,)]


def test_more_moved_rows_than_are_kept_in_memory_are_filled_by_their_key(
    database: Database, run: RunsHelpers, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    monkeypatch.setattr("alembic_rollout.operations.backfilling._MOST_MOVED_ROWS", 10)
    people(database)
    fill_half(database, run)
    database.execute("CLUSTER people USING people_pkey")
    run(fill)
    assert not_filled(database) == 0
    assert "continuing in the order of the key" in caplog.text
    assert last_ctid(database) is None


@pytest.mark.parametrize("seed", range(3))
def test_rows_that_move_at_random_while_it_runs_are_all_filled(database: Database, run: RunsHelpers, seed: int) -> None:
    rows = 20_000
    people(database, rows, fillfactor=60)
    done = threading.Event()
    moved: list[int] = []

    def move_rows(chance: random.Random) -> None:
        count = 0
        with database.connect() as connection:
            while not done.is_set():
                start = chance.randrange(rows)
                count += connection.exec_driver_sql(
                    "UPDATE people SET note = repeat('x', %s) WHERE n BETWEEN %s AND %s",
                    (chance.randrange(120), start, start + 15),
                ).rowcount
        moved.append(count)

    def make_room() -> None:
        with database.connect() as connection:
            while not done.is_set():
                connection.exec_driver_sql("VACUUM (INDEX_CLEANUP ON) people")

    database.execute("CREATE INDEX ON people (n)")
    others = [threading.Thread(target=move_rows, args=(random.Random(seed + n),)) for n in range(2)]  # noqa: S311
    others.append(threading.Thread(target=make_room))
    for other in others:
        other.start()
    try:
        run(lambda: fill(batch_size=300, pause=0.01))
    finally:
        done.set()
        for other in others:
            other.join()
    assert sum(moved) > 100
    assert not_filled(database) == 0
    assert database.rows("SELECT DISTINCT updates FROM people") == [(1,)]


def test_rows_that_are_inserted_while_it_runs_do_not_keep_it_running(database: Database, run: RunsHelpers) -> None:
    people(database)
    database.execute(
        """
        CREATE FUNCTION insert_another() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO people (name) VALUES ('new'); RETURN NULL; END $$
        """
    )
    database.execute(
        "CREATE TRIGGER insert_another AFTER UPDATE ON people FOR EACH ROW EXECUTE FUNCTION insert_another()"
    )
    run(fill)
    assert database.scalar("SELECT count(*) FROM people WHERE copy IS NULL AND name <> 'new'") == 0


def test_pages_are_read_once_however_the_keys_are_ordered(database: Database, run: RunsHelpers) -> None:
    people(database, 5000)
    database.execute("VACUUM ANALYZE people")
    before = database.rows("SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 'people'")
    run(fill)
    database.execute("SELECT pg_stat_force_next_flush()")
    after = database.rows("SELECT seq_scan, idx_scan FROM pg_stat_user_tables WHERE relname = 'people'")
    assert after == before


@pytest.mark.parametrize(
    "create",
    [
        "CREATE TABLE people (id int PRIMARY KEY, name text, copy text) PARTITION BY HASH (id)",
        "CREATE TABLE people (id int PRIMARY KEY, name text, copy text)",
    ],
)
def test_a_table_of_several_heaps_is_read_by_its_key(database: Database, run: RunsHelpers, create: str) -> None:
    database.execute(create)
    if "PARTITION" in create:
        for part in range(2):
            database.execute(
                f"CREATE TABLE people_{part} PARTITION OF people FOR VALUES WITH (MODULUS 2, REMAINDER {part})"
            )
    else:
        database.execute("CREATE TABLE heirs (PRIMARY KEY (id)) INHERITS (people)")
        database.execute("INSERT INTO heirs SELECT g, 'heir ' || g FROM generate_series(1001, 1200) AS g")
    database.execute("INSERT INTO people SELECT g, 'name ' || g FROM generate_series(1, 300) AS g")
    run(fill)
    assert not_filled(database) == 0
    assert last_ctid(database) is None
