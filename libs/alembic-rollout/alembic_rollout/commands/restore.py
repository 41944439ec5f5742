"""The verb `restore`: what would be restored where, what speaks against it, and with `--yes` the restore itself."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, OperationalError

from alembic_rollout.backup.archive import archived_revisions, read_archive, schema_of
from alembic_rollout.backup.backups import backup_folder, format_size
from alembic_rollout.backup.restoring import Restoration, Source, admin_engine, unfinished_restores
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.connection import wait_for_database
from alembic_rollout.postgres.databases import SESSIONS, PresentDatabase, drop_statement, read_database
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.programs import find_program
from alembic_rollout.postgres.run_lock import run_lock
from alembic_rollout.signals import sigterm_raises

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_MAINTENANCE_DATABASE = "postgres"
_REMEDY = "set ROLLOUT_ADMIN_URL to a superuser, or to a role that may create databases and is a member of"


@dataclass(frozen=True, slots=True)
class _Target:
    """The present database, as the migrating role sees it."""

    database: str
    role: str
    server_major: int
    server_started: datetime
    version_table_schema: str | None
    revisions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Session:
    """A session that would be ended."""

    pid: int
    role: str
    application: str
    address: str | None
    state: str | None
    may_be_ended: bool

    def __str__(self) -> str:
        facts = (f"pid {self.pid}", self.role, self.application, self.address, self.state)
        return ", ".join(fact for fact in facts if fact)


def restore_command(environment: "Environment", file: str, *, yes: bool) -> None:
    """Put a backup into a new database and swap it for the present one, which is kept under another name.

    Args:
        environment: names the database; `admin_url` of its settings may name the role that creates the new one.
        file: the backup: a path, or a name in the folder of the backups.
        yes: do it; otherwise only say what would be done.

    Raises:
        UsageError: the file is not there, or is no backup of this database.
        RolloutError: it could not be restored; the present database was left as it is.
    """
    with sigterm_raises():
        target = _read_target(environment)
        pg_restore = find_program(environment.settings, "pg_restore", minimum_major=target.server_major)
        vacuumdb = find_program(environment.settings, "vacuumdb", minimum_major=target.server_major)
        source = _read_source(environment, pg_restore, _find_file(environment, file), target)
        url = _admin_url(environment, target)
        with _connect(url, target) as admin:
            present, is_superuser = _check_admin(admin, target)
            sessions = _sessions(admin, target)
            _check_nothing_blocks(admin, target, sessions)
            left_over = unfinished_restores(admin, target.database)
        _describe(source, target, present, url, sessions=sessions, left_over=left_over)
        if not yes:
            print("Nothing was done; --yes does it.")
            return
        restoration = Restoration(source, present, url, is_superuser, target.role, pg_restore, vacuumdb)
        with run_lock(
            environment.engine(), environment.version_table, seconds=environment.settings.run_lock_wait
        ) as lock:
            former = restoration.run(lock)
    _report(source, target, former)


def _read_target(environment: "Environment") -> _Target:
    with wait_for_database(environment.engine(), seconds=environment.settings.wait) as connection:
        schema, table = environment.version_table.schema, environment.version_table.name
        database, role, version, started = connection.exec_driver_sql(
            "SELECT current_database(), current_user, current_setting('server_version_num')::int,"
            " pg_postmaster_start_time()"
        ).one()
        return _Target(
            database=database,
            role=role,
            server_major=version // 10000,
            server_started=started,
            version_table_schema=schema_of(connection, schema, table) or schema,
            revisions=environment.version_table.revisions(connection),
        )


def _find_file(environment: "Environment", file: str) -> Path:
    folder = backup_folder(environment)
    for path in (Path(file), folder / file):
        if path.is_file():
            return path.resolve()
    raise UsageError(f"There is no file {file}, neither here nor in {folder}.")


def _read_source(environment: "Environment", pg_restore: str, path: Path, target: _Target) -> Source:
    archive = read_archive(pg_restore, path)
    if archive.server_major > target.server_major:
        raise UsageError(
            f"{path} comes from PostgreSQL {archive.server_version} and this server is {target.server_major}:"
            " restore it on a server that is at least as new."
        )
    if archive.database != target.database:
        raise UsageError(f"{path} is a backup of the database {archive.database}, not of {target.database}.")
    table = environment.version_table.name
    schemas = archive.schemas_with_rows_of(table)
    schema = target.version_table_schema or next(iter(schemas), None)
    if schema is None or schema not in schemas:
        raise UsageError(f"{path} has no version table {table}: it tells no revision to return to.")
    revisions = archived_revisions(pg_restore, archive, schema, table)
    return Source(archive, revisions, schema, table)


def _admin_url(environment: "Environment", target: _Target) -> URL:
    stated = environment.settings.admin_url
    try:
        url = make_url(stated or environment.url)
    except ArgumentError:
        raise UsageError(
            "ROLLOUT_ADMIN_URL cannot be read; write postgresql+psycopg2://role:password@host:port/database."
        ) from None
    # A database cannot be renamed by a session of its own.
    elsewhere = stated and url.database and url.database != target.database
    return url if elsewhere else url.set(database=_MAINTENANCE_DATABASE)


@contextmanager
def _connect(url: URL, target: _Target) -> Iterator[Connection]:
    engine = admin_engine(url)
    try:
        connection = engine.connect()
    except OperationalError as error:
        where = url.render_as_string(hide_password=True)
        raise RolloutError(
            f"{where} refuses the connection: {one_line(error)}. For a restore, {_REMEDY} {target.role}."
        ) from None
    with connection:
        yield connection


def _check_admin(admin: Connection, target: _Target) -> tuple[PresentDatabase, bool]:
    """Make sure that the role can do it, on the server where the database is; return both."""
    started = admin.exec_driver_sql("SELECT pg_postmaster_start_time()").scalar_one()
    present = read_database(admin, target.database)
    if present is None or started != target.server_started:
        raise UsageError(f"ROLLOUT_ADMIN_URL leads to another server than the one with {target.database}.")
    role, is_superuser, may_restore = admin.exec_driver_sql(
        "SELECT rolname, rolsuper, rolcreatedb AND pg_has_role(%s, 'USAGE') AND pg_has_role(%s, 'MEMBER')"
        " FROM pg_roles WHERE rolname = current_user",
        (present.owner, target.role),
    ).one()
    if not (is_superuser or may_restore):
        raise RolloutError(f"{role} may not create a database in place of {present.name}: {_REMEDY} {present.owner}.")
    return present, bool(is_superuser)


def _sessions(admin: Connection, target: _Target) -> list[_Session]:
    found = admin.exec_driver_sql(
        "SELECT a.pid, a.usename, a.application_name, host(a.client_addr), a.state,"  # noqa: S608 - of constants
        " (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) OR pg_has_role(a.usesysid, 'USAGE') OR"
        " (pg_has_role('pg_signal_backend', 'USAGE') AND NOT (SELECT rolsuper FROM pg_roles WHERE oid = a.usesysid))"
        f" {SESSIONS} ORDER BY a.pid",
        (target.database,),
    )
    return [_Session(*row) for row in found]


def _check_nothing_blocks(admin: Connection, target: _Target, sessions: list[_Session]) -> None:
    """Find out now, not after a long restore, what would keep the database from being renamed."""
    prepared = admin.exec_driver_sql("SELECT gid FROM pg_prepared_xacts WHERE database = %s", (target.database,))
    if gids := prepared.scalars().all():
        raise RolloutError(
            f"{target.database} has prepared transactions and cannot be renamed: {', '.join(gids)}."
            " Commit them or roll them back (COMMIT PREPARED, ROLLBACK PREPARED)."
        )
    if others := [str(session) for session in sessions if not session.may_be_ended]:
        raise RolloutError(
            f"Only a superuser may end these sessions of {target.database}: {'; '.join(others)}."
            " End them, or set ROLLOUT_ADMIN_URL to a superuser."
        )


def _describe(
    source: Source,
    target: _Target,
    present: PresentDatabase,
    url: URL,
    *,
    sessions: list[_Session],
    left_over: list[str],
) -> None:
    archive = source.archive
    lines = [
        f"Backup:    {archive.path} ({format_size(archive.path.stat().st_size)})",
        f"           made {archive.created} from PostgreSQL {archive.server_version}",
        f"Revision:  {_joined(source.revisions)}",
        f"Replaces:  {target.database} on {url.host or 'localhost'}, owned by {present.owner}",
        f"           now at revision {_joined(target.revisions)}",
        f"           kept as {target.database}_before_<time>",
        f"Sessions:  {len(sessions)} to be ended{':' if sessions else ''}",
        *(f"           {session}" for session in sessions),
        *(f"Left over: {name}, by a restore that was killed: {drop_statement(name)}" for name in left_over),
    ]
    print("\n".join(lines))


def _report(source: Source, target: _Target, former: str) -> None:
    print(
        f"Restored: {target.database} is at revision {_joined(source.revisions)} again.\n"
        f"The former database is kept as {former}. Once nobody needs it any more: {drop_statement(former)}"
    )


def _joined(revisions: tuple[str, ...]) -> str:
    return ", ".join(revisions) or "none"
