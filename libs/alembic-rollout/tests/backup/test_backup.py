"""Backups: what a file must be before it counts as one, and what is kept."""

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest
from fake_programs import fake_program
from sample_project import Project

from alembic_rollout.backup.backups import backup_folder, format_size, take_backup
from alembic_rollout.backup.retention import KeptBackup, remove_oldest
from backup.shop_backups import (
    backups,
    environment_of,
    make_destructive,
    partials,
    wait_for,
)


def test_the_verb_writes_a_file_that_only_its_owner_may_read_and_prints_where_how_large_and_how_long(
    shop: Project,
) -> None:
    done = shop.rollout("backup")

    assert done.returncode == 0, done.stderr
    (file,) = backups(shop)
    assert done.stdout.startswith(f"{file} ({format_size(file.stat().st_size)}, ")
    assert done.stdout.endswith("s, at 001)\n")
    assert file.name.startswith(f"{shop.database.name}-20")
    assert file.name.endswith("Z-001-manual.dump")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_git_does_not_see_the_backups_in_a_checkout(shop: Project) -> None:
    subprocess.run(["git", "init", "--quiet", shop.folder], check=True)
    shop.rollout("backup")

    untracked = subprocess.run(
        ["git", "-C", shop.folder, "status", "--porcelain", "--untracked-files=all"],
        check=True,
        capture_output=True,
        text=True,
    )

    assert "alembic.ini" in untracked.stdout
    assert "backups/" not in untracked.stdout


def test_pg_restore_reads_the_rows_back(shop: Project) -> None:
    shop.rollout("backup")
    (file,) = backups(shop)

    rows = subprocess.run(
        ["pg_restore", "--data-only", "--table=orders", "--file=-", file], check=True, capture_output=True, text=True
    )

    assert "1\tfirst\n" in rows.stdout


def test_a_database_that_was_never_migrated_can_be_backed_up(project: Project) -> None:
    project.tables(1)

    done = project.rollout("backup")

    assert done.returncode == 0, done.stderr
    assert [file.name.rpartition("Z-")[2] for file in backups(project)] == ["base-manual.dump"]


def test_a_destructive_revision_is_preceded_by_a_backup_that_the_history_names(shop: Project) -> None:
    make_destructive(shop)

    shop.upgrade(ROLLOUT_LINT="off")

    (file,) = backups(shop)
    assert file.name.endswith("Z-001-before-upgrade.dump")
    assert shop.database.scalar("SELECT backup FROM alembic_rollout_history WHERE revision = '002'") == str(file)


def test_a_revision_that_takes_nothing_away_is_not_preceded_by_one(shop: Project) -> None:
    shop.sql("002", "CREATE TABLE carts (id int PRIMARY KEY)", "DROP TABLE carts")

    shop.upgrade(ROLLOUT_LINT="off")

    assert backups(shop) == []


def test_the_connection_is_left_without_a_transaction(shop: Project) -> None:
    environment = environment_of(shop)
    with environment.engine().connect() as connection:
        backup = take_backup(
            connection,
            environment.settings,
            environment.version_table,
            folder=backup_folder(environment.folder, environment.settings),
            label="manual",
        )

        assert not connection.in_transaction()
    assert backup.revisions == ("001",)
    assert backup.bytes == backup.path.stat().st_size > 0
    assert backup.seconds > 0


# What is kept


def test_the_oldest_beyond_the_number_to_keep_go_and_nothing_else_does(shop: Project) -> None:
    folder = shop.folder / "backups"
    folder.mkdir()
    name = shop.database.name
    ours = [folder / f"{name}-2025010{day}T000000.000000Z-001-manual.dump" for day in range(1, 5)]
    foreign = [
        folder / f"{name}_2-20250101T000000.000000Z-001-manual.dump",
        folder / f"other-{name}-20250101T000000.000000Z-001-manual.dump",
        folder / f"{name}-before-the-flood.dump",
        folder / f"{name}-20250101T000000.000000Z-001-manual.dump.gz",
        folder / "notes.txt",
    ]
    for file in ours + foreign:
        file.write_text("")
    os.utime(ours[0])  # the time in the name counts, not that of the file

    done = shop.rollout("backup", ROLLOUT_BACKUP_KEEP="3")

    assert done.returncode == 0, done.stderr
    new = Path(done.stdout.partition(" (")[0])
    assert set(folder.iterdir()) == {*ours[2:], *foreign, new}


def test_starts_that_fail_again_and_again_do_not_push_out_what_was_saved_before_them(tmp_path: Path) -> None:
    taken = [
        KeptBackup(f"202501{day:02d}T000000.000000Z", "shop", (revision,), "before-upgrade")
        for day, revision in enumerate(["008", "009", *["010"] * 6], start=1)
    ]
    for newest in taken:
        (tmp_path / newest.file_name).write_text("")
        remove_oldest(tmp_path, newest, keep=4)

    kept = sorted(filter(None, map(KeptBackup.read, (file.name for file in tmp_path.iterdir()))))
    assert [(backup.revisions, backup.timestamp[6:8]) for backup in kept] == [
        (("008",), "01"),
        (("009",), "02"),
        (("010",), "03"),
        (("010",), "08"),
    ]


def test_backups_that_somebody_took_are_not_removed_for_those_of_migrations(tmp_path: Path) -> None:
    manual = KeptBackup("20250101T000000.000000Z", "shop", ("001",), "manual")
    newest = KeptBackup("20250102T000000.000000Z", "shop", ("001", "a-b+c"), "before-upgrade")
    for backup in (manual, newest):
        (tmp_path / backup.file_name).write_text("")

    remove_oldest(tmp_path, newest, keep=1)

    assert {KeptBackup.read(file.name) for file in tmp_path.iterdir()} == {manual, newest}


def test_the_new_backup_stays_when_files_from_the_future_lie_beside_it(shop: Project) -> None:
    folder = shop.folder / "backups"
    folder.mkdir()
    future = folder / f"{shop.database.name}-29990101T000000.000000Z-001-manual.dump"
    future.write_text("")

    done = shop.rollout("backup", ROLLOUT_BACKUP_KEEP="1")

    assert [str(file) for file in folder.glob("*.dump")] == [done.stdout.partition(" (")[0]]


def test_old_backups_stay_when_the_new_one_cannot_be_verified(shop: Project, fakes: Path) -> None:
    shop.rollout("backup")
    kept = backups(shop)
    fake_program(fakes, "pg_dump", 'echo "no dump at all" >"$file"')

    done = shop.rollout("backup", ROLLOUT_BACKUP_KEEP="1", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    assert backups(shop) == kept


def test_what_a_killed_backup_left_is_removed_after_a_day_and_not_before(shop: Project, fakes: Path) -> None:
    fake_program(fakes, "pg_dump", f'echo half >"$file"; touch {fakes}/started; exec sleep 600')
    process = shop.start("backup", program="alembic-rollout", ROLLOUT_PG_BIN=str(fakes))
    wait_for(fakes / "started")
    process.kill()
    process.wait()
    for stream in (process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    (left,) = partials(shop)

    shop.rollout("backup")
    assert partials(shop) == [left]
    yesterday = time.time() - 25 * 60 * 60
    os.utime(left, (yesterday, yesterday))
    shop.rollout("backup")

    assert partials(shop) == []
    assert len(backups(shop)) == 2


@pytest.mark.parametrize(
    ("size", "said"), [(812, "812 bytes"), (4_200, "4.2 kB"), (3_400_000, "3.4 MB"), (5_000_000_000_000, "5.0 TB")]
)
def test_sizes_are_said_as_people_say_them(size: int, said: str) -> None:
    assert format_size(size) == said


def test_what_pg_dump_leaves_out_is_said(shop: Project) -> None:
    with shop.database.connect(shop.database.superuser_url) as superuser:
        superuser.exec_driver_sql("CREATE SUBSCRIPTION s CONNECTION 'dbname=none' PUBLICATION p WITH (connect = false)")
        try:
            done = shop.rollout("backup")
        finally:
            superuser.exec_driver_sql("ALTER SUBSCRIPTION s SET (slot_name = NONE)")
            superuser.exec_driver_sql("DROP SUBSCRIPTION s")

    assert done.returncode == 0, done.stderr
    assert (
        "pg_dump warns of this backup: subscriptions not dumped because current user is not a superuser" in done.stderr
    )
