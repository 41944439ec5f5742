"""The table `alembic_rollout_catalogue`: the schema as the last migration left it, to compare the live one with.

One row a version table. It says which revisions and which row of the history it belongs to: where the database has
others, because a process was killed after its commit or another tool migrated, the two cannot be compared. Nor can what
another version of the query or another major version of PostgreSQL has written: the words differ.

Left out are the tables of Alembic and of this library, and partitions: jobs create and drop them every day. Not part of
a schema are rows, the values of sequences, gathered statistics and the settings of roles and databases.
"""

import hashlib
import json
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.privileges import revoke_writes
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.catalogue import CATALOGUE_QUERY, LOCK_TIMEOUT, oids, own_tables, reads_catalogue
from alembic_rollout.settings import CATALOGUE_TABLE

# Two trees may share a database: what one of them has just done is no change behind the other's back.
_STORE = """
    WITH live AS MATERIALIZED (
        SELECT coalesce(jsonb_agg(jsonb_build_array(kind, name, parent, detail)), '[]') AS objects
        FROM ({query}) AS object (kind, name, parent, detail)
    ), other AS (
        UPDATE {table} SET objects = live.objects FROM live
        WHERE version_table <> %(version_table)s AND made_with = {made_with}
    )
    INSERT INTO {table} (version_table, own_tables, revisions, attempt, made_with, objects)
    SELECT %(version_table)s, %(own_tables)s, {revisions}, {attempt}, {made_with}, objects FROM live
    ON CONFLICT (version_table) DO UPDATE SET own_tables = excluded.own_tables, revisions = excluded.revisions,
        attempt = excluded.attempt, made_with = excluded.made_with, objects = excluded.objects, stored_at = DEFAULT
"""
_COMPARE = """
    WITH live (kind, name, parent, detail) AS MATERIALIZED ({query}),
    stored (kind, name, parent, detail) AS MATERIALIZED (
        SELECT object ->> 0, object ->> 1, object ->> 2, object ->> 3
        FROM {table} CROSS JOIN LATERAL jsonb_array_elements(objects) AS object WHERE version_table = %(version_table)s
    )
    SELECT false, * FROM (SELECT * FROM stored EXCEPT SELECT * FROM live) AS former
    UNION ALL SELECT true, * FROM (SELECT * FROM live EXCEPT SELECT * FROM stored) AS present
    ORDER BY 2, 3, 1
"""
_LOCATE = """
    SELECT to_regclass(name)::oid::bigint, (
        SELECT format('%%I.%%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE c.oid = to_regclass(name)
    ) FROM unnest(%s::text[]) WITH ORDINALITY AS asked (name, place) ORDER BY place
"""
_STATE = """
    SELECT version_table, own_tables, revisions, attempt, made_with, {revisions}, {attempt}, {made_with} FROM {table}
"""
_REVISIONS = "ARRAY(SELECT version_num::text FROM {version} ORDER BY 1)"
# A stamp's or a repair's row tells of no change of the schema, and neither does one that was held, or refused before
# anything ran: a failure without a try that has a duration.
_ATTEMPT = """(
    SELECT max(id) FROM {history} WHERE direction IN ('upgrade', 'downgrade') AND outcome <> 'held'
    AND NOT (outcome = 'failed' AND attempts = 0 AND duration_ms IS NOT NULL)
)"""

logger = logging.getLogger(__name__)

# What the words of a catalogue depend on.
_MADE_WITH = f"""
    format('PostgreSQL %%s, query {hashlib.sha256(CATALOGUE_QUERY.encode()).hexdigest()[:16]}',
           current_setting('server_version_num')::int / 10000)
"""

LOCKED = "another session has locked a table"
"""Why a schema cannot be compared now."""


@dataclass(frozen=True, slots=True)
class CatalogueObject:
    """An object of a schema; see `catalogue.sql`."""

    kind: str
    name: str
    parent: str | None
    detail: str | None


@dataclass(frozen=True, slots=True)
class CatalogueChanges:
    """What has changed since the catalogue was stored; an object that is other than it was is in both.

    Attributes:
        former: objects as they were, and are no more.
        present: objects as they are, and were not then.
        revisions: which the stored catalogue belongs to.
        unknown: why the two could not be compared; empty where they were.
    """

    former: tuple[CatalogueObject, ...] = ()
    present: tuple[CatalogueObject, ...] = ()
    revisions: tuple[str, ...] = ()
    unknown: str = ""


def store_catalogue(
    connection: Connection, version_table: VersionTable, history_table: str, *, drift: CatalogueChanges | None = None
) -> None:
    """Store the schema as it is now, with the revisions that the database is at.

    Call it after the last step's commit, under the run lock. Revisions and schema are read in one statement.

    Args:
        connection: the lock's, in autocommit; as the role that migrates.
        version_table: of the tree.
        history_table: the name of its history.
        drift: what was found changed before the first step. Where the steps left it as it was, the object is stored as
            it was before that change: a migration must not make drift disappear.
    """
    place = _locate(connection, version_table, history_table)
    if place.stored is None:
        _create(connection, qualified(version_table.schema, CATALOGUE_TABLE))
        place = _locate(connection, version_table, history_table)
    others = [row for row in place.rows(connection) if row.version_table != version_table.name]
    values = {
        "version_table": version_table.name,
        "own_tables": list(place.own),
        "hidden": place.hidden(connection, others),
        "partitions": False,
    }
    with reads_catalogue(connection):
        connection.exec_driver_sql(place.fill(_STORE), values)
    if drift is not None and (drift.former or drift.present):
        _carry_over(connection, str(place.stored), version_table.name, drift)


def _carry_over(connection: Connection, table: str, version_table: str, drift: CatalogueChanges) -> None:
    stored = connection.exec_driver_sql(
        f"SELECT objects FROM {table} WHERE version_table = %s",  # noqa: S608 - quoted name
        (version_table,),
    ).scalar_one()
    kept = with_former([CatalogueObject(*one) for one in stored], drift)
    objects = json.dumps([[one.kind, one.name, one.parent, one.detail] for one in kept])
    connection.exec_driver_sql(
        f"UPDATE {table} SET objects = %s::jsonb WHERE version_table = %s",  # noqa: S608
        (objects, version_table),
    )


def with_former(live: Iterable[CatalogueObject], drift: CatalogueChanges) -> list[CatalogueObject]:
    """Return a schema with drifted objects as they were before they drifted, unless a migration changed them since.

    Args:
        live: the objects as they are.
        drift: what had changed behind the revisions' back before.
    """
    objects = set(live)
    keys = {(one.kind, one.name) for one in (*drift.former, *drift.present)}
    for key in keys:
        now = {one for one in objects if (one.kind, one.name) == key}
        if now == {one for one in drift.present if (one.kind, one.name) == key}:
            objects = (objects - now) | {one for one in drift.former if (one.kind, one.name) == key}
    return sorted(objects, key=lambda one: (one.kind, one.name, one.detail or ""))


def try_to_store_catalogue(
    connection: Connection, version_table: VersionTable, history_table: str, *, drift: CatalogueChanges | None = None
) -> None:
    """Do what `store_catalogue` does; where that fails, warn: the revisions are applied all the same.

    What is stored then belongs to other revisions or to another attempt, so that nothing is compared with it.

    Args:
        connection: the lock's, in autocommit; as the role that migrates.
        version_table: of the tree.
        history_table: the name of its history.
        drift: see `store_catalogue`.
    """
    try:
        store_catalogue(connection, version_table, history_table, drift=drift)
    except SQLAlchemyError as error:
        logger.warning(
            "Could not store the catalogue in %s, so drift is unknown until the next migration: %s",
            qualified(version_table.schema, CATALOGUE_TABLE),
            one_line(error),
        )


def catalogue_changes(
    connection: Connection, version_table: VersionTable, history_table: str, *, lock_timeout: str = LOCK_TIMEOUT
) -> CatalogueChanges:
    """Compare the live schema with the stored one.

    Args:
        connection: to the database, in any isolation level, as a role that may read the table.
        version_table: of the tree.
        history_table: the name of its history.
        lock_timeout: how long a table that another session has locked is waited for.
    """
    place = _locate(connection, version_table, history_table)
    rows = place.rows(connection)
    stored = next((row for row in rows if row.version_table == version_table.name), None)
    if stored is None:
        return CatalogueChanges(unknown="none was stored yet; the next migration stores it")
    if problem := stored.problem():
        return CatalogueChanges(unknown=problem)
    values = {
        "version_table": version_table.name,
        "hidden": place.hidden(connection, [row for row in rows if row is not stored]),
        "partitions": False,
    }
    try:
        with reads_catalogue(connection, lock_timeout=lock_timeout):
            found = connection.exec_driver_sql(place.fill(_COMPARE), values).all()
    except DBAPIError as error:
        if sqlstate(error) != LOCK_NOT_AVAILABLE:
            raise
        return CatalogueChanges(unknown=LOCKED)
    if stored not in place.rows(connection):
        return CatalogueChanges(unknown="another process migrated meanwhile")
    objects = [(is_present, CatalogueObject(*row)) for is_present, *row in found]
    return CatalogueChanges(
        former=tuple(one for is_present, one in objects if not is_present),
        present=tuple(one for is_present, one in objects if is_present),
        revisions=tuple(stored.revisions),
    )


@dataclass(frozen=True, slots=True)
class _Stored:
    """A row of the table without its catalogue, and what the database has of the same things now."""

    version_table: str
    own_tables: Sequence[str]
    revisions: Sequence[str]
    attempt: int | None
    made_with: str
    live_revisions: Sequence[str]
    live_attempt: int | None
    live_made_with: str

    def problem(self) -> str:
        """Return why the live schema cannot be compared with this one; empty where it can."""
        if self.revisions != self.live_revisions:
            return (
                f"the stored one belongs to {_at(self.revisions)} and the database is at {_at(self.live_revisions)}:"
                " another tool has migrated, or a process was killed before it stored the catalogue"
            )
        if self.attempt != self.live_attempt:
            return "a migration has begun since it was stored, and is running, has failed or was killed"
        if self.made_with != self.live_made_with:
            return f"the stored one was written by another version ({self.made_with}; now {self.live_made_with})"
        return ""


@dataclass(frozen=True, slots=True)
class _Place:
    """The tables of a database, each as the name that it has in an empty search path; None where it is missing.

    Attributes:
        own: those to leave out.
        oids: of those.
        version: the version table.
        history: the history.
        stored: the stored catalogue.
    """

    own: tuple[str, ...]
    oids: tuple[int, ...]
    version: str | None
    history: str | None
    stored: str | None

    def fill(self, statement: str) -> str:
        return statement.format(
            query=CATALOGUE_QUERY,
            table=self.stored,
            revisions=_REVISIONS.format(version=self.version) if self.version else "'{}'::text[]",
            attempt=_ATTEMPT.format(history=self.history) if self.history else "NULL::bigint",
            made_with=_MADE_WITH,
        )

    def rows(self, connection: Connection) -> list[_Stored]:
        """Return one row for every version table that has migrated this database."""
        if self.stored is None:
            return []
        found = connection.exec_driver_sql(self.fill(_STATE))
        return [_Stored(*row) for row in found]

    def hidden(self, connection: Connection, others: Sequence[_Stored]) -> list[int]:
        """Return the oids of the tables to leave out: those of the other trees that migrate this database too."""
        theirs = {table for row in others for table in row.own_tables}
        return [*self.oids, *(oids(connection, theirs) if theirs else ())]


def _locate(connection: Connection, version_table: VersionTable, history_table: str) -> _Place:
    own = own_tables(version_table, history_table)
    version, history = version_table.sql, qualified(version_table.schema, history_table)
    stored = qualified(version_table.schema, CATALOGUE_TABLE)
    found = dict(zip(own, connection.exec_driver_sql(_LOCATE, (list(own),)).all(), strict=True))
    return _Place(
        own=tuple(name for _, name in found.values() if name is not None),
        oids=tuple(oid for oid, _ in found.values() if oid is not None),
        version=found[version][1],
        history=found[history][1],
        stored=found[stored][1],
    )


def _create(connection: Connection, name: str) -> None:
    connection.exec_driver_sql(
        f"""
        CREATE TABLE IF NOT EXISTS {name} (
            version_table text PRIMARY KEY,
            own_tables text[] NOT NULL,
            revisions text[] NOT NULL,
            attempt bigint,
            made_with text NOT NULL,
            stored_at timestamptz NOT NULL DEFAULT clock_timestamp(),
            objects jsonb NOT NULL
        )
        """
    )
    revoke_writes(connection, name)


def _at(revisions: Sequence[str]) -> str:
    return ", ".join(revisions) or "no revision"
