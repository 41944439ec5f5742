"""Runs the entries of a dump's script and tells which ones the server refuses to a role.

PostgreSQL reserves many things for superusers (foreign-data wrappers, event triggers, access methods, operator classes,
functions in C, ...), and which ones changes with its version. So the server is asked, and no list is kept here.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from alembic_rollout.databases.dump_script import ScriptEntry
from alembic_rollout.postgres.connection import execute
from alembic_rollout.postgres.error_text import one_line, sqlstate

_GOES_WITHOUT_SAYING = ("ACL", "COMMENT", "SECURITY LABEL", "TABLE ATTACH", "INDEX ATTACH")
"""Kinds that only say something of an object: where it is left out, they are not mentioned."""
_SETTING = re.compile(r"^SET (\w+) = .*;\n", re.MULTILINE)
_IS_MISSING = "does not exist"  # in the server's words
_NOTHING = "SELECT;"  # an empty statement is an error of the driver's


@dataclass(slots=True)
class LeftOut:
    """An entry that was not created.

    Attributes:
        what: kind and name.
        reason: why, as a clause.
        with_it: kinds and names of what depends on it, and was left out for that.
    """

    what: str
    reason: str
    with_it: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        with_it = f"; so without {', '.join(self.with_it)}" if self.with_it else ""
        return f"{self.what} ({self.reason}){with_it}"

    def is_mentioned_in(self, error: str) -> bool:
        """Return True if an error's text names this, or what depends on it, with or without its schema."""
        names = (re.sub(r"\(.*", "", one).rpartition(" ")[2].rpartition(".")[2] for one in (self.what, *self.with_it))
        return any(re.search(rf"\b{re.escape(name)}\b", error) for name in names if name)


class Absences:
    """What is left out of a database that is being made.

    Attributes:
        reported: in the order in which it was left out.
        numbers: of the entries, dependent ones included.
    """

    def __init__(self) -> None:
        self.reported: list[LeftOut] = []
        self._cause: dict[int, LeftOut] = {}
        self._mappings: dict[str, LeftOut] = {}

    @property
    def numbers(self) -> Collection[int]:
        """The numbers of the entries that are left out, with what depends on them."""
        return self._cause.keys()

    def add(self, entry: ScriptEntry, reason: str) -> None:
        """Note an entry that is left out for a reason, which may be that something else is left out."""
        candidates = self.reported if _IS_MISSING in reason else []
        cause = next((one for one in candidates if one.is_mentioned_in(reason)), None)
        if cause is None:
            cause = LeftOut(str(entry), reason.rstrip("."))
            self.reported.append(cause)
            self._note(entry, cause)
        else:
            self._add_dependent(entry, cause)

    def add_if_dependent(self, entry: ScriptEntry) -> bool:
        """Note an entry that depends on one that is left out; return False if it does not."""
        cause = next((self._cause[number] for number in sorted(entry.needs) if number in self._cause), None)
        if entry.kind == "USER MAPPING":  # pg_dump notes no dependency of it
            cause = next((one for ending, one in self._mappings.items() if entry.name.endswith(ending)), None)
        if cause is None:
            return False
        self._add_dependent(entry, cause)
        return True

    def _add_dependent(self, entry: ScriptEntry, cause: LeftOut) -> None:
        self._note(entry, cause)
        if entry.kind not in _GOES_WITHOUT_SAYING:
            cause.with_it.append(str(entry))

    def _note(self, entry: ScriptEntry, cause: LeftOut) -> None:
        self._cause[entry.number] = cause
        if entry.kind == "SERVER":
            self._mappings[f" SERVER {entry.name}"] = cause


def run_settings(connection: Connection, preamble: str) -> None:
    """Run the settings that a script begins with, without those that only a newer server than this one knows."""
    known = set(connection.exec_driver_sql("SELECT name FROM pg_catalog.pg_settings").scalars())
    execute(connection, _SETTING.sub(lambda match: match[0] if match[1] in known else "", preamble))


def create_entries(
    connection: Connection, entries: Sequence[ScriptEntry], absences: Absences, *, refusals: Collection[str]
) -> None:
    """Run entries in the transaction of a connection; leave out what the server refuses, and what depends on that.

    Args:
        connection: in a transaction.
        entries: in the order of the script.
        absences: what is left out so far; what these entries add is noted there.
        refusals: the SQLSTATEs that leave an entry out.

    Raises:
        DBAPIError: an entry failed with another SQLSTATE.
    """
    independent = [entry for entry in entries if not absences.add_if_dependent(entry)]
    error = error_of(connection, independent)
    if error is None:
        return
    for entry in independent:  # to see which ones it was
        if absences.add_if_dependent(entry):
            continue
        error = error_of(connection, [entry])
        if error is None:
            continue
        if sqlstate(error) not in refusals:
            raise error
        absences.add(entry, one_line(error))


def error_of(connection: Connection, entries: Sequence[ScriptEntry]) -> DBAPIError | None:
    """Run entries in one round trip; return the error of one, after which none of them is there, or None."""
    execute(connection, "SAVEPOINT entries")
    try:
        execute(connection, "\n".join((_NOTHING, *(entry.sql for entry in entries))))
    except DBAPIError as error:
        if not error.connection_invalidated:
            execute(connection, "ROLLBACK TO SAVEPOINT entries")
            return error
        raise
    execute(connection, "RELEASE SAVEPOINT entries")
    return None
