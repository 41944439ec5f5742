"""The schema as the last migration left it, to compare the live one with.

Left out are the tables of Alembic and of this library, and partitions: jobs create and drop them every day. Not part of
a schema are rows, the values of sequences, gathered statistics and the settings of roles and databases.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from alembic_rollout.history.catalogue_table import create_catalogue_table, locate_catalogue
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.postgres.sqlstates import LOCK_NOT_AVAILABLE
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.catalogue import LOCK_TIMEOUT, reads_catalogue
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

logger = logging.getLogger(__name__)

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
    place = locate_catalogue(connection, version_table, history_table)
    if place.stored is None:
        create_catalogue_table(connection, qualified(version_table.schema, CATALOGUE_TABLE))
        place = locate_catalogue(connection, version_table, history_table)
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
        f"SELECT objects FROM {for_driver(table)} WHERE version_table = %s",  # noqa: S608 - quoted name
        (version_table,),
    ).scalar_one()
    kept = with_former([CatalogueObject(*one) for one in stored], drift)
    objects = json.dumps([[one.kind, one.name, one.parent, one.detail] for one in kept])
    connection.exec_driver_sql(
        f"UPDATE {for_driver(table)} SET objects = %s::jsonb WHERE version_table = %s",  # noqa: S608
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
    place = locate_catalogue(connection, version_table, history_table)
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
