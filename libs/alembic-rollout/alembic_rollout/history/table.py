"""The table `alembic_rollout_history`: one row for every attempt to apply, revert or stamp a revision.

A row is written before its attempt begins, as a failure: a process that is killed cannot write one afterwards. Success
replaces that verdict inside the revision's own transaction, so the two cannot disagree; failure gets its cause through
another connection. A failure that only repeats the one before it is counted there instead.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Connection

from alembic_rollout.history.attempt import INTERRUPTED, Attempt, Outcome
from alembic_rollout.history.history_definition import add_later_columns, create_history_table
from alembic_rollout.history.history_rows import HistoryRows, text_literal
from alembic_rollout.postgres.identifiers import for_driver
from alembic_rollout.postgres.version_table import VersionTable
from alembic_rollout.project.tree import RevisionFile

if TYPE_CHECKING:
    from alembic_rollout.project.environment import Environment


class ReadBack(NamedTuple):
    """What the database says after the commit of an attempt.

    Attributes:
        outcome: of its row; None where the row is gone.
        revisions: what the version table holds, sorted.
        following: the row of the attempt that follows, which has begun; None where none has.
    """

    outcome: Outcome | None
    revisions: tuple[str, ...]
    following: int | None


class History(HistoryRows):
    """The history table of one database, to read from and to write to.

    Args:
        schema: where the version table is; None for the search path.
        table: the table's name.
        version_table: the name of the tree's version table; other trees may share the history.
    """

    def __init__(self, schema: str | None, table: str, version_table: str = "alembic_version") -> None:
        super().__init__(schema, table, version_table)
        name = text_literal(version_table)
        self._begin = (
            f"INSERT INTO {self.sql} (revision, direction, phase, outcome, lock_wait_ms, attempts, error, checksum,"
            " app_version, host, os_user, backup, version_table) SELECT %(revision)s, %(direction)s, %(phase)s,"
            " 'failed', %(lock_wait_ms)s, 0, %(error)s, %(checksum)s, %(app_version)s, %(host)s, %(os_user)s,"
            f" %(backup)s, {name}"
        )

    def create(self, connection: Connection) -> None:
        """Make the table if it is missing, and the columns that an earlier version of this library did not have."""
        if self.exists(connection):
            add_later_columns(connection, self.name)
        else:
            create_history_table(connection, self.name)

    def begin(self, connection: Connection, attempt: Attempt) -> int:
        """Write the row of an attempt that is about to begin, as one that was interrupted; return its id."""
        begin = f"{self._begin} RETURNING id"
        return int(connection.exec_driver_sql(begin, _values_of(attempt)).scalar_one())

    def record(self, connection: Connection, attempt: Attempt, files: Sequence[RevisionFile]) -> None:
        """Record revisions as applied that no attempt of this library has applied.

        A stamp passes over them, or they were there when the history began.

        Args:
            connection: to the database; for a stamp in its transaction.
            attempt: names who did it, and the note; its revision, phase and checksum do not count.
            files: the revisions, oldest first.
        """
        connection.exec_driver_sql(
            f"INSERT INTO {self.sql} (revision, direction, phase, outcome, duration_ms, lock_wait_ms, attempts,"  # noqa: S608
            " error, checksum, app_version, host, os_user, version_table)"
            " SELECT revision, 'stamp', phase, 'applied', 0, %s, 1, %s, checksum, %s, %s, %s, %s"
            " FROM unnest(%s::text[], %s::text[], %s::text[]) "
            " WITH ORDINALITY AS file (revision, phase, checksum, place) ORDER BY place",
            (
                attempt.lock_wait_ms,
                attempt.note,
                attempt.app_version or None,
                attempt.host,
                attempt.os_user,
                self.version_table,
                [file.revision for file in files],
                [file.phase for file in files],
                [file.checksum() for file in files],
            ),
        )

    def applied(
        self,
        connection: Connection,
        row: int,
        *,
        attempts: int,
        duration_ms: int,
        note: str | None = None,
        mark: str,
    ) -> bool:
        """Turn an attempt's row into a success; call it in the revision's own transaction.

        Args:
            connection: the one that the revision ran on.
            row: the attempt's.
            attempts: how often it was tried.
            duration_ms: how long it took.
            note: what a reader of the history has to know.
            mark: a setting that the revision's transaction has made for itself (SET LOCAL).

        Returns:
            False if the setting is gone, and with it the transaction that had it; nothing is written then.
        """
        updated = connection.exec_driver_sql(
            f"UPDATE {self.sql} SET outcome = 'applied', error = %s, attempts = %s, duration_ms = %s"  # noqa: S608
            " WHERE id = %s AND current_setting(%s, true) = 'open'",
            (note, attempts, duration_ms, row, mark),
        )
        return updated.rowcount == 1

    def read_back(
        self,
        connection: Connection,
        row: int,
        version_table: VersionTable,
        expected: Sequence[str],
        *,
        following: Attempt | None,
    ) -> ReadBack:
        """Read what became of an attempt that was committed; begin the one that follows, if all is as expected.

        Args:
            connection: another one than the attempt's, in autocommit.
            row: the attempt's.
            version_table: what it has changed.
            expected: what that has to hold now, sorted.
            following: the next attempt; its row is written in the same round trip. None where none follows at once.
        """
        begin = "SELECT NULL::bigint AS id"
        values: dict[str, object] = {"row": row, "expected": list(expected)}
        if following is not None:
            begin = f"{self._begin} FROM attempt WHERE is_expected RETURNING id"
            values |= _values_of(following)
        outcome, revisions, begun = connection.exec_driver_sql(
            f"""
            WITH present AS (
                SELECT (SELECT outcome FROM {self.sql} WHERE id = %(row)s) AS outcome,
                ARRAY(
                    SELECT version_num::text FROM {for_driver(version_table.sql)} ORDER BY version_num::text COLLATE "C"
                ) AS found
            ), attempt AS (
                SELECT *, outcome = 'applied' AND found = %(expected)s::text[] AS is_expected FROM present
            ), begun AS ({begin})
            SELECT outcome, found, (SELECT id FROM begun) FROM attempt
            """,  # noqa: S608 - quoted names
            values,
        ).one()
        return ReadBack(outcome, tuple(revisions), begun)

    def failed(
        self,
        connection: Connection,
        row: int,
        *,
        attempts: int,
        duration_ms: int,
        error: str,
        statement: str | None,
        cause: str,
    ) -> int:
        """Write into an attempt's row why it failed; where that only repeats the row before it, count it there.

        Args:
            connection: to the database.
            row: the attempt's.
            attempts: how often it was tried.
            duration_ms: how long it took.
            error: in one line, without values.
            statement: which one failed.
            cause: the SQLSTATE, or the class of the error: what a metric may be divided by.

        Returns:
            How often in a row it failed so; 0 where it did not: its transaction had committed before.
        """
        updated = connection.exec_driver_sql(
            f"UPDATE {self.sql} SET error = %s, statement = %s, attempts = %s, duration_ms = %s,"  # noqa: S608
            " cause = %s WHERE id = %s AND outcome = 'failed'",
            (error, statement, attempts, duration_ms, cause, row),
        )
        return self._count_repetition(connection, row) if updated.rowcount == 1 else 0

    def interrupted(self, connection: Connection) -> None:
        """Count an attempt that was interrupted just like the one before it; call it before a new one begins."""
        newest = connection.exec_driver_sql(
            f"SELECT id FROM {self.sql} history WHERE {self.own} ORDER BY id DESC LIMIT 1"  # noqa: S608
        ).scalar()
        if newest is not None:
            self._count_repetition(connection, newest)

    def _count_repetition(self, connection: Connection, row: int) -> int:
        """Merge a failure into the row before it, where both are of one revision, file, release and cause."""
        counted = connection.exec_driver_sql(
            f"""
            WITH repeated AS (
                SELECT before.id, latest.id AS latest_id, latest.started_at, latest.duration_ms, latest.attempts
                FROM {self.sql} latest
                JOIN {self.sql} before ON before.id = (
                    SELECT max(id) FROM {self.sql} history WHERE id < latest.id AND {self.own}
                )
                WHERE latest.id = %s AND latest.outcome = 'failed'
                AND (before.outcome, before.revision, before.direction, before.error)
                    = (latest.outcome, latest.revision, latest.direction, latest.error)
                AND before.checksum IS NOT DISTINCT FROM latest.checksum
                AND before.app_version IS NOT DISTINCT FROM latest.app_version
            ), removed AS (
                DELETE FROM {self.sql} USING repeated WHERE {self.sql}.id = repeated.latest_id
            )
            UPDATE {self.sql} history
            SET occurrences = occurrences + 1, last_started_at = repeated.started_at,
                duration_ms = repeated.duration_ms, attempts = repeated.attempts
            FROM repeated WHERE history.id = repeated.id RETURNING occurrences
            """,  # noqa: S608
            (row,),
        ).scalar()
        return int(counted) if counted is not None else 1

    def refused(self, connection: Connection, attempt: Attempt, *, error: str, cause: str) -> int:
        """Record that a command was refused before anything was touched; return how often in a row it was so.

        Needs no run lock: it merges rows of its own kind only.
        """
        row = self.begin(connection, attempt)
        return self.failed(connection, row, attempts=0, duration_ms=0, error=error, statement=None, cause=cause)

    def held(self, connection: Connection, attempt: Attempt, *, reason: str) -> bool:
        """Record that a contract revision was held; once, however many starts find it so.

        Returns:
            True if it was not held before.
        """
        last = connection.exec_driver_sql(
            f"SELECT outcome FROM {self.sql} history WHERE {self.own} AND revision = %s ORDER BY id DESC LIMIT 1",  # noqa: S608
            (attempt.revision,),
        ).scalar()
        row = self.begin(connection, attempt) if last != "held" else None
        connection.exec_driver_sql(
            f"UPDATE {self.sql} SET outcome = 'held', error = %s, duration_ms = 0 WHERE id = coalesce(%s,"  # noqa: S608
            f" (SELECT max(id) FROM {self.sql} history WHERE {self.own} AND revision = %s))",
            (reason, row, attempt.revision),
        )
        return row is not None


def _values_of(attempt: Attempt) -> dict[str, object]:
    return {
        "revision": attempt.revision,
        "direction": attempt.direction,
        "phase": attempt.phase,
        "lock_wait_ms": attempt.lock_wait_ms,
        "error": INTERRUPTED,
        "checksum": attempt.checksum,
        "app_version": attempt.app_version or None,
        "host": attempt.host,
        "os_user": attempt.os_user,
        "backup": attempt.backup,
    }


def history_of(environment: "Environment") -> History:
    """Return the history of an environment's database."""
    table = environment.version_table
    return History(table.schema, environment.settings.history_table, table.name)
