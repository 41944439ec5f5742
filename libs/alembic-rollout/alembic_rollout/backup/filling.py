"""Restores the entries of a file into a new database, as the migrating role, without those that it may not create.

Which ones these are is tried out first, on the empty database: definitions take seconds where rows take hours, and
pg_restore can then run in one transaction that ends with the first error.
"""

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from alembic_rollout.backup.archive import DAMAGED, number_of
from alembic_rollout.backup.archive_entries import described, with_dependents, without_what_is_there
from alembic_rollout.backup.restore_plan import RestorePlan
from alembic_rollout.databases.dump_script import ScriptEntry, granted_by_owner, split_script
from alembic_rollout.databases.programs import Ended
from alembic_rollout.databases.refused_entries import Absences, LeftOut, create_entries, error_of, run_settings
from alembic_rollout.errors import RolloutError
from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line, sqlstate
from alembic_rollout.postgres.sqlstates import INSUFFICIENT_PRIVILEGE

# One transaction holds a lock on everything that it makes: more than this may not fit into the server's lock table.
_MOST_ENTRIES_OF_A_TRANSACTION = 1000
_UNKNOWN_SETTING = "unrecognized configuration parameter"
_LIST_FROM_STANDARD_INPUT = "--use-list=/dev/stdin"  # a container may have no folder for a temporary file
_ROWS = "TABLE DATA "
_NEEDS_ROWS = "MATERIALIZED VIEW DATA"
"""Of these only the rights are tried out: a query may fail on empty tables that works on full ones."""


class CannotRestoreError(RolloutError):
    """Something in the file could not be restored; the text is a clause."""


_NOT_FOUND = re.compile(r"(?:relation|function|type|operator) \S.* does not exist|does not exist: \S")
_CUT_OFF = ("end of file", "could not uncompress", "could not read from input file", "corrupt")


def remedy_of(reason: str) -> str:
    """Return what helps against a failure of a restore, as a sentence with a space before it; empty if it is unknown.

    Args:
        reason: what PostgreSQL or pg_restore said.
    """
    if any(words in reason for words in _CUT_OFF):
        return f" {DAMAGED}"
    if _NOT_FOUND.search(reason):
        return (
            " A restore has an empty search_path, so a function that a check, an index or a generated column calls has"
            " to name its schema, or to set the path itself: ALTER FUNCTION ... SET search_path = public. Correct it in"
            " the live database and take another backup."
        )
    return ""


class Filling:
    """What is restored of a file into one new database.

    Args:
        plan: of the restore.
        database: the new one.
        run: runs a program as the migrating role, with that database; takes the command and its standard input.
    """

    def __init__(self, plan: RestorePlan, database: str, run: Callable[[list[str], str], Ended]) -> None:
        self._plan = plan
        self._database = database
        self._run = run
        self._absences = Absences()
        self._granted_by_others: dict[int, str] = {}

    @property
    def refused(self) -> Sequence[LeftOut]:
        """What the server refuses to the migrating role, as the trial has shown."""
        return self._absences.reported

    def try_out(self, connection: Connection) -> bool:
        """Create what the file defines, without its rows, to see what is refused.

        Args:
            connection: to the new database, still empty, as the migrating role and in autocommit.

        Returns:
            False if the database is not empty any more.

        Raises:
            CannotRestoreError: the file cannot be read.
            DBAPIError: a definition fails, and not for want of rights.
        """
        if self._plan.target.restorer.is_superuser:
            return True
        settings, entries = self._definitions(connection)
        run_settings(connection, settings)
        is_small = len(entries) < _MOST_ENTRIES_OF_A_TRANSACTION
        for start in range(0, len(entries), _MOST_ENTRIES_OF_A_TRANSACTION):
            execute(connection, "BEGIN")
            self._try_out(connection, entries[start : start + _MOST_ENTRIES_OF_A_TRANSACTION])
            execute(connection, "ROLLBACK" if is_small else "COMMIT")
        return is_small

    def restore(self, connection: Connection) -> None:
        """Restore definitions and rows, without what is refused.

        Args:
            connection: to the new database, empty, as the migrating role and in autocommit.

        Raises:
            CannotRestoreError: an entry failed, or rows would be left out that the plan has not mentioned.
        """
        plan = self._plan
        entries = self._entries(connection)
        without = set(
            with_dependents(plan.archive, [one for one in entries if number_of(one) in self._absences.numbers])
        )
        self._check_rows(without)
        options = [] if plan.target.restorer.is_superuser else ["--no-owner"]
        command = [plan.pg_restore, "--no-password", f"--dbname={self._database}", *options]
        wanted = [entry for entry in entries if entry not in without]
        self._restore_into(
            [*command, _LIST_FROM_STANDARD_INPUT, str(plan.archive.path)],
            _listing(entry for entry in wanted if number_of(entry) not in self._granted_by_others),
        )
        for entry in wanted:
            if script := self._granted_by_others.get(number_of(entry)):
                execute(connection, script)

    def _check_rows(self, without: Collection[str]) -> None:
        """Refuse to leave out rows that the plan has not mentioned."""
        rows = [described(entry) for entry in without if described(entry).startswith(_ROWS)]
        if rows:
            reasons = "; ".join(str(one) for one in self.refused)
            role = self._plan.target.restorer.role
            raise CannotRestoreError(
                f"{role} cannot restore {', '.join(sorted(rows))}, because it may not create everything that these"
                f" need: {reasons}. Restore as a superuser (MIGRATION_DATABASE_URL)"
            )

    def _entries(self, connection: Connection) -> list[str]:
        return without_what_is_there(
            (entry for entry in self._plan.archive.entries if entry not in self._plan.refused),
            extensions=set(connection.exec_driver_sql("SELECT extname FROM pg_catalog.pg_extension").scalars()),
            schemas={
                name: bool(is_own)
                for name, is_own in connection.exec_driver_sql(
                    "SELECT nspname, pg_catalog.pg_has_role(nspowner, 'USAGE') FROM pg_catalog.pg_namespace"
                )
            },
        )

    def _definitions(self, connection: Connection) -> tuple[str, list[ScriptEntry]]:
        """Return the script of the file without its rows; what another role granted, the owner grants there."""
        options = ["--schema-only", "--no-owner", "--verbose", "--file=-", _LIST_FROM_STANDARD_INPUT]
        command = [self._plan.pg_restore, *options, str(self._plan.archive.path)]
        ended = self._run(command, _listing(self._entries(connection)))
        if ended.status != 0:
            raise CannotRestoreError(ended.complaint)
        settings, entries = split_script(ended.output)
        for place, entry in enumerate(entries):
            sql = granted_by_owner(entry.sql)
            if sql != entry.sql:
                self._granted_by_others[entry.number] = sql
                entries[place] = replace(entry, sql=sql)
        return settings, entries

    def _try_out(self, connection: Connection, entries: Sequence[ScriptEntry]) -> None:
        definitions = [entry for entry in entries if entry.kind != _NEEDS_ROWS]
        create_entries(connection, definitions, self._absences, refusals=(INSUFFICIENT_PRIVILEGE,))
        for entry in entries:
            if entry.kind != _NEEDS_ROWS or self._absences.add_if_dependent(entry):
                continue
            error = error_of(connection, [entry])
            if error is not None and sqlstate(error) == INSUFFICIENT_PRIVILEGE:
                self._absences.add(entry, one_line(error))

    def _restore_into(self, command: list[str], listing: str) -> None:
        strictly = [*command, "--exit-on-error"]
        if len(self._plan.archive.entries) < _MOST_ENTRIES_OF_A_TRANSACTION:
            strictly.append("--single-transaction")
        ended = self._run(strictly, listing)
        ignored: list[str] = []
        if ended.status != 0 and _UNKNOWN_SETTING in ended.complaint:
            # A newer pg_restore begins with settings that an older server does not know. They can be missed, and
            # nothing was made yet: run it again, and judge afterwards what else went wrong.
            ended = self._run(command, listing)
            ignored = [complaint for complaint in ended.complaints if _UNKNOWN_SETTING in complaint]
        others = [complaint for complaint in ended.complaints if complaint not in ignored]
        if others or (ended.status != 0 and not ignored) or ended.status not in (0, 1):
            raise CannotRestoreError(next(iter(others), ended.complaint))


def _listing(entries: Iterable[str]) -> str:
    return "".join(f"{entry}\n" for entry in entries)
