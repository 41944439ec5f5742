import logging
import threading
import time

import pytest
from databases import Database
from sqlalchemy.exc import DBAPIError

from alembic_rollout import operations
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.error_text import sqlstate
from operations.conftest import Killed, RunsHelpers
from operations.counters import LOGGER, batches_of, counters, counts, increment, transaction


def test_a_backfill_that_failed_goes_on_behind_the_last_batch(
    database: Database, run: RunsHelpers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    counters(database, 400)
    database.execute("ALTER TABLE counters ADD divisor int NOT NULL DEFAULT 1")
    database.execute("UPDATE counters SET divisor = 0 WHERE id = 300")
    upgrade = lambda: operations.backfill("counters", set_="n = n + 1 / divisor", batch_size=10, pause=0)  # noqa: E731
    with pytest.raises(DBAPIError, match="division by zero"):
        run(upgrade)
    assert 0 < int(str(database.scalar("SELECT sum(n) FROM counters"))) < 300
    database.execute("UPDATE counters SET divisor = 1")
    run(upgrade)
    assert counts(database) == [(1, 400)]
    assert "Continuing the backfill of public.counters" in caplog.text


def test_killed_before_any_of_its_statements_it_changes_every_row_once(database: Database, run: RunsHelpers) -> None:
    counters(database, 60)
    upgrade = lambda: increment(where="id > 5", batch_size=10, pause=0)  # noqa: E731
    statements = run(upgrade)
    assert statements > 20
    for number in range(1, statements + 1):
        database.execute("UPDATE counters SET n = 0")
        database.execute("DROP TABLE IF EXISTS alembic_rollout_backfill")
        with pytest.raises(Killed):
            run(upgrade, killed_at=number)
        run(upgrade)
        assert counts(database) == [(0, 5), (1, 55)], number


def test_a_finished_backfill_is_not_run_again_when_its_revision_starts_again(
    database: Database, run: RunsHelpers
) -> None:
    counters(database, 50)
    run(increment)
    run(increment)
    assert counts(database) == [(1, 50)]


def test_two_backfills_of_one_revision_do_not_take_each_others_place(database: Database, run: RunsHelpers) -> None:
    counters(database, 50)

    def upgrade() -> None:
        operations.backfill("counters", set_="n = n + 1", where="id <= 20")
        operations.backfill("counters", set_="n = n + 1", where="id > 10")
        operations.backfill("counters", set_="n = n + 10")

    run(upgrade)
    assert counts(database) == [(11, 40), (12, 10)]


@pytest.mark.usefixtures("driver")
@pytest.mark.parametrize("state", ["40001", "40P01", "55P03"])
def test_a_batch_that_collides_with_others_is_run_again(database: Database, run: RunsHelpers, state: str) -> None:
    counters(database, 30)
    database.execute("CREATE SEQUENCE tries")
    database.execute(
        f"""
        CREATE FUNCTION collide() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF nextval('tries') IN (3, 6, 9) THEN RAISE EXCEPTION 'no luck' USING ERRCODE = '{state}'; END IF;
            RETURN NEW;
        END $$
        """
    )
    database.execute("CREATE TRIGGER collide BEFORE UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION collide()")
    run(lambda: increment(batch_size=10, pause=0))
    assert counts(database) == [(1, 30)]


def test_a_row_that_somebody_else_has_locked_is_waited_for_without_holding_the_others(
    database: Database, run: RunsHelpers
) -> None:
    counters(database, 200)
    waits: list[float] = []

    def write_beside() -> None:
        with database.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = '500ms'")
            for number in range(30):
                started = time.monotonic()
                connection.exec_driver_sql("UPDATE counters SET note = 'beside' WHERE id = %s", (1 + number,))
                waits.append(time.monotonic() - started)
                time.sleep(0.05)

    with transaction(database, "UPDATE counters SET note = 'held' WHERE id = 150") as holder:
        writer = threading.Thread(target=write_beside)
        backfill = threading.Thread(target=run, args=(lambda: increment(batch_size=200, pause=0),))
        backfill.start()
        writer.start()
        writer.join()
        assert backfill.is_alive()
        holder.commit()
    backfill.join()
    assert len(waits) == 30
    assert counts(database) == [(1, 200)]
    assert database.scalar("SELECT note FROM counters WHERE id = 150") == "held"


def test_somebody_who_never_lets_go_ends_it_with_a_word(
    database: Database, run: RunsHelpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alembic_rollout.operations.backfilling._GIVE_UP_SECONDS", 0.3)
    counters(database, 20)
    with (
        transaction(database, "SELECT FROM counters WHERE id = 15 FOR UPDATE"),
        pytest.raises(RolloutError, match=r"locked by pid \d+ \(.*\), for 300 ms: .*next start continues"),
    ):
        run(lambda: increment(batch_size=4, pause=0))
    run(lambda: increment(batch_size=4, pause=0))
    assert counts(database) == [(1, 20)]


def test_writers_lose_nothing_and_never_wait_half_a_second(database: Database, run: RunsHelpers) -> None:
    counters(database, 60_000)
    database.execute("ALTER TABLE counters ADD copy text")
    done = threading.Event()
    written: list[int] = []
    failures: list[str | None] = []

    def write(first: int) -> None:
        count = 0
        with database.connect() as connection:
            connection.exec_driver_sql("SET lock_timeout = '500ms'")
            while not done.is_set():
                row = 1 + (first * 30_000 + count * 7919) % 60_000
                try:
                    connection.exec_driver_sql("UPDATE counters SET n = n + 1 WHERE id = %s", (row,))
                except DBAPIError as error:
                    failures.append(sqlstate(error))
                count += 1
        written.append(count)

    writers = [threading.Thread(target=write, args=(number,)) for number in range(2)]
    for writer in writers:
        writer.start()
    run(lambda: operations.backfill("counters", set_="copy = 'copy of ' || id", where="copy IS NULL"))
    done.set()
    for writer in writers:
        writer.join()
    assert failures == []
    assert sum(written) > 10
    assert database.scalar("SELECT sum(n) FROM counters") == sum(written)
    assert database.scalar("SELECT count(*) FROM counters WHERE copy IS DISTINCT FROM 'copy of ' || id") == 0


def test_a_batch_that_takes_too_long_is_divided(
    database: Database, run: RunsHelpers, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, LOGGER)
    counters(database, 60)
    slow = "n = n + 1 + (pg_sleep(0.02) IS NULL)::int"
    run(lambda: operations.backfill("counters", set_=slow, batch_size=60, pause=0))
    assert counts(database) == [(1, 60)]
    assert batches_of(caplog) >= 4
    longest = next(record.longest_lock_ms for record in caplog.records if hasattr(record, "longest_lock_ms"))
    assert longest < 500


def test_a_single_row_may_take_as_long_as_it_takes(database: Database, run: RunsHelpers) -> None:
    counters(database, 2)
    slow = "n = n + 1 + (pg_sleep(0.6) IS NULL)::int"
    run(lambda: operations.backfill("counters", set_=slow, pause=0), options="-c statement_timeout=500")
    assert counts(database) == [(1, 2)]


def test_a_lost_connection_says_that_the_next_start_goes_on(database: Database, run: RunsHelpers) -> None:
    counters(database, 50)
    database.execute(
        """
        CREATE FUNCTION cut() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            IF NEW.id = 30 THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
            RETURN NEW;
        END $$
        """
    )
    database.execute("CREATE TRIGGER cut BEFORE UPDATE ON counters FOR EACH ROW EXECUTE FUNCTION cut()")
    upgrade = lambda: increment(batch_size=5, pause=0)  # noqa: E731
    with pytest.raises(
        RolloutError, match=r"connection was lost .* rows of public\.counters are changed; the next start"
    ):
        run(upgrade)
    database.execute("DROP TRIGGER cut ON counters")
    run(upgrade)
    assert counts(database) == [(1, 50)]


def test_an_operator_who_cancels_it_ends_it(database: Database, run: RunsHelpers) -> None:
    counters(database, 50)
    cancel = "(SELECT pg_cancel_backend(pg_backend_pid()) WHERE counters.id = 30) IS NULL"
    with pytest.raises(DBAPIError, match="due to user request"):
        run(lambda: increment(where=cancel, batch_size=5, pause=0))
