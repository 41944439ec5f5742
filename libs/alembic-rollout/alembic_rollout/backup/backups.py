"""Backups: pg_dump's custom format, verified before it counts as one, and a number of them kept.

A backup appears under its name only when it is complete, safe on the disk and readable. Until then it is a `.partial`
file, which the next backup removes once it is a day old: nobody waits for it any more.
"""

import logging
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, make_url

from alembic_rollout.backup.archive import archived_revisions, read_archive, schema_of
from alembic_rollout.backup.retention import (
    TIMESTAMP_FORMAT,
    KeptBackup,
    Label,
    partial_name,
    remove_abandoned,
    remove_oldest,
)
from alembic_rollout.durations import format_duration
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.programs import find_program, program_environment, run_program
from alembic_rollout.signals import sigterm_raises

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_APPLICATION_NAME = "alembic-rollout backup"
_DISK_FULL = ("No space left on device", "Disk quota exceeded", "File too large")
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


def take_backup(environment: "Environment", connection: Connection, *, label: Label) -> Backup:
    """Dump the database, make sure that the file can be read, then remove what is beyond the number to keep.

    Args:
        environment: names the database, the folder and how many are kept.
        connection: to the database; no transaction is left open on it that was not open before.
        label: why it is taken.

    Raises:
        RolloutError: there is no backup: no pg_dump, a full disk, a table that the role may not read, ...
    """
    source = _read_source(environment, connection)
    pg_dump, pg_restore = (
        find_program(environment.settings, name, minimum_major=source.server_major, otherwise=_WITHOUT_BACKUPS)
        for name in ("pg_dump", "pg_restore")
    )
    folder = backup_folder(environment)
    started = time.monotonic()
    with _writable(folder):
        _make_folder(folder)
        remove_abandoned(folder, source.database)
        free = shutil.disk_usage(folder).free
    logger.info("Backing up %s with %s.", source.database, pg_dump, extra={"database": source.database})
    with sigterm_raises(), _writable(folder, free), _partial_file(folder, source.database) as (partial, timestamp):
        _dump(environment, pg_dump, partial, free)
        revisions = _verify(pg_restore, partial, source)
        _flush(partial)
        kept = KeptBackup(timestamp, source.database, revisions, label)
        path = folder / kept.file_name
        partial.rename(path)
        _flush(folder)
    remove_oldest(folder, kept, keep=environment.settings.backup_keep)
    backup = Backup(path, path.stat().st_size, time.monotonic() - started, revisions)
    logger.info("Backed up: %s", describe(backup), extra={"backup": str(path), "bytes": backup.bytes})
    return backup


def backup_folder(environment: "Environment") -> Path:
    """Return the folder of the backups: relative to the project's."""
    return environment.folder / environment.settings.backup_dir


def format_size(size: int) -> str:
    """Say a number of bytes the way a person would: `812 bytes`, `4.2 MB`."""
    if size < 1000:  # noqa: PLR2004 - one kB
        return f"{size} bytes"
    rounded = float(size)
    for unit in ("kB", "MB", "GB"):
        rounded /= 1000
        if rounded < 1000:  # noqa: PLR2004 - one of the next unit
            return f"{rounded:.1f} {unit}"
    return f"{rounded / 1000:.1f} TB"


def describe(backup: Backup) -> str:
    """Say where a backup is, how large it is, how long it took and what it holds."""
    at = ", ".join(backup.revisions) or "no revision"
    return f"{backup.path} ({format_size(backup.bytes)}, {format_duration(backup.seconds)}, at {at})"


def _read_source(environment: "Environment", connection: Connection) -> _Source:
    was_in_transaction = connection.in_transaction()
    schema, table = environment.version_table.schema, environment.version_table.name
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
def _writable(folder: Path, free: int | None = None) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _cannot_write(folder, str(error.strerror), free) from None


def _cannot_write(folder: Path, reason: str, free: int | None) -> RolloutError:
    remedy = "Make it writable"
    if free is not None:
        remedy = f"There were {format_size(free)} free when it began: make room"
    return _no_backup(f"{folder} cannot be written: {reason}. {remedy}, or set ROLLOUT_BACKUP_DIR to another folder")


def _no_backup(reason: str) -> RolloutError:
    return RolloutError(f"No backup was taken, and nothing else was done: {reason}.")


def _make_folder(folder: Path) -> None:
    if folder.is_dir():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Dumps hold everybody's data and stand inside a checkout by default: git must never see them.
    (folder / ".gitignore").write_text("*\n")


@contextmanager
def _partial_file(folder: Path, database: str) -> Iterator[tuple[Path, str]]:
    """Make a file to dump into that nobody else can read, with a timestamp in its name; remove what is left of it."""
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


def _dump(environment: "Environment", pg_dump: str, partial: Path, free: int) -> None:
    # pg_dump waits for ACCESS SHARE on every table: no longer than a revision would wait for its own locks.
    patience = max(round(environment.settings.lock_retry_for * 1000), 1)
    ended = run_program(
        [pg_dump, "--format=custom", "--no-password", f"--lock-wait-timeout={patience}", f"--file={partial}"],
        environment=program_environment(make_url(environment.url), application_name=_APPLICATION_NAME),
    )
    if ended.status == 0:
        return
    if any(words in ended.errors for words in _DISK_FULL):
        raise _cannot_write(partial.parent, ended.complaint, free)
    if _LOCKED in ended.errors:
        limit = format_duration(environment.settings.lock_retry_for)
        raise _no_backup(f"a table stayed locked for longer than {limit} (ROLLOUT_LOCK_RETRY_FOR)")
    raise _no_backup(f"{pg_dump}: {ended.complaint}")


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
