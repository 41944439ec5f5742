"""Backups: pg_dump's custom format, verified before it counts as one, and a number of them kept.

A backup appears under its name only when it is complete, safe on the disk and readable. Until then it is a `.partial`
file, which the next backup removes once it is a day old: no process writes it any more.
"""

import errno
import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, Connection

from alembic_rollout.backup.archive import archived_revisions, read_archive, schema_of
from alembic_rollout.backup.retention import (
    TIMESTAMP_FORMAT,
    KeptBackup,
    Label,
    partial_name,
    remove_abandoned,
    remove_oldest,
)
from alembic_rollout.databases.programs import find_program, program_environment, run_program
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.settings import Settings
from alembic_rollout.signals import sigterm_raises
from alembic_rollout.wording.durations import format_duration

_APPLICATION_NAME = "alembic-rollout backup"
_DISK_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
_NOT_WRITABLE = ("could not open output file", "Read-only file system")
_ROOM_LEFT = 65536
"""Bytes that have to fit behind a complete dump: more than pg_dump's buffer on a local disk (4 kB)."""
_WITHOUT_BACKUPS = "; where migrating without backups is acceptable, set ROLLOUT_BACKUP=never"
_LOCKED = "canceling statement due to statement timeout"  # so pg_dump ends its wait; it sets no other limit

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that can be read.

    Attributes:
        path: the file.
        bytes: its size.
        seconds: how long it took.
        revisions: what the database was at.
    """

    path: Path
    bytes: int
    seconds: float
    revisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Source:
    """What is to be dumped; read before pg_dump starts, so that no transaction of ours stays open beside it."""

    database: str
    server_major: int
    version_table: str
    version_table_schema: str | None


def take_backup(
    connection: Connection, settings: Settings, version_table: VersionTable, *, folder: Path, label: Label
) -> Backup:
    """Dump the database, make sure that the file can be read, then remove what is beyond the number to keep.

    Args:
        connection: to the database; no transaction is left open on it that was not open before.
        settings: name the folder of pg_dump, how long it may wait for a lock, and how many backups are kept.
        version_table: of the database.
        folder: where backups are kept; it is made where it does not exist.
        label: why it is taken.

    Raises:
        RolloutError: there is no backup: no pg_dump, a full disk, a table that the role may not read, ...
    """
    source = _read_source(connection, version_table)
    pg_dump, pg_restore = (
        find_program(settings, name, minimum_major=source.server_major, otherwise=_WITHOUT_BACKUPS)
        for name in ("pg_dump", "pg_restore")
    )
    started = time.monotonic()
    make_folder(folder)
    with _writable(folder):
        remove_abandoned(folder, source.database)
    logger.info("Backing up %s with %s.", source.database, pg_dump, extra={"database": source.database})
    with sigterm_raises(), _writable(folder), _partial_file(folder, source.database) as (partial, timestamp):
        _dump(connection.engine.url, pg_dump, partial, settings.lock_retry_for)
        _make_sure_of_its_end(partial)
        revisions = _verify(pg_restore, partial, source)
        _flush(partial)
        kept = KeptBackup(timestamp, source.database, revisions, label)
        path = folder / kept.file_name
        partial.rename(path)
        _flush(folder)
    remove_oldest(folder, kept, keep=settings.backup_keep)
    backup = Backup(path, path.stat().st_size, time.monotonic() - started, revisions)
    logger.info("Backed up: %s", describe(backup), extra={"backup": str(path), "bytes": backup.bytes})
    return backup


def backup_folder(project_folder: Path, settings: Settings) -> Path:
    """Return the folder of the backups: relative to the project's."""
    return project_folder / settings.backup_dir


def format_size(size: int) -> str:
    """Return a number of bytes with its unit: `812 bytes`, `4.2 MB`."""
    if size < 1000:  # noqa: PLR2004 - one kB
        return f"{size} bytes"
    rounded = float(size)
    for unit in ("kB", "MB", "GB"):
        rounded /= 1000
        if rounded < 1000:  # noqa: PLR2004 - one of the next unit
            return f"{rounded:.1f} {unit}"
    return f"{rounded / 1000:.1f} TB"


def describe(backup: Backup) -> str:
    """Return where a backup is, how large it is, how long it took and what it holds."""
    at = ", ".join(backup.revisions) or "no revision"
    return f"{backup.path} ({format_size(backup.bytes)}, {format_duration(backup.seconds)}, at {at})"


def _read_source(connection: Connection, version_table: VersionTable) -> _Source:
    was_in_transaction = connection.in_transaction()
    schema, table = version_table.schema, version_table.name
    database, version = connection.exec_driver_sql(
        "SELECT current_database(), current_setting('server_version_num')::int"
    ).one()
    source = _Source(
        database=database,
        server_major=version // 10000,
        version_table=table,
        version_table_schema=schema_of(connection, schema, table),
    )
    if not was_in_transaction:
        connection.rollback()  # a transaction that idles through a long dump would be ended, or hold back vacuum
    return source


@contextmanager
def _writable(folder: Path) -> Iterator[None]:
    free: int | None = None
    try:
        free = _free_bytes(folder)
        yield
    except OSError as error:
        raise _cannot_write(folder, os.strerror(error.errno or errno.EIO), free) from None


def _free_bytes(folder: Path) -> int | None:
    return shutil.disk_usage(folder).free if folder.is_dir() else None


def _cannot_write(folder: Path, reason: str, free: int | None) -> RolloutError:
    if any(words in reason for words in _DISK_FULL):
        before = "" if free is None else f"There were {format_size(free)} free when it began: "
        remedy = f"{before}make room"
    elif os.strerror(errno.EROFS) in reason:
        remedy = "Mount a volume that can be written"
    else:
        remedy = f"Let user {os.geteuid()} write it"
    return _no_backup(f"{folder} cannot be written: {reason}. {remedy}, or set ROLLOUT_BACKUP_DIR to another folder")


def _no_backup(reason: str) -> RolloutError:
    return RolloutError(f"No backup was taken, and nothing else was done: {reason}.")


def make_folder(folder: Path) -> None:
    """Make the folder of the backups where there is none, for its owner's eyes.

    Raises:
        RolloutError: it cannot be made.
    """
    with _writable(folder):
        _make_folder(folder)


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Dumps hold all data and stand inside a checkout by default: git must never see them.
    (folder / ".gitignore").write_text("*\n")


@contextmanager
def _partial_file(folder: Path, database: str) -> Iterator[tuple[Path, str]]:
    """Make a file to dump into, for its owner's eyes only, with a timestamp in its name; remove what is left of it."""
    while True:
        timestamp = datetime.now(UTC).strftime(TIMESTAMP_FORMAT)
        partial = folder / partial_name(database, timestamp)
        try:
            os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            break
        except FileExistsError:
            continue  # another process took this microsecond's name
    try:
        yield partial, timestamp
    finally:
        partial.unlink(missing_ok=True)


def _dump(url: URL, pg_dump: str, partial: Path, lock_wait: float) -> None:
    # pg_dump waits for ACCESS SHARE on every table: no longer than a revision would wait for its own locks.
    patience = max(round(lock_wait * 1000), 1)
    free = _free_bytes(partial.parent)
    ended = run_program(
        [pg_dump, "--format=custom", "--no-password", f"--lock-wait-timeout={patience}", f"--file={partial}"],
        environment=program_environment(url, application_name=_APPLICATION_NAME),
    )
    if ended.status == 0:
        for warning in ended.warnings:  # such as one about subscriptions, which only a superuser can dump
            logger.warning("pg_dump warns of this backup: %s", warning)
        return
    if any(words in ended.errors for words in (*_DISK_FULL, *_NOT_WRITABLE)):
        raise _cannot_write(partial.parent, ended.complaint, free)
    if _LOCKED in ended.errors:
        limit = format_duration(lock_wait)
        raise _no_backup(f"a table stayed locked for longer than {limit} (ROLLOUT_LOCK_RETRY_FOR)")
    raise _no_backup(f"{pg_dump}: {ended.complaint}")


def _make_sure_of_its_end(partial: Path) -> None:
    """Make sure that the disk was not full when pg_dump wrote its last bytes.

    It says so of all others; but where its last buffer did not fit, it ends with 0 (seen of pg_dump 18.4), and the file
    lists everything and lacks the end of its last table. Where they did not fit, nothing more fits now.

    Raises:
        OSError: the disk is full.
    """
    size = partial.stat().st_size
    with partial.open("r+b") as file:
        file.seek(size)
        file.write(bytes(_ROOM_LEFT))
        file.flush()
        os.fsync(file.fileno())
        file.truncate(size)


def _verify(pg_restore: str, partial: Path, source: _Source) -> tuple[str, ...]:
    """Make sure that the dump can be read and has the version table; return the revisions that it holds."""
    archive = read_archive(pg_restore, partial)
    if archive.database != source.database:
        raise _no_backup(f"what pg_dump wrote is no dump of {source.database}")
    if source.version_table_schema is None:
        return ()  # never migrated
    if source.version_table_schema not in archive.schemas_with_rows_of(source.version_table):
        raise _no_backup(f"what pg_dump wrote lacks the version table {source.version_table}")
    return archived_revisions(pg_restore, archive, source.version_table_schema, source.version_table)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
