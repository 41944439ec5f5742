"""`alembic-rollout drill`: a backup is restored beside the database, compared, and dropped again."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from commands.restore.moved_shop import Shop, fake_pg_restore, real_program
from fake_programs import fake_program
from sample_project import Project

PASSED = "Passed: schema, rows and history are as they should be."


@pytest.fixture
def shop(project: Project) -> Shop:
    return Shop(project)


def drill(shop: Shop, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    variables = {"ROLLOUT_ADMIN_URL": shop.database.superuser_url} | variables
    return shop.project.rollout("drill", *arguments, **variables)


def test_the_newest_backup_is_restored_and_compared_and_nothing_is_left(shop: Shop) -> None:
    shop.database.execute("INSERT INTO orders SELECT n, 'new' FROM generate_series(2, 12) n")
    newest = shop.back_up()

    done = drill(shop)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"Backup:    {newest} (")
    assert "public.orders: 12" in done.stdout
    assert done.stdout.splitlines()[-1] == PASSED
    shop.assert_untouched()


def test_an_older_one_that_is_named_passes_too_although_the_database_has_moved_on(shop: Shop) -> None:
    done = drill(shop, "--file", shop.file.name, "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["revisions"], found["findings"]) == (["001"], [])
    assert {table["table"]: table["restored"] for table in map(dict, _tables(found))}["public.orders"] == 1


def _tables(found: dict[str, list[list[object]]]) -> list[list[tuple[str, object]]]:
    names = ("table", "restored", "in_file", "live_estimate")
    return [list(zip(names, table, strict=True)) for table in found["tables"]]


def test_rows_and_tables_that_do_not_come_back_are_findings(shop: Shop, fakes: Path) -> None:
    real = real_program(shop, "pg_restore")
    more = r"s/^\(COPY public.orders .*\)/COPY public.gone (id) FROM stdin;\n1\n\\.\n\1\n2\tlost/"
    fake_program(
        fakes,
        "pg_restore",
        f"""case "$*" in
  *--table=*) ;;
  *--data-only*) {real} "$@" | sed '{more}'; exit;;
esac
exec {real} "$@\"""",
    )
    fake_program(fakes, "vacuumdb", f'exec {real_program(shop, "vacuumdb")} "$@"')

    done = drill(shop, ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 4, done.stdout + done.stderr
    assert "public.orders has 1 row and the file has 2." in done.stdout
    assert "public.gone is in the file and was not restored." in done.stdout
    assert "The drill failed: 2 findings." in done.stderr
    shop.assert_untouched()


def test_what_postgresql_words_otherwise_after_a_restore_is_no_change(shop: Shop) -> None:
    shop.project.sql(
        "003",
        "ALTER TABLE carts ADD state varchar(9) DEFAULT 'new' CHECK (state IN ('new', 'it''s, paid'));"
        " CREATE INDEX ON carts (id) WHERE state IN ('new', 'done')",
        "ALTER TABLE carts DROP COLUMN state",
    )
    shop.project.upgrade(ROLLOUT_LINT="off")
    shop.back_up()

    done = drill(shop)

    assert done.returncode == 0, done.stdout
    assert shop.restore("--yes", file=shop.back_up()).returncode == 0
    drift = shop.project.rollout("drift")
    assert "since the last migration" not in drift.stdout + drift.stderr


def test_what_a_server_writes_into_its_own_catalogue_is_no_change(shop: Shop) -> None:
    """Debian's PostgreSQL 17.12 does so by itself."""
    with shop.database.connect(shop.database.superuser_url) as connection:
        connection.exec_driver_sql(
            "UPDATE pg_attribute SET attoptions = '{pg_attver=4711,n_distinct=5}'"
            " WHERE attrelid = 'orders'::regclass AND attname = 'note'"
        )
    drift = shop.project.rollout("drift")
    assert "n_distinct=5" in drift.stdout
    assert "pg_attver" not in drift.stdout


def test_a_schema_that_was_changed_by_hand_before_the_backup_is_a_finding(shop: Shop) -> None:
    shop.database.execute("ALTER TABLE orders ADD COLUMN secret text")
    shop.back_up()

    done = drill(shop)

    assert done.returncode == 4
    assert "orders.secret" in done.stdout
    assert "The drill failed: 1 finding." in done.stderr
    assert shop.databases() == {shop.database.name}


def test_a_backup_of_a_history_that_the_database_has_left_is_a_finding(shop: Shop) -> None:
    shop.back_up()
    restored = shop.restore("--yes")
    assert restored.returncode == 0, restored.stderr

    done = drill(shop)

    assert done.returncode == 4
    assert "it has no upgrade of 002" in done.stdout


def test_a_backup_that_is_too_old_is_a_finding(shop: Shop) -> None:
    assert drill(shop, "--max-age", "1h").returncode == 0
    done = drill(shop, "--max-age", "1ms")
    assert done.returncode == 4
    assert "old; --max-age is 1 ms." in done.stdout


def test_without_a_backup_it_says_how_to_take_one(shop: Shop, tmp_path: Path) -> None:
    done = drill(shop, ROLLOUT_BACKUP_DIR=str(tmp_path / "none"))
    assert done.returncode == 1
    assert f"There is no backup of {shop.database.name} in {tmp_path / 'none'}. Take one" in done.stderr


def test_a_truncated_backup_is_named_and_nothing_is_left(shop: Shop) -> None:
    shop.database.execute(
        "INSERT INTO orders SELECT n, string_agg(gen_random_uuid()::text, '')"
        " FROM generate_series(2, 1000) n, generate_series(1, 20) GROUP BY n"
    )
    file = shop.back_up()
    os.truncate(file, file.stat().st_size * 3 // 4)

    done = drill(shop)

    assert done.returncode == 1
    assert sum(f"{file} cannot be read: " in line for line in done.stderr.splitlines()) == 1
    shop.assert_untouched()


def test_a_disk_that_is_full_while_it_restores_is_named_and_nothing_is_left(shop: Shop, fakes: Path) -> None:
    said = 'echo "pg_restore: error: could not extend file: No space left on device" >&2; exit 1'
    fake_pg_restore(fakes, shop, when_restoring=said)
    for name in ("pg_dump", "vacuumdb"):
        fake_program(fakes, name, f'exec {real_program(shop, name)} "$@"')

    done = drill(shop, ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    shop.assert_untouched()


def test_a_backup_of_a_newer_server_is_refused_with_what_to_do(shop: Shop, fakes: Path) -> None:
    real = real_program(shop, "pg_restore")
    newer = f"""{real} "$@" | sed 's/\\(Dumped from database version:\\) .*/\\1 99.1/'; exit"""
    fake_pg_restore(fakes, shop, when_listing=newer)
    fake_program(fakes, "vacuumdb", f'exec {real_program(shop, "vacuumdb")} "$@"')

    done = drill(shop, ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 2
    assert "restore it on a server that is at least as new" in done.stderr


def test_a_backup_of_an_older_server_passes_and_it_is_said_that_the_schema_was_not_compared(shop: Shop) -> None:
    shop.database.execute("UPDATE alembic_rollout_catalogue SET made_with = 'PostgreSQL 12, query 1'")
    shop.back_up()

    done = drill(shop)

    assert done.returncode == 0, done.stderr
    assert PASSED not in done.stdout
    assert "The schema was not compared with the last migration: the stored one was written by another" in done.stdout
    assert "PostgreSQL 12" in json.loads(drill(shop, "--json").stdout)["not_compared"]


def test_two_backups_and_two_drills_may_run_at_once(shop: Shop) -> None:
    verbs = ("backup", "backup", "drill", "drill")
    admin = {"ROLLOUT_ADMIN_URL": shop.database.superuser_url}
    started = [shop.project.start(verb, program="alembic-rollout", **admin) for verb in verbs]
    ended = [(process.communicate(timeout=60)[1], process.wait()) for process in started]
    assert [status for _, status in ended] == [0, 0, 0, 0], ended
    assert len(list(shop.file.parent.glob("*.dump"))) == 3
    shop.assert_untouched()
