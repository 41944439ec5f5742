"""Copies the live schema, without rows, into a scratch database: pg_dump's script, run through the driver.

The script runs over a login of the migrating role: a function that it defines and calls runs with that role's rights.
What belongs to other roles in the live database is given away afterwards, so that a revision fails here where it would
fail there. Privileges come along where the server has every role of the live one.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError

from alembic_rollout.databases.dump_script import ScriptEntry, granted_by_owner, split_script
from alembic_rollout.databases.ownership import OwnedObject, give, owned_by_others, read_owned
from alembic_rollout.databases.programs import Ended, find_program, program_environment, run_program
from alembic_rollout.databases.refused_entries import Absences, LeftOut, create_entries, run_settings
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import create_migration_engine, execute, wait_for_database
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.postgres.sqlstates import (
    FEATURE_NOT_SUPPORTED,
    INSUFFICIENT_PRIVILEGE,
    INVALID_PARAMETER_VALUE,
    INVALID_SCHEMA_NAME,
    UNDEFINED_FILE,
    UNDEFINED_FUNCTION,
    UNDEFINED_OBJECT,
    UNDEFINED_TABLE,
)
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.scratch.database import APPLICATION_NAME, Scratch
from alembic_rollout.settings import Settings

_OF_EXTENSION = re.compile(r"EXTENSION .+")
# One transaction keeps a lock on everything that it makes, and the server's lock table has an end.
_ENTRIES_OF_A_TRANSACTION = 500
_LOCKED = "canceling statement due to statement timeout"  # so pg_dump ends its wait; it sets no other limit
_REFUSED = "permission denied"
_ALWAYS = ("--schema-only", "--verbose", "--no-password", "--no-subscriptions", "--no-security-labels", "--no-owner")
_WITHOUT_ROLES = ("--no-privileges", "--no-publications", "--no-tablespaces")
_HOLDS_PASSWORDS = "USER MAPPING"
"""Its options are shown to few: a revision in the copy must neither read them nor connect to another server by them."""
_DEFAULTS_OF = re.compile(r"^ALTER DEFAULT PRIVILEGES FOR ROLE (\"(?:[^\"]|\"\")+\"|[^ ]+) ", re.MULTILINE)
_REFUSALS = (
    INSUFFICIENT_PRIVILEGE,
    # What another server does not have (a role, a library, a tablespace), and what is left out already.
    FEATURE_NOT_SUPPORTED,
    INVALID_PARAMETER_VALUE,
    INVALID_SCHEMA_NAME,
    UNDEFINED_FILE,
    UNDEFINED_FUNCTION,
    UNDEFINED_OBJECT,
    UNDEFINED_TABLE,
)

logger = logging.getLogger(__name__)


def clone_schema(
    migration_url: str, settings: Settings, version_table: VersionTable, scratch: Scratch, current: Sequence[str]
) -> list[LeftOut]:
    """Copy the live schema into a scratch database, and the rows of the version table.

    Args:
        migration_url: of the live database.
        settings: name the folder of pg_dump and how long a lock is waited for.
        version_table: of the live database.
        scratch: the scratch database, still empty.
        current: what the version table holds.

    Returns:
        What the copy is without, because the migrating role may not create it or this server does not have it.

    Raises:
        RolloutError: there is no pg_dump that is new enough, or the schema cannot be read or made again.
    """
    preamble, entries = split_script(_dump(migration_url, settings, scratch))
    with scratch.observer.connect() as connection:
        scratch.create_extensions(connection, schema_owner=scratch.role)
        run_settings(connection, preamble)
        absences = Absences()
        wanted = list(_restorable(connection, entries, absences))
        for start in range(0, len(wanted), _ENTRIES_OF_A_TRANSACTION):
            _create(connection, scratch, wanted[start : start + _ENTRIES_OF_A_TRANSACTION], absences)
    with scratch.observer.connect() as connection:
        _fill_materialized_views(connection)
        for revision in current:
            connection.exec_driver_sql(
                f"INSERT INTO {for_driver(version_table.sql)} (version_num) VALUES (%s)",  # noqa: S608 - quoted
                (revision,),
            )
        with wait_for_database(create_migration_engine(migration_url), seconds=settings.wait) as live:
            others = owned_by_others(read_owned(live), scratch.live.role)
        _give_away(others, scratch, connection)
    return absences.reported


def _dump(migration_url: str, settings: Settings, scratch: Scratch) -> str:
    live = scratch.live
    pg_dump = find_program(settings, "pg_dump", minimum_major=live.major)
    patience = f"--lock-wait-timeout={settings.lock_timeout * 1000:.0f}"
    command = [pg_dump, *_ALWAYS, *(() if scratch.has_all_roles else _WITHOUT_ROLES), patience]
    ended = _run_program(command, make_url(migration_url))
    if _REFUSED in ended.errors and scratch.administrator.is_superuser and scratch.is_on_live_server:
        # The migrating role may not lock every table. This is all that a superuser's session does in the live database.
        # With --schema-only, pg_dump locks tables, which evaluates nothing, and reads catalogues through functions of
        # PostgreSQL's, which write expressions down and do not compute them: no view is queried, no row read, no
        # sequence asked (which CVE-2024-7348 was about). Before all else it empties the search path (CVE-2018-1058).
        # Event triggers do not fire for it; one at login, since PostgreSQL 17, is a superuser's own. What it wrote runs
        # as the migrating role, without what only a superuser may see: _HOLDS_PASSWORDS.
        ended = _run_program(command, scratch.admin.url.set(database=live.name))
    if ended.status != 0:
        locked = " (a table is locked; ROLLOUT_LOCK_TIMEOUT says how long to wait)" if _LOCKED in ended.errors else ""
        raise RolloutError(f"The schema of {live.name} could not be read: {ended.complaint}{locked}")
    return ended.output


def _run_program(command: Sequence[str], url: URL) -> Ended:
    return run_program(command, environment=program_environment(url, application_name=APPLICATION_NAME))


def _restorable(connection: Connection, entries: Sequence[ScriptEntry], absences: Absences) -> Iterator[ScriptEntry]:
    """Yield pg_dump's entries, without what is there already and what the copy has to do without."""
    extensions = _names(connection, "SELECT extname FROM pg_catalog.pg_extension")
    available = _names(connection, "SELECT name FROM pg_catalog.pg_available_extensions")
    schemas = _names(connection, "SELECT pg_catalog.quote_ident(nspname) FROM pg_catalog.pg_namespace") | _names(
        connection, "SELECT nspname FROM pg_catalog.pg_namespace"
    )
    is_superuser = connection.exec_driver_sql(
        "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user"
    ).scalar()
    for entry in _without_defaults_of_others(connection, entries):
        is_there = (
            (entry.kind == "EXTENSION" and entry.name in extensions)
            or (entry.kind == "COMMENT" and _OF_EXTENSION.fullmatch(entry.name))
            or (entry.kind == "SCHEMA" and entry.name in schemas)
        )
        if is_there:
            continue
        if entry.kind == _HOLDS_PASSWORDS:
            absences.add(entry, "it may hold a password")
        elif entry.kind == "EXTENSION" and entry.name not in available:
            absences.add(entry, "the server does not have it")
        elif entry.kind == "ACL" and not is_superuser:
            yield replace(entry, sql=granted_by_owner(entry.sql))
        else:
            yield entry


def _without_defaults_of_others(connection: Connection, entries: Sequence[ScriptEntry]) -> Iterator[ScriptEntry]:
    """Yield entries without the default privileges of other roles: they concern no revision."""
    roles = _names(
        connection,
        "SELECT pg_catalog.quote_ident(rolname) FROM pg_catalog.pg_roles WHERE pg_catalog.pg_has_role(oid, 'USAGE')",
    )
    without: dict[str, None] = {}
    for entry in entries:
        defaults = _DEFAULTS_OF.search(entry.sql) if entry.kind == "DEFAULT ACL" else None
        if defaults and defaults[1] not in roles:
            without[defaults[1]] = None
        else:
            yield entry
    if without:
        logger.info("The rehearsal goes without the default privileges of %s.", ", ".join(without))


def _names(connection: Connection, query: str) -> set[str]:
    return set(connection.exec_driver_sql(query).scalars())


def _create(connection: Connection, scratch: Scratch, entries: Sequence[ScriptEntry], absences: Absences) -> None:
    execute(connection, "BEGIN")
    try:
        create_entries(connection, entries, absences, refusals=_REFUSALS)
        execute(connection, "COMMIT")
    except DBAPIError as error:
        raise RolloutError(
            f"The schema of {scratch.live.name} cannot be made again as {scratch.role}: {one_line(error)}."
        ) from None


def _fill_materialized_views(connection: Connection) -> None:
    """Refresh them: of one that was never filled, not even an empty result can be read."""
    views = connection.exec_driver_sql(
        "SELECT oid::pg_catalog.regclass::text FROM pg_catalog.pg_class"
        " WHERE relkind = 'm' AND NOT relispopulated ORDER BY oid"
    )
    for view in views.scalars().all():
        try:
            execute(connection, f"REFRESH MATERIALIZED VIEW {view}")
        except DBAPIError as error:
            logger.warning("The materialized view %s stays unfilled: %s", view, one_line(error))


def _give_away(others: Sequence[OwnedObject], scratch: Scratch, connection: Connection) -> None:
    """Give away what belongs to others in the live database: to the same role, or to one without any right."""
    refused = list(others)
    if scratch.has_all_roles:
        refused = give(connection, {owned: owned.owner for owned in others})
    if refused and scratch.administrator.is_superuser:
        role = scratch.create_role_of_others()
        with scratch.admin.connect() as admin:
            refused = give(admin, dict.fromkeys(refused, role))
    if refused:
        logger.warning(
            "In the rehearsal these belong to %s, so a right that it lacks in %s is not noticed: %s",
            scratch.role,
            scratch.live.name,
            ", ".join(map(str, refused)),
        )
