"""What can go wrong, each with the exit status that programs may rely on and a line that names the remedy.

| status | meaning |
|---|---|
| 0 | done, or nothing to do; also when a contract revision is held |
| 1 | failed, or refused for a reason that is none of the others |
| 2 | an argument, a setting or a revision file cannot be used: two heads, a pooler in between, ... |
| 3 | the database is ahead of this code, which would not survive there |
| 4 | drift, findings of the linter, or a rehearsal that failed or whose downgrade leaves another schema |
| 5 | another process held the run lock for longer than `run_lock_wait` |
| 130, 143 | interrupted by Ctrl-C or SIGTERM |
| 141 | the reader of standard output has closed it |
"""

from typing import ClassVar

from alembic.util import CommandError


class AlreadySaid(SystemExit):
    """The end of a command whose line was written to standard error."""


class RolloutError(CommandError):
    """A migration command ended without doing what it was asked for; the text is one line for its user.

    A subclass of Alembic's own error, so that programs which call Alembic's commands catch it as they always did.
    """

    exit_status: ClassVar[int] = 1
    revision: str = ""
    """The revision that failed; empty where none had begun."""
    attempts: int = 0
    """How often it was tried."""
    duration_ms: int = 0
    """How long that took, milliseconds."""
    occurrences: int = 1
    """How often in a row it failed so, this time included."""


class UsageError(RolloutError):
    """An argument, a setting or a revision file cannot be used as it is."""

    exit_status = 2


class DatabaseAheadError(RolloutError):
    """The database is at a revision that this code does not know, and must not run on."""

    exit_status = 3


class FindingsError(RolloutError):
    """Drift, or findings of the linter."""

    exit_status = 4


class RunLockError(RolloutError):
    """Another process held the run lock for longer than this one may wait."""

    exit_status = 5
