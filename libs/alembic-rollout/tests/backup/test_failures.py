"""What stops a backup stops the migration before it begins, with one line and nothing left behind."""

import errno
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_programs import fake_program
from sample_project import Project, assert_ends

from alembic_rollout.backup.backups import backup_folder, take_backup
from alembic_rollout.databases.programs import find_program
from alembic_rollout.errors import RolloutError
from alembic_rollout.settings import Settings
from backup.shop_backups import (
    assert_nothing_happened,
    environment_of,
    make_destructive,
    server_major,
    wait_for,
)


def test_a_full_disk_stops_the_migration_before_it_begins(shop: Project, fakes: Path) -> None:
    fake_program(
        fakes,
        "pg_dump",
        'echo half >"$file"; echo "pg_dump: error: could not write to file: No space left on device" >&2; exit 1',
    )
    make_destructive(shop)

    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if "No backup was taken" in line]
    assert "could not write to file: No space left on device" in line
    assert "free when it began" in line
    assert "ROLLOUT_BACKUP_DIR" in line
    assert_nothing_happened(shop)
    [row, *_] = json.loads(shop.rollout("history", "--json").stdout)
    assert (row["revision"], row["outcome"], row["error"]) == ("002", "failed", line)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"a file system of 1 MB cannot be mounted here: {mounted.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_disk_that_is_really_full_is_left_as_empty_as_it_was(shop: Project, tiny_disk: Path) -> None:
    shop.database.execute(
        "INSERT INTO orders SELECT n, string_agg(gen_random_uuid()::text, '')"
        " FROM generate_series(2, 2000) n, generate_series(1, 40) GROUP BY n"
    )

    done = shop.rollout("backup", ROLLOUT_BACKUP_DIR=str(tiny_disk))

    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "1.0 MB free when it began" in done.stderr
    assert list(tiny_disk.iterdir()) == []


def test_a_disk_that_lacks_room_for_the_last_bytes_alone_is_full(shop: Project, tiny_disk: Path) -> None:
    """pg_dump ends with 0 then, and what it wrote lists everything: only the rows at its end are missing."""
    shop.database.execute("CREATE TABLE zebras AS SELECT n, md5(n::text) FROM generate_series(1, 300) n")
    assert shop.rollout("backup", ROLLOUT_BACKUP_DIR=str(tiny_disk)).returncode == 0
    [complete] = tiny_disk.glob("*.dump")
    page = os.sysconf("SC_PAGE_SIZE")
    room = complete.stat().st_size // page * page
    complete.unlink()
    free = os.statvfs(tiny_disk).f_bavail * page
    (tiny_disk / "filler").write_bytes(bytes(free - room))

    done = shop.rollout("backup", ROLLOUT_BACKUP_DIR=str(tiny_disk))

    assert done.returncode == 1
    assert "No backup was taken" in done.stderr
    assert "No space left on device" in done.stderr
    assert [path.name for path in tiny_disk.glob("*.dump*")] == []


def test_a_file_size_limit_is_as_good_as_a_full_disk(shop: Project, fakes: Path) -> None:
    real = find_program(Settings(), "pg_dump", minimum_major=server_major(shop.database))
    fake_program(fakes, "pg_dump", f'ulimit -f 0; exec {real} "$@"')

    done = shop.rollout("backup", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    assert "No backup was taken" in done.stderr
    assert_nothing_happened(shop)


def test_a_missing_pg_dump_is_named_with_the_servers_version_and_the_remedies(shop: Project, tmp_path: Path) -> None:
    make_destructive(shop)
    server = server_major(shop.database)
    if Path(f"/usr/lib/postgresql/{server}/bin/pg_dump").exists():
        pytest.skip("this machine has PostgreSQL's programs where Debian keeps them")

    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off", PATH=str(tmp_path))

    assert done.returncode == 1
    for words in (
        f"The server is PostgreSQL {server}",
        f"postgresql-client-{server}",
        "ROLLOUT_PG_BIN",
        "ROLLOUT_BACKUP=never",
    ):
        assert words in done.stderr
    assert_nothing_happened(shop)


def test_a_dump_that_cannot_be_read_is_no_backup(shop: Project, fakes: Path) -> None:
    fake_program(fakes, "pg_dump", 'echo "no dump at all" >"$file"')
    make_destructive(shop)

    done = shop.alembic("upgrade", "head", ROLLOUT_LINT="off", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert_nothing_happened(shop)


def test_a_dump_without_the_version_table_is_no_backup(shop: Project, fakes: Path) -> None:
    real = find_program(Settings(), "pg_dump", minimum_major=server_major(shop.database))
    fake_program(fakes, "pg_dump", f'exec {real} --exclude-table=alembic_version "$@"')

    done = shop.rollout("backup", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    assert "lacks the version table alembic_version" in done.stderr
    assert_nothing_happened(shop)


def test_a_table_that_the_role_may_not_read_is_named(shop: Project) -> None:
    with shop.database.connect(shop.database.superuser_url) as connection:
        connection.exec_driver_sql("CREATE TABLE secrets (id int)")

    done = shop.rollout("backup")

    assert done.returncode == 1
    assert "permission denied for table secrets" in done.stderr
    assert sum("No backup was taken" in line for line in done.stderr.splitlines()) == 1
    assert_nothing_happened(shop)


@pytest.mark.parametrize("place", ["a-file", "/proc/backups"])
def test_a_folder_that_cannot_be_made_is_named(shop: Project, place: str) -> None:
    (shop.folder / "a-file").write_text("")

    done = shop.rollout("backup", ROLLOUT_BACKUP_DIR=place)

    assert done.returncode == 1
    assert f"{place} cannot be written" in done.stderr
    assert "ROLLOUT_BACKUP_DIR" in done.stderr


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.EACCES, f"Permission denied. Let user {os.geteuid()} write it, or set ROLLOUT_BACKUP_DIR"),
        (errno.EPERM, f"Operation not permitted. Let user {os.geteuid()} write it, or set ROLLOUT_BACKUP_DIR"),
        (errno.EROFS, "Read-only file system. Mount a volume that can be written, or set ROLLOUT_BACKUP_DIR"),
        (errno.ENOSPC, "No space left on device. There were .* free when it began: make room, or set"),
        (errno.EDQUOT, "Disk quota exceeded. There were .* free when it began: make room, or set"),
    ],
)
def test_a_folder_that_cannot_be_written_is_advised_by_what_is_wrong_with_it(
    shop: Project, monkeypatch: pytest.MonkeyPatch, number: int, remedy: str
) -> None:
    environment = environment_of(shop)
    folder = backup_folder(environment.folder, environment.settings)
    folder.mkdir()

    def refuse(path: object, *_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number), str(path))

    monkeypatch.setattr("alembic_rollout.backup.backups.os.open", refuse)
    with (
        environment.engine().connect() as connection,
        pytest.raises(RolloutError, match=f"No backup was taken.*{folder} cannot be written: {remedy}"),
    ):
        take_backup(connection, environment.settings, environment.version_table, folder=folder, label="manual")


def test_pg_dump_that_may_not_write_is_no_matter_of_room(shop: Project, fakes: Path) -> None:
    fake_program(
        fakes,
        "pg_dump",
        'echo "pg_dump: error: could not open output file \\"$file\\": Permission denied" >&2; exit 1',
    )

    done = shop.rollout("backup", ROLLOUT_PG_BIN=str(fakes))

    assert done.returncode == 1
    assert f"Permission denied. Let user {os.geteuid()} write it, or set ROLLOUT_BACKUP_DIR" in done.stderr
    assert "make room" not in done.stderr


def test_a_table_that_stays_locked_ends_the_backup_in_time(shop: Project) -> None:
    with shop.database.engine().connect() as blocker:
        blocker.exec_driver_sql("LOCK TABLE orders IN ACCESS EXCLUSIVE MODE")
        started = time.monotonic()

        done = shop.rollout("backup", ROLLOUT_LOCK_RETRY_FOR="500ms")

        assert time.monotonic() - started < 20
    assert done.returncode == 1
    assert "a table stayed locked for longer than 500 ms" in done.stderr
    assert_nothing_happened(shop)


@pytest.mark.parametrize(("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, None)])
def test_a_signal_ends_pg_dump_too_and_removes_what_it_wrote(
    shop: Project, fakes: Path, number: signal.Signals, status: int | None
) -> None:
    fake_program(
        fakes, "pg_dump", f'echo half >"$file"; echo $$ >{fakes}/pid; mv {fakes}/pid {fakes}/started; exec sleep 600'
    )
    process = shop.start("backup", program="alembic-rollout", ROLLOUT_PG_BIN=str(fakes))
    wait_for(fakes / "started")

    process.send_signal(number)
    process.communicate(timeout=20)

    assert process.returncode == status if status else process.returncode != 0
    assert_ends(int((fakes / "started").read_text()))
    assert_nothing_happened(shop)
