"""What a restore would do and what prevents it, found out before anything is made."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import URL, Connection, make_url

from alembic_rollout.backup.archive import Archive, archived_revisions, read_archive, schema_of
from alembic_rollout.backup.archive_entries import (
    Restorer,
    described,
    extensions_in,
    only_for_superusers,
    read_restorer,
    with_dependents,
    without_remarks,
)
from alembic_rollout.backup.ended_sessions import Session, check_nothing_blocks, sessions_of
from alembic_rollout.backup.restored_names import unfinished_restores
from alembic_rollout.databases.default_privileges import DefaultPrivileges, read_default_privileges
from alembic_rollout.databases.extensions import Extension, may_create, read_extensions
from alembic_rollout.databases.lifecycle import PresentDatabase, read_database
from alembic_rollout.databases.programs import find_program
from alembic_rollout.errors import RolloutError, UsageError
from alembic_rollout.postgres.admin_connection import admin_connection, admin_engine, admin_url
from alembic_rollout.postgres.connection import create_migration_engine, wait_for_database
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.settings import Settings

APPLICATION_NAME = "alembic-rollout restore"
_FOR_SUPERUSERS = "only a superuser can restore it"
_DEPENDENT = "it depends on what is left out"
_REMEDY = "set ROLLOUT_ADMIN_URL to a superuser, or to a role that may create databases and is a member of"


@dataclass(frozen=True, slots=True)
class Target:
    """The present database, as the migrating role sees it.

    Attributes:
        database: its name.
        restorer: the migrating role.
        server_major: major version of its server.
        server_started: tells its server from others.
        version_table: where it is, with its schema where there is one.
        revisions: what the database is at.
        extensions: those that it has.
        default_privileges: those that it has.
    """

    database: str
    restorer: Restorer
    server_major: int
    server_started: datetime
    version_table: VersionTable
    revisions: tuple[str, ...]
    extensions: tuple[Extension, ...]
    default_privileges: tuple[DefaultPrivileges, ...]


@dataclass(frozen=True, slots=True)
class RestorePlan:
    """A restore that nothing prevents.

    Attributes:
        archive: the file.
        revisions: what the database was at when it was dumped.
        version_table: where the version table is in the file.
        target: the database whose place the restored one takes.
        present: what the server knows of that database.
        migration_url: of the migrating role, to the present database.
        admin_url: of the role that creates and renames databases, to another database.
        is_superuser: that role is a superuser.
        may_create_roles: it may create roles.
        sessions: the sessions that are ended.
        copied: default privileges of other roles, which the administrator takes from the present database.
        refused: entries of the file that are not restored: only a superuser could, or they depend on such ones.
        left_out: those of them that are to be mentioned, and why.
        left_over: databases that restores which were killed have left.
        pg_restore: the program.
        vacuumdb: the program.
    """

    archive: Archive
    revisions: tuple[str, ...]
    version_table: VersionTable
    target: Target
    present: PresentDatabase
    migration_url: URL
    admin_url: URL
    is_superuser: bool
    may_create_roles: bool
    sessions: tuple[Session, ...]
    copied: tuple[DefaultPrivileges, ...]
    refused: frozenset[str]
    left_out: Mapping[str, str]
    left_over: tuple[str, ...]
    pg_restore: str
    vacuumdb: str


def plan_restore(
    migration_url: str,
    settings: Settings,
    version_table: VersionTable,
    *,
    file: str,
    folder: Path,
    swaps: bool = True,
) -> RestorePlan:
    """Find out what a restore would do.

    Args:
        migration_url: of the database.
        settings: `admin_url` names the role that creates the new one.
        version_table: of the project.
        file: the backup: a path, or a name in the folder.
        folder: of the backups.
        swaps: the restored database takes the place of the present one, whose sessions are ended.

    Raises:
        UsageError: the file is not there, or is no backup of this database.
        RolloutError: the roles or programs for it are missing, or something keeps the database from being renamed.
    """
    target = _read_target(migration_url, settings, version_table)
    pg_restore = find_program(settings, "pg_restore", minimum_major=target.server_major)
    vacuumdb = find_program(settings, "vacuumdb", minimum_major=target.server_major)
    archive = _read_file(pg_restore, _find_file(file, folder), target)
    stored = _version_table_in(archive, target)
    _check_extensions(migration_url, settings, archive, target)
    # A database cannot be renamed by a session of its own.
    url = admin_url(settings.admin_url, migration_url, outside=target.database)
    with _connect(url, target.restorer.role) as admin:
        present, is_superuser, may_create_roles = _check_admin(admin, target)
        sessions = sessions_of(admin, target.database) if swaps else []
        if swaps:
            check_nothing_blocks(admin, target.database, sessions)
        left_over = unfinished_restores(admin, target.database)
    refused = only_for_superusers(archive.entries, target.restorer)
    dependent = with_dependents(archive, refused)
    copied = _copied(refused, target) if is_superuser else ()
    return RestorePlan(
        archive=archive,
        revisions=archived_revisions(pg_restore, archive, str(stored.schema), stored.name),
        version_table=stored,
        target=target,
        present=present,
        migration_url=make_url(migration_url),
        admin_url=url,
        is_superuser=is_superuser,
        may_create_roles=may_create_roles,
        sessions=tuple(sessions),
        copied=copied,
        refused=frozenset(dependent),
        left_out={
            entry: _FOR_SUPERUSERS if entry in refused else _DEPENDENT
            for entry in (*refused, *without_remarks(one for one in dependent if one not in refused))
            if described(entry) not in {one.entry for one in copied}
        },
        left_over=tuple(left_over),
        pg_restore=pg_restore,
        vacuumdb=vacuumdb,
    )


def _copied(refused: Sequence[str], target: Target) -> tuple[DefaultPrivileges, ...]:
    """Return the default privileges that both the file and the present database have."""
    entries = {described(entry) for entry in refused}
    return tuple(one for one in target.default_privileges if one.entry in entries)


def _read_target(migration_url: str, settings: Settings, version_table: VersionTable) -> Target:
    with wait_for_database(create_migration_engine(migration_url), seconds=settings.wait) as connection:
        database, version, started = connection.exec_driver_sql(
            "SELECT pg_catalog.current_database(), pg_catalog.current_setting('server_version_num')::int,"
            " pg_catalog.pg_postmaster_start_time()"
        ).one()
        schema = schema_of(connection, version_table.schema, version_table.name) or version_table.schema
        return Target(
            database=database,
            restorer=read_restorer(connection),
            server_major=version // 10000,
            server_started=started,
            version_table=VersionTable(schema, version_table.name),
            revisions=version_table.revisions(connection),
            extensions=read_extensions(connection),
            default_privileges=read_default_privileges(connection),
        )


def _find_file(file: str, folder: Path) -> Path:
    for path in (Path(file), folder / file):
        if path.is_file():
            return path.resolve()
    raise UsageError(f"There is no file {file}, neither here nor in {folder}.")


def _read_file(pg_restore: str, path: Path, target: Target) -> Archive:
    archive = read_archive(pg_restore, path)
    if archive.server_major > target.server_major:
        raise UsageError(
            f"{path} comes from PostgreSQL {archive.server_version} and this server is {target.server_major}:"
            " restore it on a server that is at least as new."
        )
    if archive.database != target.database:
        raise UsageError(f"{path} is a backup of the database {archive.database}, not of {target.database}.")
    return archive


def _version_table_in(archive: Archive, target: Target) -> VersionTable:
    table = target.version_table.name
    schemas = archive.schemas_with_rows_of(table)
    schema = target.version_table.schema or next(iter(schemas), None)
    if schema is None or schema not in schemas:
        raise UsageError(f"{archive.path} has no version table {table}: the revision to return to is unknown.")
    return VersionTable(schema, table)


def _check_extensions(migration_url: str, settings: Settings, archive: Archive, target: Target) -> None:
    """Make sure that no extension would have to be created with more rights because a file says so."""
    present = {extension.name for extension in target.extensions}
    missing = [name for name in extensions_in(archive) if name not in present]
    if not missing:
        return
    with wait_for_database(create_migration_engine(migration_url), seconds=settings.wait) as connection:
        refused = [name for name in missing if not may_create(connection, name)]
    if refused:
        raise RolloutError(
            f"{archive.path} has the extension {', '.join(refused)}, which {target.database} does not have and"
            f" {target.restorer.role} may not create: run CREATE EXTENSION in {target.database} as a superuser first."
        )


@contextmanager
def _connect(url: URL, role: str) -> Iterator[Connection]:
    engine = admin_engine(url, application_name=APPLICATION_NAME)
    with admin_connection(engine, remedy=f"For a restore, {_REMEDY} {role}.") as admin:
        yield admin


def _check_admin(admin: Connection, target: Target) -> tuple[PresentDatabase, bool, bool]:
    """Make sure that the role can do it, on the server where the database is.

    Returns:
        The present database, and True if the role is a superuser, and if it may create roles.
    """
    started = admin.exec_driver_sql("SELECT pg_postmaster_start_time()").scalar_one()
    present = read_database(admin, target.database)
    if present is None or started != target.server_started:
        raise UsageError(f"ROLLOUT_ADMIN_URL leads to another server than the one with {target.database}.")
    role, is_superuser, may_create_roles, may_restore = admin.exec_driver_sql(
        "SELECT rolname, rolsuper, rolsuper OR rolcreaterole, rolcreatedb AND pg_has_role(%s, 'USAGE')"
        " FROM pg_roles WHERE rolname = current_user",
        (present.owner,),
    ).one()
    if not (is_superuser or may_restore):
        raise RolloutError(f"{role} may not create a database in place of {present.name}: {_REMEDY} {present.owner}.")
    return present, bool(is_superuser), bool(may_create_roles)
