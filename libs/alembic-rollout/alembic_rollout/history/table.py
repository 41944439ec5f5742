"""The table `alembic_rollout_history`: one row for every attempt to apply a revision, or to take one back.

A row is written before its attempt begins, as a failure: a process that is killed cannot write one afterwards. Success
replaces that verdict inside the revision's own transaction, so the two cannot disagree; failure gets its cause through
another connection.
"""

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from getpass import getuser
from typing import TYPE_CHECKING, Literal

from sqlalchemy import Connection

from alembic_rollout.postgres.identifiers import qualified
from alembic_rollout.postgres.version_table import exists
from alembic_rollout.project.tree import Phase, RevisionFile

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment

Direction = Literal["upgrade", "downgrade", "stamp"]
Outcome = Literal["applied", "failed", "held"]
INTERRUPTED = "interrupted: the process ended before it could say why"

_COLUMNS = (
    "id, revision, direction, phase, outcome, started_at, duration_ms, lock_wait_ms, attempts, error, statement,"
    " checksum, app_version, host, os_user, db_user, backup"
)


@cache
def os_user() -> str:
    """Return the account that this process runs as."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container's user that has no entry in passwd
        return f"uid {os.getuid()}"


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One attempt, as it is kept; durations are milliseconds."""

    id: int
    revision: str
    direction: Direction
    phase: Phase
    outcome: Outcome
    started_at: datetime
    duration_ms: int | None
    lock_wait_ms: int
    attempts: int
    error: str | None
    statement: str | None
    checksum: str | None
    app_version: str | None
    host: str
    os_user: str
    db_user: str
    backup: str | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """What is known of an attempt before it begins."""

    revision: str
    direction: Direction
    phase: Phase
    checksum: str | None
    app_version: str
    lock_wait_ms: int
    backup: str | None = None
    host: str = field(default_factory=socket.gethostname)
    os_user: str = field(default_factory=os_user)


class History:
    """The history table of one database.

    Args:
        schema: where the version table is; None for the search path.
        table: the table's name.
    """

    def __init__(self, schema: str | None, table: str) -> None:
        self._schema = schema
        self._table = table
        self.name = qualified(schema, table)

    def exists(self, connection: Connection) -> bool:
        """Whether the table is there: not before the first migration, nor where somebody else migrated."""
        return exists(connection, self._schema, self._table)

    def create(self, connection: Connection) -> None:
        """Make the table if it is missing. What default privileges let other roles write is taken from them."""
        if self.exists(connection):
            return
        connection.exec_driver_sql(
            f"""
            CREATE TABLE IF NOT EXISTS {self.name} (
                id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
                revision text NOT NULL,
                direction text NOT NULL CHECK (direction IN ('upgrade', 'downgrade', 'stamp')),
                phase text NOT NULL CHECK (phase IN ('expand', 'contract')),
                outcome text NOT NULL CHECK (outcome IN ('applied', 'failed', 'held')),
                started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
                duration_ms bigint,
                lock_wait_ms bigint NOT NULL,
                attempts integer NOT NULL,
                error text,
                statement text,
                checksum text,
                app_version text,
                host text NOT NULL,
                os_user text NOT NULL,
                db_user text NOT NULL DEFAULT current_user,
                backup text
            )
            """
        )
        grantees = connection.exec_driver_sql(
            "SELECT DISTINCT CASE grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END"
            " FROM pg_class, aclexplode(relacl) WHERE oid = %s::regclass AND grantee <> relowner",
            (self.name,),
        ).scalars()
        for grantee in grantees.all():
            connection.exec_driver_sql(f"REVOKE INSERT, UPDATE, DELETE, TRUNCATE ON {self.name} FROM {grantee}")

    def begin(self, connection: Connection, attempt: Attempt) -> int:
        """Write the row of an attempt that is about to begin, as one that was interrupted; return its id."""
        return int(
            connection.exec_driver_sql(
                f"INSERT INTO {self.name} (revision, direction, phase, outcome, lock_wait_ms, attempts, error,"  # noqa: S608 - quoted name
                " checksum, app_version, host, os_user, backup)"
                " VALUES (%s, %s, %s, 'failed', %s, 0, %s, %s, %s, %s, %s, %s) RETURNING id",
                (
                    attempt.revision,
                    attempt.direction,
                    attempt.phase,
                    attempt.lock_wait_ms,
                    INTERRUPTED,
                    attempt.checksum,
                    attempt.app_version or None,
                    attempt.host,
                    attempt.os_user,
                    attempt.backup,
                ),
            ).scalar_one()
        )

    def stamped(self, connection: Connection, attempt: Attempt, files: Sequence[RevisionFile]) -> None:
        """Record the revisions that a stamp has passed over; call it in the stamp's transaction.

        Args:
            connection: to the database.
            attempt: the stamp's own.
            files: those that count as applied now, besides the stamp's.
        """
        connection.exec_driver_sql(
            f"INSERT INTO {self.name} (revision, direction, phase, outcome, duration_ms, lock_wait_ms, attempts,"  # noqa: S608
            " checksum, app_version, host, os_user)"
            " SELECT revision, 'stamp', phase, 'applied', 0, %s, 1, checksum, %s, %s, %s"
            " FROM unnest(%s::text[], %s::text[], %s::text[]) AS file (revision, phase, checksum)",
            (
                attempt.lock_wait_ms,
                attempt.app_version or None,
                attempt.host,
                attempt.os_user,
                [file.revision for file in files],
                [file.phase for file in files],
                [file.checksum() for file in files],
            ),
        )

    def applied(self, connection: Connection, row: int, *, attempts: int, duration_ms: int) -> None:
        """Turn an attempt's row into a success; call it in the revision's own transaction."""
        connection.exec_driver_sql(
            f"UPDATE {self.name} SET outcome = 'applied', error = NULL, attempts = %s, duration_ms = %s WHERE id = %s",  # noqa: S608
            (attempts, duration_ms, row),
        )

    def failed(
        self, connection: Connection, row: int, *, attempts: int, duration_ms: int, error: str, statement: str | None
    ) -> bool:
        """Write into an attempt's row why it failed.

        Returns:
            Whether it did: False when its transaction had committed before whatever happened then.
        """
        updated = connection.exec_driver_sql(
            f"UPDATE {self.name} SET error = %s, statement = %s, attempts = %s, duration_ms = %s"  # noqa: S608
            " WHERE id = %s AND outcome = 'failed'",
            (error, statement, attempts, duration_ms, row),
        )
        return updated.rowcount == 1

    def held(self, connection: Connection, attempt: Attempt, *, reason: str) -> bool:
        """Record that a contract revision was held; once, however many starts find it so.

        Returns:
            Whether it was not held before.
        """
        last = connection.exec_driver_sql(
            f"SELECT outcome FROM {self.name} WHERE revision = %s ORDER BY id DESC LIMIT 1",  # noqa: S608
            (attempt.revision,),
        ).scalar()
        row = self.begin(connection, attempt) if last != "held" else None
        connection.exec_driver_sql(
            f"UPDATE {self.name} SET outcome = 'held', error = %s, duration_ms = 0 WHERE id = coalesce(%s,"  # noqa: S608
            f" (SELECT max(id) FROM {self.name} WHERE revision = %s))",
            (reason, row, attempt.revision),
        )
        return row is not None

    def rows(self, connection: Connection, *, limit: int) -> list[HistoryRow]:
        """Return the newest rows, the newest first."""
        found = connection.exec_driver_sql(
            f"SELECT {_COLUMNS} FROM {self.name} ORDER BY id DESC LIMIT %s",  # noqa: S608
            (limit,),
        )
        return [HistoryRow(*row) for row in found]

    def applied_checksums(self, connection: Connection) -> dict[str, str]:
        """Return, by revision, the checksum that its file had when it was last applied or stamped."""
        found = connection.exec_driver_sql(
            f"SELECT DISTINCT ON (revision) revision, checksum FROM {self.name}"  # noqa: S608
            " WHERE outcome = 'applied' AND direction <> 'downgrade' AND checksum IS NOT NULL"
            " ORDER BY revision, id DESC"
        )
        return {row.revision: row.checksum for row in found}

    def phases(self, connection: Connection, *, known: Iterable[str]) -> dict[str, Phase]:
        """Return the phases of the applied revisions that a tree has never heard of.

        Args:
            connection: to the database.
            known: the revisions of that tree.
        """
        found = connection.exec_driver_sql(
            f"SELECT DISTINCT ON (revision) revision, phase, direction FROM {self.name}"  # noqa: S608
            " WHERE outcome = 'applied' AND NOT (revision = ANY(%s)) ORDER BY revision, id DESC",
            (list(known),),
        )
        return {row.revision: row.phase for row in found if row.direction != "downgrade"}


def history_of(environment: "Environment") -> History:
    """Return the history of an environment's database."""
    return History(environment.version_table.schema, environment.settings.history_table)
