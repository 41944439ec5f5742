"""The table `alembic_rollout_catalogue`: one row a version table, and what the database has of the same things now.

A row says which revisions and which row of the history it belongs to: where the database has others, because a process
was killed after its commit or another tool migrated, the two cannot be compared. Nor can what another version of the
query or another major version of PostgreSQL has written: the words differ.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from alembic_rollout.history.history_rows import rows_of
from alembic_rollout.postgres.identifiers import for_driver, qualified
from alembic_rollout.postgres.privileges import revoke_writes
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.catalogue import CATALOGUE_QUERY, oids, own_tables
from alembic_rollout.settings import CATALOGUE_TABLE

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
    SELECT max(id) FROM {history} AS history WHERE {own} AND direction IN ('upgrade', 'downgrade') AND outcome <> 'held'
    AND NOT (outcome = 'failed' AND attempts = 0 AND duration_ms IS NOT NULL)
)"""

# What the words of a catalogue depend on.
_MADE_WITH = f"""
    format('PostgreSQL %%s, query {hashlib.sha256(CATALOGUE_QUERY.encode()).hexdigest()[:16]}',
           current_setting('server_version_num')::int / 10000)
"""
OTHER_VERSION = "the stored one was written by another version"
"""Begins what `StoredRow.problem` says where nothing is wrong with the schema, and it only cannot be compared."""


@dataclass(frozen=True, slots=True)
class StoredRow:
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
            return f"{OTHER_VERSION} ({self.made_with}; now {self.live_made_with})"
        return ""


@dataclass(frozen=True, slots=True)
class CataloguePlace:
    """The tables of a database, each as the name that it has in an empty search path; None where it is missing.

    Attributes:
        own: those to leave out.
        oids: of those.
        version: the version table.
        history: the history.
        stored: the stored catalogue.
        tree: the version table's own name.
    """

    own: tuple[str, ...]
    oids: tuple[int, ...]
    version: str | None
    history: str | None
    stored: str | None
    tree: str

    def fill(self, statement: str) -> str:
        """Return a statement with the tables' names, the catalogue's query, and what a row has to say of now."""
        return statement.format(
            query=CATALOGUE_QUERY,
            table=for_driver(str(self.stored)),
            revisions=_REVISIONS.format(version=for_driver(self.version)) if self.version else "'{}'::text[]",
            attempt=_ATTEMPT.format(history=for_driver(self.history), own=rows_of(self.tree))
            if self.history
            else "NULL::bigint",
            made_with=_MADE_WITH,
        )

    def rows(self, connection: Connection) -> list[StoredRow]:
        """Return one row for every version table that has migrated this database."""
        if self.stored is None:
            return []
        found = connection.exec_driver_sql(self.fill(_STATE))
        return [StoredRow(*row) for row in found]

    def hidden(self, connection: Connection, others: Sequence[StoredRow]) -> list[int]:
        """Return the oids of the tables to leave out: those of the other trees that migrate this database too."""
        theirs = {table for row in others for table in row.own_tables}
        return [*self.oids, *(oids(connection, theirs) if theirs else ())]


def locate_catalogue(connection: Connection, version_table: VersionTable, history_table: str) -> CataloguePlace:
    """Return where a database has the tables that a stored catalogue has to do with.

    Args:
        connection: to the database, as any role.
        version_table: of the tree.
        history_table: the name of its history.
    """
    own = own_tables(version_table, history_table)
    version, history = version_table.sql, qualified(version_table.schema, history_table)
    stored = qualified(version_table.schema, CATALOGUE_TABLE)
    found = dict(zip(own, connection.exec_driver_sql(_LOCATE, (list(own),)).all(), strict=True))
    return CataloguePlace(
        own=tuple(name for _, name in found.values() if name is not None),
        oids=tuple(oid for oid, _ in found.values() if oid is not None),
        version=found[version][1],
        history=found[history][1],
        stored=found[stored][1],
        tree=version_table.name,
    )


def create_catalogue_table(connection: Connection, name: str) -> None:
    """Create the table, which only its owner may write, unless another process just has.

    Args:
        connection: in autocommit, as the role that migrates.
        name: as SQL.
    """
    connection.exec_driver_sql(
        f"""
        CREATE TABLE IF NOT EXISTS {for_driver(name)} (
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
