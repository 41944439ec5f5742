"""A restore that fails halfway, or is ended, loses nothing."""

import os
import signal
from pathlib import Path

import pytest
from databases import Server
from forks import Process
from sample_project import assert_ends
from sqlalchemy import make_url

from alembic_rollout.databases.lifecycle import put_in_place
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.admin_connection import admin_engine
from commands.restore.moved_shop import Shop, fake_pg_restore, wait_for


def start_restore(shop: Shop, fakes: Path) -> tuple[Process, int]:
    """Start a restore and wait until it is in the middle, where it stays; return it and the pid of its pg_restore."""
    fake_pg_restore(fakes, shop, when_restoring=f"echo $$ >{fakes}/pid; mv {fakes}/pid {fakes}/started; exec sleep 600")
    process = shop.project.start(
        "restore",
        str(shop.file),
        "--yes",
        program="alembic-rollout",
        ROLLOUT_ADMIN_URL=shop.database.superuser_url,
        ROLLOUT_PG_BIN=str(fakes),
    )
    wait_for(fakes / "started")
    return process, int((fakes / "started").read_text())


def test_a_truncated_file_loses_nothing(shop: Shop) -> None:
    shop.database.execute(
        "INSERT INTO orders SELECT n, string_agg(gen_random_uuid()::text, '')"
        " FROM generate_series(2, 1000) n, generate_series(1, 20) GROUP BY n"
    )
    file = shop.back_up()
    size = file.stat().st_size
    os.truncate(file, size - size // 4)
    shop.database.execute("DELETE FROM orders WHERE id > 1")

    done = shop.restore("--yes", file=file)

    assert done.returncode == 1
    assert f"was not restored, and {shop.database.name} was left as it is" in done.stderr
    assert "The file is cut off, damaged, or no file of pg_dump: copy it again" in done.stderr
    shop.assert_untouched()


@pytest.mark.parametrize("kept", [0, 40, 3000])
def test_a_file_without_its_contents_says_that_it_is_cut_off(shop: Shop, kept: int) -> None:
    os.truncate(shop.file, min(kept, shop.file.stat().st_size - 1))

    done = shop.restore("--yes")

    assert done.returncode == 1
    assert "The file is cut off, damaged, or no file of pg_dump: copy it again" in done.stderr
    shop.assert_untouched()


def test_a_check_whose_function_finds_no_table_says_that_a_restore_has_no_search_path(shop: Shop) -> None:
    shop.database.execute(
        "CREATE TABLE a_limits (most int); INSERT INTO a_limits VALUES (9);"
        " CREATE FUNCTION is_allowed(n int) RETURNS bool LANGUAGE plpgsql"
        " AS 'BEGIN RETURN n <= (SELECT max(most) FROM a_limits); END';"
        " CREATE TABLE checked (n int CHECK (is_allowed(n))); INSERT INTO checked VALUES (1)"
    )
    file = shop.back_up()

    done = shop.restore("--yes", file=file)

    assert done.returncode == 1
    assert 'relation "a_limits" does not exist' in done.stderr
    assert "A restore has an empty search_path" in done.stderr
    assert "ALTER FUNCTION ... SET search_path = public" in done.stderr
    shop.assert_untouched()


def test_what_cannot_be_restored_is_named_and_loses_nothing(shop: Shop, server: Server) -> None:
    with server.connect(shop.database.name) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {shop.database.name}_gone")
        connection.exec_driver_sql(f"GRANT SELECT ON orders TO {shop.database.name}_gone")
    file = shop.back_up()
    with server.connect(shop.database.name) as connection:
        connection.exec_driver_sql(f"DROP OWNED BY {shop.database.name}_gone")
        connection.exec_driver_sql(f"DROP ROLE {shop.database.name}_gone")

    done = shop.restore("--yes", file=file)

    assert done.returncode == 1
    assert f'role "{shop.database.name}_gone" does not exist' in done.stderr
    shop.assert_untouched()


def test_a_failure_between_the_two_renames_undoes_the_first(shop: Shop) -> None:
    engine = admin_engine(make_url(shop.database.superuser_url).set(database="postgres"), application_name="test")
    name = shop.database.name
    with engine.connect() as admin, pytest.raises(RolloutError, match=f"{name} was left as it is"):
        put_in_place(admin, engine, present=name, new=f"{name}_nowhere", former=f"{name}_before")

    shop.assert_untouched()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_in_the_middle_ends_pg_restore_and_drops_the_new_database(
    shop: Shop, fakes: Path, number: signal.Signals
) -> None:
    process, pg_restore = start_restore(shop, fakes)

    process.send_signal(number)
    process.communicate(timeout=30)

    assert process.returncode != 0
    assert_ends(pg_restore)
    shop.assert_untouched()


def test_a_killed_restore_leaves_the_database_in_use_and_the_next_one_says_what_is_left_over(
    shop: Shop, fakes: Path
) -> None:
    process, pg_restore = start_restore(shop, fakes)

    process.kill()
    process.communicate()
    os.kill(pg_restore, signal.SIGKILL)

    assert shop.note() == "changed since"
    left_over = shop.former()
    done = shop.restore("--yes")
    assert done.returncode == 0, done.stderr
    assert f'Left over: {left_over}, by a restore that was killed: DROP DATABASE "{left_over}";' in done.stdout
    assert shop.note() == "backed up"
