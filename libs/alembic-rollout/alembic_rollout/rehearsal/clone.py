"""Copies the live schema, without rows, into a scratch database: pg_dump's script, run through the driver.

Where a superuser made the scratch database and every role of the live server is there, owners and privileges come
along, so that a revision fails here where it would fail there. Elsewhere everything belongs to whoever rehearses.
"""

import logging
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError

from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.databases import execute
from alembic_rollout.postgres.error_text import one_line
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.programs import find_program, program_environment, run_program
from alembic_rollout.scratch.database import APPLICATION_NAME, Scratch, may_create

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

_ENTRY = re.compile(r"\n(?=--\n-- Name: .*; Type: )")
_EXTENSION = re.compile(r"--\n-- Name: (.+); Type: EXTENSION; Schema: ")
_EXTENSION_COMMENT = re.compile(r"--\n-- Name: EXTENSION .+; Type: COMMENT; Schema: ")
_FOR_PSQL = re.compile(r"^\\(?:un)?restrict .*\n?", re.MULTILINE)
_SETTING = re.compile(r"^SET (\w+) = .*;\n", re.MULTILINE)
# One transaction keeps a lock on everything that it makes, and the server's lock table has an end.
_ENTRIES_OF_A_TRANSACTION = 500
_WAITED = "canceling statement due to statement timeout"  # so pg_dump ends its wait; it sets no other limit
_ALWAYS = ("--schema-only", "--no-password", "--no-subscriptions", "--no-security-labels")
_AS_OTHERS_HAVE_IT = ("--no-owner", "--no-privileges", "--no-publications", "--no-tablespaces")

logger = logging.getLogger(__name__)


def clone_schema(environment: "Environment", scratch: Scratch, current: Sequence[str]) -> None:
    """Copy the live schema into a scratch database, and the rows of the version table.

    Args:
        environment: names the live database.
        scratch: the scratch database, still empty.
        current: what the version table holds.

    Raises:
        RolloutError: there is no pg_dump that is new enough, or the schema cannot be read or made again.
    """
    keeps_owners = scratch.is_superuser and scratch.has_all_roles
    script = _FOR_PSQL.sub("", _dump(environment, scratch, () if keeps_owners else _AS_OTHERS_HAVE_IT))
    preamble, *entries = _ENTRY.split(script)
    with (scratch.admin if keeps_owners else scratch.autocommit).connect() as connection:
        execute(connection, _known_settings(connection, preamble))
        wanted = list(_restorable(connection, scratch, entries))
        for start in range(0, len(wanted), _ENTRIES_OF_A_TRANSACTION):
            _run(connection, scratch, "\n".join(wanted[start : start + _ENTRIES_OF_A_TRANSACTION]))
    with scratch.autocommit.connect() as connection:
        _fill_materialized_views(connection)
        table = environment.version_table.sql
        for revision in current:
            connection.exec_driver_sql(f"INSERT INTO {table} (version_num) VALUES (%s)", (revision,))  # noqa: S608 - quoted


def _dump(environment: "Environment", scratch: Scratch, options: Sequence[str]) -> str:
    live = scratch.live
    pg_dump = find_program(environment.settings, "pg_dump", minimum_major=live.major)
    patience = f"--lock-wait-timeout={environment.settings.lock_timeout * 1000:.0f}"
    ended = run_program(
        [pg_dump, *_ALWAYS, *options, patience],
        environment=program_environment(_readers_url(environment, scratch), application_name=APPLICATION_NAME),
    )
    if ended.status != 0:
        locked = (
            " (somebody has a table locked; ROLLOUT_LOCK_TIMEOUT says how long to wait)"
            if _WAITED in ended.errors
            else ""
        )
        raise RolloutError(f"The schema of {live.name} could not be read: {ended.complaint}{locked}")
    return ended.output


def _readers_url(environment: "Environment", scratch: Scratch) -> URL:
    """Return the URL of whoever may read the whole live schema: a superuser where we have one."""
    if scratch.is_superuser and scratch.is_on_live_server:
        return scratch.admin.url.set(database=scratch.live.name)
    return make_url(environment.url)


def _known_settings(connection: Connection, preamble: str) -> str:
    """Leave out what a newer pg_dump sets and this server does not know."""
    known = set(connection.exec_driver_sql("SELECT name FROM pg_settings").scalars())
    return _SETTING.sub(lambda match: match[0] if match[1] in known else "", preamble)


def _restorable(connection: Connection, scratch: Scratch, entries: Sequence[str]) -> Iterator[str]:
    """Yield pg_dump's entries, without the extensions that are there already or cannot be had, and their comments."""
    present = set(connection.exec_driver_sql("SELECT extname FROM pg_catalog.pg_extension").scalars())
    live = {extension.name: extension for extension in scratch.live.extensions}
    for entry in entries:
        match = _EXTENSION.match(entry)
        if match is None:
            if not _EXTENSION_COMMENT.match(entry):
                yield entry
        elif match[1] not in present:
            extension = live[match[1]]
            if extension.name in scratch.refused:
                continue
            if not may_create(connection, extension):
                logger.warning("The rehearsal goes without the extension %s, which cannot be created.", extension.name)
            elif scratch.is_superuser and extension.owner == scratch.live.role:
                # pg_dump does not tell who owns an extension, and a downgrade may drop its own one only.
                role = qualified(None, extension.owner)
                yield f"SET SESSION AUTHORIZATION {role};\n{entry}\nRESET SESSION AUTHORIZATION;"
            else:
                yield entry


def _run(connection: Connection, scratch: Scratch, script: str) -> None:
    try:
        execute(connection, script)
    except DBAPIError as error:
        remedy = "" if scratch.is_superuser else " A superuser in ROLLOUT_ADMIN_URL could."
        raise RolloutError(
            f"The schema of {scratch.live.name} cannot be made again: {one_line(error)}.{remedy}"
        ) from None


def _fill_materialized_views(connection: Connection) -> None:
    """Refresh them: of one that was never filled, not even an empty result can be read."""
    views = connection.exec_driver_sql(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'm' AND NOT relispopulated ORDER BY oid"
    )
    for view in views.scalars().all():
        try:
            execute(connection, f"REFRESH MATERIALIZED VIEW {view}")
        except DBAPIError as error:
            logger.warning("The materialized view %s stays unfilled: %s", view, one_line(error))
